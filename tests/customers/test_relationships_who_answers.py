"""R2: only the customer answers a relationship request, for its own tenant, and hears of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from customers.gates.answering import can_accept, may_answer
from customers.models import Customer, CustomerAnswer, Relationship
from customers.services import answering, relationships
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Blocked
from gcc_portal.core.people.actors import Actor, customer_contact, visitor
from gcc_portal.core.people.models import User
from gcc_portal.identity.tenants.directory import tenant_directory
from gcc_portal.identity.tenants.kinds import TenantAnswer
from gcc_portal.identity.tenants.models import DirectoryTenant
from partners.models import Partner
from tests import factories
from tests.customers.test_relationships_pages import ADMINISTRATOR, SignIn, link
from tests.web.markup import one

pytestmark = pytest.mark.django_db
WHO = answering.Administrator("Pat", "Clerk", "CIO", "cio@harborview.gov")


@pytest.fixture
def begun(sales_actor: Actor) -> Relationship:
    """A request of Contoso that waits."""
    return relationships.request(
        sales_actor,
        organization_name="City of Harborview",
        contact_name="",
        contact_email="it@harborview.gov",
        for_gcc=True,
    )


@pytest.fixture
def home(db: None) -> DirectoryTenant:
    """The city's own tenant."""
    return factories.tenant("gcc", "City of Harborview")


def known(tenant: DirectoryTenant) -> TenantAnswer:
    return tenant_directory().find(str(tenant.tenant_id))


def accept(
    begun: Relationship, tenant: TenantAnswer, email: str = WHO.email, signed_in: Actor | None = None
) -> Relationship:
    who = answering.Administrator("Pat", "Clerk", "CIO", email)
    contact = customer_contact("Pat Clerk", "192.0.2.7", signed_in)
    return answering.accept(contact, begun.token, tenant, who, agrees=True)


def refused(begun: Relationship, *given: Any, **more: Any) -> list[str]:
    """Return the codes of a refused acceptance that wrote nothing but its audit entry."""
    with pytest.raises(Blocked) as refusal:
        accept(begun, *given, **more)
    begun.refresh_from_db()
    assert begun.state == "invited"
    assert not Customer.objects.exists()
    assert not Email.objects.exists()
    assert AuditEntry.objects.filter(refused=True, object_id=str(begun.pk)).count() == 1
    return [blocker.code for blocker in refusal.value.blockers]


# --- who is signed in


def test_an_agent_of_any_partner_is_refused(
    begun: Relationship,
    home: DirectoryTenant,
    admin_actor: Actor,
    sales_actor: Actor,
    stranger_actor: Actor,
    reviewer_actor: Actor,
) -> None:
    assert refused(begun, known(home), signed_in=admin_actor) == ["R2.agent"]
    for agent in (sales_actor, stranger_actor):
        with pytest.raises(Blocked):
            accept(begun, known(home), signed_in=agent)
        contact = customer_contact("Pat", "", agent)
        with pytest.raises(Blocked) as refusal:
            answering.decline(contact, begun.token, name="Pat", reason="no")
        assert agent.name in str(refusal.value)
    for other in (reviewer_actor, visitor(), None):
        assert may_answer(other) == []
    assert accept(begun, known(home), signed_in=visitor()).state == "active"


def test_the_transition_wants_the_customers_answer(
    begun: Relationship, home: DirectoryTenant, sales_actor: Actor
) -> None:
    customer = Customer.objects.create(pk=home.tenant_id, name="City of Harborview", domain=home.domain)
    elsewhere = known(factories.tenant("gcc", "City of Harborview"))
    for answer, code in (
        (None, "R2.no_answer"),
        (CustomerAnswer(known(home), WHO.email, sales_actor), "R2.agent"),
        (CustomerAnswer(elsewhere, WHO.email), "R2.no_answer"),
    ):
        with pytest.raises(Blocked) as refusal:
            begun.activate(customer=customer, by="x", answer=answer)
        assert [blocker.code for blocker in refusal.value.blockers] == [code]
    with pytest.raises(Blocked):
        begun.decline(by="x", why="y", signed_in=sales_actor)
    begun.activate(customer=customer, by="x", answer=CustomerAnswer(known(home), WHO.email))
    assert begun.state == "active"


@pytest.mark.parametrize("go", ["accept", "decline", "check", ""])
def test_the_page_is_closed_to_an_agent(
    client_of: SignIn, admin: User, begun: Relationship, home: DirectoryTenant, go: str
) -> None:
    agent = client_of(admin)
    shown = agent.get(link(begun))
    text = shown.content.decode()
    assert "an agent of Contoso Cloud" in text
    assert "private window" in text
    assert "tenant_id" not in text
    sent = agent.post(link(begun), {**ADMINISTRATOR, "tenant_id": str(home.tenant_id), "go": go})
    assert sent.status_code == 409
    assert "an agent of Contoso Cloud" in sent.content.decode()
    assert agent.post(link(begun), {"go": go}).status_code == 409
    begun.refresh_from_db()
    assert begun.state == "invited"
    entries = AuditEntry.objects.filter(refused=True, object_id=str(begun.pk))
    assert {entry.action for entry in entries} == {"decline" if go == "decline" else "activate"}
    assert admin.name in entries[0].reason
    fragment = reverse("relationships:answer-tenant", args=[begun.token])
    told = agent.get(fragment, {"tenant_id": str(home.tenant_id)}).content.decode()
    assert "Harborview" not in told


# --- whose tenant


def test_another_organizations_tenant_is_refused(begun: Relationship, client: Client) -> None:
    honolulu = factories.tenant("gcc", "City and County of Honolulu")
    assert refused(begun, known(honolulu)) == ["R2.other_organization"]
    data = {**ADMINISTRATOR, "tenant_id": str(honolulu.tenant_id)}
    answer = client.post(link(begun), data)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "belongs to City and County of Honolulu; the request is for City of Harborview." in text
    assert "ask Contoso Cloud for a request in your name" in text
    assert str(honolulu.tenant_id) in text


@pytest.mark.parametrize("told", ["Harborview, City of", "CITY OF HARBORVIEW, WA", None])
def test_names_that_agree_and_no_name_pass(
    begun: Relationship, home: DirectoryTenant, told: str | None
) -> None:
    found = known(home)
    answer = TenantAnswer(found.kind, found.tenant_id, None, told, "live", "asked", timezone.now())
    assert accept(begun, answer).state == "active"


def test_a_partners_own_tenant_is_no_customer(begun: Relationship, tailspin: Partner) -> None:
    own = tenant_directory().find(str(tailspin.tenant_id))
    assert refused(begun, own) == ["R2.partner"]


def test_a_partners_own_tenant_is_no_customer_of_a_creation(contoso: Partner, tailspin: Partner) -> None:
    made = Customer.objects.create(pk=tailspin.tenant_id, name="Tailspin", domain="t.onmicrosoft.com")
    with pytest.raises(Blocked) as refusal:
        Relationship(partner=contoso, is_request=False).activate(customer=made, by="x")
    assert refusal.value.blockers[0].code == "R2.partner"
    other = Customer.objects.create(name="Harborview", domain="h.onmicrosoft.com")
    Relationship(partner=contoso, is_request=False).activate(customer=other, by="x")


# --- whose address


def test_the_administrators_address_is_not_the_partners(
    begun: Relationship, home: DirectoryTenant, contoso: Partner, stranger: User, client: Client
) -> None:
    for email in (
        f"me@{contoso.web_domain}",
        f"ME@mail.{contoso.web_domain.upper()}",
        f"x@{contoso.domain}",
        stranger.email.upper(),
    ):
        found = can_accept(begun, CustomerAnswer(known(home), email))
        assert [(blocker.code, blocker.field) for blocker in found] == [("R2.partner_address", "email")]
    assert refused(begun, known(home), f"me@{contoso.web_domain}") == ["R2.partner_address"]
    data = {**ADMINISTRATOR, "tenant_id": str(home.tenant_id), "email": f"me@{contoso.web_domain}"}
    answer = client.post(link(begun), data)
    assert answer.status_code == 409
    assert "is the address of a partner" in answer.content.decode()
    assert accept(begun, known(home), f"me@not{contoso.web_domain}").state == "active"


# --- what the customer hears and sees


def test_the_customer_hears_what_was_accepted(begun: Relationship, home: DirectoryTenant) -> None:
    accept(begun, known(home))
    letters = [mail for mail in Email.objects.order_by("id") if mail.subject.startswith("Confirmation:")]
    assert [mail.to for mail in letters] == [["cio@harborview.gov"], ["it@harborview.gov"]]
    for mail in letters:
        for body in (mail.message, mail.html_message):
            for words in (
                "Contoso Cloud",
                "City of Harborview",
                str(home.tenant_id),
                "Pat Clerk, CIO",
                "cio@harborview.gov",
                "usgcce@microsoft.com",
                "accepted, version",
            ):
                assert words in body


def test_one_address_hears_once_and_an_agreement_in_force_is_said(
    begun: Relationship, home: DirectoryTenant, tailspin: Partner
) -> None:
    factories.customer(tailspin, "City of Harborview", id=home.tenant_id)
    accept(begun, known(home), "IT@harborview.gov")
    letters = Email.objects.filter(subject__startswith="Confirmation:")
    assert [mail.to for mail in letters] == [["IT@harborview.gov"]]
    assert "nothing was accepted anew" in letters[0].message


def test_whose_tenant_it_is_shows_before_accepting(
    client: Client, begun: Relationship, home: DirectoryTenant
) -> None:
    data = {"tenant_id": str(home.tenant_id), "first_name": "Pat", "go": "check"}
    checked = client.post(link(begun), data)
    text = checked.content.decode()
    assert checked.status_code == 200
    assert "<strong>City of Harborview</strong>" in text
    assert "Government Community Cloud" in text
    assert 'value="Pat"' in text
    assert "usa-error-message" not in text
    honolulu = factories.tenant("gcc", "City and County of Honolulu")
    other = client.post(link(begun), {**data, "tenant_id": str(honolulu.tenant_id)}).content.decode()
    assert "belongs to City and County of Honolulu" in other
    wrong = client.post(link(begun), {**data, "tenant_id": "zzz"})
    assert wrong.status_code == 422
    assert not Customer.objects.exists()


def test_the_agreement_can_be_read_before_it_is_accepted(client: Client, begun: Relationship) -> None:
    text = client.get(link(begun)).content.decode()
    address = "https://www.microsoft.com/licensing/docs/customeragreement"
    assert one(text, "a", href=address).attrs["rel"] == "noopener external"
    assert "recorded for version 2026-01" in text


@pytest.mark.parametrize(
    ("for_gcc", "kind", "said"),
    [(True, "commercial", True), (True, "gcc", False), (False, "commercial", False)],
)
def test_the_partner_hears_that_a_tenant_is_commercial(
    begun: Relationship, for_gcc: bool, kind: str, said: bool
) -> None:
    Relationship.objects.filter(pk=begun.pk).update(for_gcc=for_gcc)
    accept(begun, known(factories.tenant(kind, "City of Harborview")))
    mail = Email.objects.get(subject__contains="accepted your relationship request").message
    assert ("this tenant is commercial" in mail) is said
    assert ("What to do next" in mail) is said
