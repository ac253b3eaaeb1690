"""The pages of relationship requests: the partner's, and the public answer by the personal link."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from post_office.models import Email

from customers.gates.relationship import answer_link
from customers.models import Customer, Relationship
from customers.services import relationships as services
from customers.views.relationships import ways_to_send
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
NEW = {
    "organization_name": "City of Harborview",
    "contact_name": "",
    "contact_email": "it@harborview.gov",
    "for_gcc": "yes",
}
ADMINISTRATOR = {
    "first_name": "Pat",
    "last_name": "Clerk",
    "title": "CIO",
    "email": "cio@harborview.gov",
    "accept_relationship": "on",
    "accept_agreement": "on",
    "go": "accept",
}


@pytest.fixture
def begun(sales_actor: Actor) -> Relationship:
    """A request of Contoso that waits."""
    return services.request(
        sales_actor,
        organization_name="City of Harborview",
        contact_name="",
        contact_email="it@harborview.gov",
        for_gcc=True,
    )


@pytest.fixture
def agent(client_of: SignIn, sales: User) -> Client:
    """Contoso's sales agent, signed in."""
    return client_of(sales)


def at(name: str, relationship: Relationship) -> str:
    return reverse(f"relationships:{name}", args=[relationship.pk])


def link(relationship: Relationship) -> str:
    return reverse("relationships:answer", args=[relationship.token])


def past(relationship: Relationship) -> None:
    Relationship.objects.filter(pk=relationship.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


# --- the partner


def test_a_new_request_leads_to_its_letter(agent: Client) -> None:
    answer = agent.post(reverse("relationships:new"), NEW)
    begun = Relationship.objects.get()
    assert answer.headers["Location"] == at("message", begun)
    text = agent.get(at("message", begun)).content.decode()
    assert answer_link(begun) in text
    assert "mailto:it@harborview.gov?subject=" in text


@pytest.mark.parametrize(
    "changes",
    [
        {"organization_name": ""},
        {"organization_name": "x" * 201},
        {"organization_name": "a\x00b"},
        {"contact_email": "no address"},
        {"contact_email": "a@b.gov\nBcc: c@d.gov"},
        {"for_gcc": "maybe"},
        {"for_gcc": ""},
    ],
)
def test_a_bad_request_is_said_at_the_field(agent: Client, changes: dict[str, str]) -> None:
    answer = agent.post(reverse("relationships:new"), {**NEW, **changes})
    assert answer.status_code == 422
    assert "usa-error-message" in answer.content.decode()
    assert not Relationship.objects.exists()


def test_r1_says_no_on_the_page(client_of: SignIn, fabrikam: Partner) -> None:
    client = client_of(factories.agent(fabrikam).user)
    shown = client.get(reverse("relationships:new")).content.decode()
    assert "portal-blockers" in shown
    answer = client.post(reverse("relationships:new"), NEW)
    assert answer.status_code == 409
    assert "City of Harborview" in answer.content.decode()
    assert client.post(reverse("relationships:new"), {**NEW, "for_gcc": "no"}).status_code == 302


def test_a_letter_without_the_link_is_refused_and_kept_on_the_page(
    agent: Client, begun: Relationship
) -> None:
    data = {"subject": "Hello", "message": "My very own words", "revision": 0, "go": "send", "sends": "0"}
    answer = agent.post(at("message", begun), data)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "My very own words" in text
    assert "personal link is missing" in text
    assert not Email.objects.exists()


def test_save_and_send(agent: Client, begun: Relationship) -> None:
    data = {"subject": "Hello", "message": begun.message, "revision": 0, "go": "send", "sends": "0"}
    assert agent.post(at("message", begun), data).status_code == 302
    assert Email.objects.get().subject == "Hello"
    shown = agent.get(at("detail", begun)).content.decode()
    assert "Hello" in shown
    assert "Waiting" in shown


def test_a_stale_letter_keeps_what_was_typed(agent: Client, begun: Relationship) -> None:
    link_text = answer_link(begun)
    agent.post(at("message", begun), {"subject": "One", "message": link_text, "revision": 0, "go": "save"})
    late = agent.post(
        at("message", begun), {"subject": "Two", "message": link_text, "revision": 0, "go": "save"}
    )
    assert late.status_code == 409
    assert "Two" in late.content.decode()


def test_the_mail_program_gets_the_letter_whole(begun: Relationship) -> None:
    begun.message_subject = "Cloud & more? 100% +1"
    begun.message = f"Hello,\n\n{answer_link(begun)}\n\nמכתב & more"
    mailto = ways_to_send(begun)["mailto"]
    assert " " not in mailto
    assert '"' not in mailto
    sent = parse_qs(urlsplit(mailto).query)
    assert sent["subject"] == [begun.message_subject]
    assert sent["body"] == [begun.message.replace("\n", "\r\n")]


@pytest.mark.parametrize("sends", ["", "x", "-1", "9" * 5000, "٣"])
def test_send_bears_any_counter(agent: Client, begun: Relationship, sends: str) -> None:
    assert agent.post(at("send", begun), {"sends": sends}).status_code == 302
    assert Email.objects.count() == 1


def test_a_double_click_sends_once(agent: Client, begun: Relationship) -> None:
    for _again in range(2):
        agent.post(at("send", begun), {"sends": "0"})
    assert Email.objects.count() == 1


def test_cancelling_closes_the_link(agent: Client, client: Client, begun: Relationship) -> None:
    assert agent.post(at("cancel", begun)).status_code == 302
    assert "Cancelled" in agent.get(reverse("relationships:list")).content.decode()
    assert agent.post(at("cancel", begun)).status_code == 409
    assert agent.get(at("message", begun)).status_code == 302
    answer = client.get(link(begun))
    assert answer.status_code == 410
    assert "taken back" in answer.content.decode()


def test_another_partners_request_is_404(client_of: SignIn, stranger: User, begun: Relationship) -> None:
    client = client_of(stranger)
    for name in ("detail", "message"):
        assert client.get(at(name, begun)).status_code == 404
    for name in ("message", "send", "cancel"):
        assert client.post(at(name, begun)).status_code == 404
    assert "Harborview" not in client.get(reverse("relationships:list")).content.decode()


def test_who_gets_in(
    client: Client, client_of: SignIn, reviewer: User, agent: Client, begun: Relationship
) -> None:
    assert client.get(reverse("relationships:list")).status_code == 302
    assert client_of(reviewer).get(reverse("relationships:list")).status_code == 403
    assert agent.get(at("send", begun)).status_code == 405
    for number in (0, 999999, 2**63, 10**30):
        assert agent.get(f"/relationships/{number}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("q=harbor", True),
        ("q=it@harborview", True),
        ("q=elsewhere", False),
        ("state=invited", True),
        ("state=expired", False),
        ("state=cancelled", False),
        ("state=bogus", True),
        ("page=zzz", True),
    ],
)
def test_the_list_is_narrowed(agent: Client, begun: Relationship, query: str, found: bool) -> None:
    text = agent.get(f"{reverse('relationships:list')}?{query}").content.decode()
    assert (at("detail", begun) in text) is found


def test_one_past_its_day_is_expired_in_the_list_before_the_sweep(agent: Client, begun: Relationship) -> None:
    past(begun)
    text = agent.get(f"{reverse('relationships:list')}?state=expired").content.decode()
    assert f"{reverse('relationships:new')}?from={begun.pk}" in text
    again = agent.get(f"{reverse('relationships:new')}?from={begun.pk}").content.decode()
    assert "City of Harborview" in again
    for odd in ("x", "9" * 40, "0"):
        assert agent.get(f"{reverse('relationships:new')}?from={odd}").status_code == 200


@pytest.mark.parametrize("count", [10, 1000])
def test_the_list_asks_as_much_for_ten_as_for_a_thousand(
    agent: Client, contoso: Partner, count: int, django_assert_max_num_queries: Any
) -> None:
    until = timezone.now() + timedelta(days=1)
    Relationship.objects.bulk_create(
        Relationship(partner=contoso, organization_name=f"County {n}", expires_at=until) for n in range(count)
    )
    agent.get(reverse("relationships:list"))
    with django_assert_max_num_queries(9):
        assert agent.get(reverse("relationships:list")).status_code == 200


# --- the customer


def test_the_answer_page_says_who_asks_and_what_it_means(client: Client, begun: Relationship) -> None:
    answer = client.get(link(begun))
    text = answer.content.decode()
    for words in (
        "Contoso Cloud",
        "City of Harborview",
        "Microsoft Customer Agreement",
        "no access to your data",
    ):
        assert words in text
    assert "no-store" in answer.headers["Cache-Control"]


def test_accepting_on_the_page(client: Client, agent: Client, begun: Relationship) -> None:
    home = factories.tenant("gcc", "City of Harborview")
    answer = client.post(
        link(begun), {**ADMINISTRATOR, "tenant_id": f" {{{str(home.tenant_id).upper()}}} "}, follow=True
    )
    assert answer.status_code == 200
    assert "Contoso Cloud is your reseller" in answer.content.decode()
    assert Customer.objects.get().pk == home.tenant_id
    assert "Open the customer" in agent.get(reverse("relationships:list")).content.decode()
    again = client.post(link(begun), {**ADMINISTRATOR, "tenant_id": str(home.tenant_id)})
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("azure_government", "This tenant ID belongs to"),
        ("unreachable", "did not answer"),
        ("missing", "No tenant with this ID exists"),
    ],
)
def test_r2_says_no_at_the_field_and_keeps_what_was_typed(
    client: Client, begun: Relationship, kind: str, said: str
) -> None:
    if kind == "missing":
        tenant_id = "11111111-aaaa-4bbb-8ccc-000000000001"
    else:
        made = factories.tenant(
            "gcc" if kind == "unreachable" else kind, "H", unreachable=kind == "unreachable"
        )
        tenant_id = str(made.tenant_id)
    answer = client.post(link(begun), {**ADMINISTRATOR, "tenant_id": tenant_id})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert said in text
    assert tenant_id in text
    assert "cio@harborview.gov" in text
    assert not Customer.objects.exists()
    fragment = client.get(
        reverse("relationships:answer-tenant", args=[begun.token]), {"tenant_id": tenant_id}
    )
    assert said in fragment.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"tenant_id": ""},
        {"tenant_id": "zzz"},
        {"tenant_id": "\x00"},
        {"first_name": ""},
        {"first_name": "x" * 51},
        {"last_name": "a\x07b"},
        {"email": "no"},
        {"title": "x" * 101},
        {"accept_relationship": ""},
        {"accept_agreement": ""},
    ],
)
def test_a_bad_answer_is_said_at_the_field(
    client: Client, begun: Relationship, changes: dict[str, str]
) -> None:
    home = factories.tenant("gcc", "City of Harborview")
    answer = client.post(link(begun), {**ADMINISTRATOR, "tenant_id": str(home.tenant_id), **changes})
    assert answer.status_code == 422
    assert "usa-error-message" in answer.content.decode()
    assert not Customer.objects.exists()


def test_already_a_customer_is_said_on_the_page(
    client: Client, begun: Relationship, contoso: Partner
) -> None:
    home = factories.tenant("gcc", "City of Harborview")
    factories.customer(contoso, "City of Harborview", id=home.tenant_id)
    answer = client.post(link(begun), {**ADMINISTRATOR, "tenant_id": str(home.tenant_id)})
    assert answer.status_code == 409
    assert "already a customer of Contoso Cloud" in answer.content.decode()


def test_declining_on_the_page(client: Client, begun: Relationship) -> None:
    empty = client.post(link(begun), {"go": "decline", "decline-name": "Pat", "decline-reason": " "})
    assert empty.status_code == 422
    data = {"go": "decline", "decline-name": "Pat", "decline-reason": "We <b>have</b> one."}
    assert client.post(link(begun), data).status_code == 302
    closed = client.get(link(begun))
    assert closed.status_code == 410
    assert "declined" in closed.content.decode()
    assert client.post(link(begun), data).status_code == 409


def test_the_partner_reads_the_reason_escaped(client: Client, agent: Client, begun: Relationship) -> None:
    reason = "<script>alert(1)</script>"
    client.post(link(begun), {"go": "decline", "decline-name": "Pat", "decline-reason": reason})
    text = agent.get(at("detail", begun)).content.decode()
    assert reason not in text
    assert escape(reason) in text


def test_an_expired_link_says_so(client: Client, begun: Relationship) -> None:
    past(begun)
    for answer in (client.get(link(begun)), client.post(link(begun), ADMINISTRATOR)):
        assert answer.status_code in (409, 410)
        assert "This link has expired" in answer.content.decode()
    fragment = reverse("relationships:answer-tenant", args=[begun.token])
    assert client.get(fragment, {"tenant_id": "x"}).status_code == 404


@pytest.mark.parametrize("token", ["x" * 43, "short", "a" * 300])
def test_an_altered_link_says_so(client: Client, begun: Relationship, token: str) -> None:
    for path in (f"/relationships/answer/{token}/", link(begun).replace(begun.token, begun.token[:-1])):
        for answer in (client.get(path), client.post(path, ADMINISTRATOR)):
            assert answer.status_code == 404
            assert "This link is not valid" in answer.content.decode()
            assert "Harborview" not in answer.content.decode()


def test_answering_is_limited(client: Client, begun: Relationship, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {
        **settings.ACCOUNT_RATE_LIMITS,
        "public_form": "2/m/ip",
        "tenant_lookup": "2/m/ip",
    }
    assert [client.post(link(begun), {}).status_code for _each in range(3)] == [422, 422, 429]
    fragment = reverse("relationships:answer-tenant", args=[begun.token])
    assert [client.get(fragment).status_code for _each in range(3)] == [200, 200, 429]
