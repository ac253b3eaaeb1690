"""R1: a letter carries the personal link alone; a reseller meets the refusal before any field (P2)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from customers.gates.relationship import answer_link, message_may_go
from customers.models import Relationship
from customers.services import relationships as services
from gcc_portal.core.gates import Blocked
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories
from tests.customers.test_relationships_pages import NEW, SignIn, at

pytestmark = pytest.mark.django_db
WHO: dict[str, Any] = {"contact_name": "", "contact_email": "it@harborview.gov", "for_gcc": True}


@pytest.fixture
def begun(sales_actor: Actor) -> Relationship:
    """A request of Contoso that waits."""
    return services.request(sales_actor, organization_name="City of Harborview", **WHO)


@pytest.mark.parametrize(
    "foreign",
    [
        "http://evil.example/x",
        "HTTPS://evil.example",
        "(www.evil.example)",
        "ftp://evil.example",
        "?u={link}",
    ],
)
def test_another_link_is_not_kept(begun: Relationship, sales_actor: Actor, foreign: str) -> None:
    link = answer_link(begun)
    if foreign == "?u={link}":
        foreign = f"https://evil.example/{foreign.format(link=link)}"
    for subject, message, field in (
        ("S", f"{link}\n\n{foreign}", "message"),
        (f"S {foreign}", link, "subject"),
    ):
        with pytest.raises(Blocked) as refusal:
            services.edit_message(sales_actor, begun.pk, subject=subject, message=message, revision=0)
        assert [(each.code, each.field) for each in refusal.value.blockers] == [("R1.other_link", field)]
    begun.refresh_from_db()
    assert begun.revision == 0


def test_the_personal_link_twice_and_plain_words_pass(begun: Relationship) -> None:
    link = answer_link(begun)
    message = f"{link}\n\nOr ({link}). Write to it@contoso.example; wwwhat? 10:30//noon"
    assert message_may_go(begun, message, "Reseller relationship") == []


def test_another_link_is_not_sent(begun: Relationship, sales_actor: Actor) -> None:
    Relationship.objects.filter(pk=begun.pk).update(message=f"{begun.message}\nhttp://evil.example")
    with pytest.raises(Blocked):
        services.send(sales_actor, begun.pk, sends=0)
    assert not Email.objects.exists()


def test_a_link_in_the_organizations_name_is_refused(sales_actor: Actor) -> None:
    with pytest.raises(Blocked) as refusal:
        services.request(sales_actor, organization_name="Look at https://evil.example", **WHO)
    assert refusal.value.blockers[0].code == "R1.other_link"
    assert not Relationship.objects.exists()


def test_the_page_says_it_at_the_field_and_keeps_the_words(
    client_of: SignIn, sales: User, begun: Relationship
) -> None:
    words = f"My own words {answer_link(begun)} http://evil.example"
    data = {"subject": "Hello", "message": words, "revision": 0, "go": "send", "sends": "0"}
    answer = client_of(sales).post(at("message", begun), data)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "The letter carries another link: http://evil.example." in text
    assert "My own words" in text
    assert "usa-error-message" in text


# --- an indirect reseller


@pytest.fixture
def reseller(client_of: SignIn, northwind: Partner) -> Client:
    """Northwind's admin agent, signed in."""
    return client_of(factories.agent(northwind).user)


@pytest.mark.parametrize("name", ["relationships:new", "customers:create"])
def test_a_reseller_sees_the_refusal_instead_of_the_fields(reseller: Client, name: str) -> None:
    text = reseller.get(reverse(name)).content.decode()
    assert 'data-code="P2.reseller"' in text
    assert "Fabrikam Distribution" in text
    assert "data-once" not in text
    assert reseller.post(reverse(name), NEW).status_code in (409, 422)
    assert not Relationship.objects.exists()


def test_the_navigation_offers_a_reseller_only_what_it_can_do(
    reseller: Client, client_of: SignIn, sales: User
) -> None:
    for name in ("relationships:list", "customers:create"):
        nav = f'href="{reverse(name)}"'
        assert nav not in reseller.get(reverse("partners:profile")).content.decode()
        assert nav in client_of(sales).get(reverse("partners:profile")).content.decode()
