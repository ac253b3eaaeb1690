"""The end of a relationship by the API: the same gate as the page's, and what is left of it."""

import uuid
from typing import Any

import pytest

from customers.gates.relationship import can_end
from customers.models import Customer, Relationship
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.actors import Actor
from orders.models import Subscription
from partners.models import Partner
from tests import factories
from tests.api.holdings import sold
from tests.api.kit import Program, refusal
from tests.orders.conftest import make_offer

NONE = {"relationshipToPartner": "none"}
# Everything that a customer can be asked for by the partner that lost it.
WAYS = ["PATCH", "DELETE relationships/partner", "DELETE CustomerPartnerRelationships/reseller"]


@pytest.fixture
def customer(contoso: Partner) -> Customer:
    """A customer of Contoso."""
    return factories.customer(contoso, name="Harborview County")


def end(program: Program, customer: Customer, way: str = "PATCH") -> Any:
    """End the relationship in one of the ways there are."""
    verb, _space, rest = way.partition(" ")
    if verb == "PATCH":
        return program.patch(f"customers/{customer.pk}", NONE)
    return program.delete(f"customers/{customer.pk}/{rest}")


def state_of(customer: Customer) -> str:
    """Return how the customer's relationship stands."""
    return str(Relationship.objects.get(customer=customer).state)


def test_the_relationship_is_ended(person: Program, customer: Customer) -> None:
    answer = person.patch(f"customers/{customer.pk}/", {**NONE, "attributes": {"objectType": "Customer"}})
    assert answer.status_code == 200
    assert answer.json() == {
        "id": str(customer.pk),
        "relationshipToPartner": "none",
        "allowDelegatedAccess": False,
        "attributes": {"objectType": "Customer"},
    }
    assert state_of(customer) == "ended"
    entry = AuditEntry.objects.get(action="end")
    assert (entry.channel, entry.from_state, entry.to_state) == ("api", "active", "ended")
    assert entry.customer_id == customer.pk


@pytest.mark.parametrize("way", WAYS)
def test_afterwards_it_is_gone(way: str, person: Program, foreign: Program, customer: Customer) -> None:
    assert end(person, customer, way).status_code in (200, 204)
    assert person.get("customers").json()["totalCount"] == 0
    assert refusal(person.get(f"customers/{customer.pk}")) == (403, 20002)
    assert refusal(end(person, customer, way)) == (403, 20002)
    assert refusal(foreign.get(f"customers/{customer.pk}")) == (404, 60003)


@pytest.mark.parametrize("way", WAYS)
def test_what_still_runs_stands_in_the_way_as_on_the_page(
    way: str, person: Program, customer: Customer, sales_actor: Actor
) -> None:
    held = sold(sales_actor, customer, make_offer("Office 365 G3 GCC"))[0]
    answer = end(person, customer, way)
    assert refusal(answer) == (409, 600006)
    relationship = Relationship.objects.get(customer=customer)
    blockers = can_end(relationship)
    assert answer.json()["data"] == [each.code for each in blockers] == ["O4.subscriptions_held"]
    assert answer.json()["description"] == " ".join(str(each) for each in blockers)
    assert relationship.state == "active"
    refused = AuditEntry.objects.get(refused=True)
    assert (refused.action, refused.channel) == ("end", "api")
    Subscription.objects.filter(pk=held.pk).update(state="cancelled", ended_at="2026-01-01T00:00Z")
    assert end(person, customer, way).status_code in (200, 204)


def test_in_a_sandbox_what_runs_stands_in_the_way_too(
    settings: Any, program: Program, customer: Customer, sales_actor: Actor
) -> None:
    settings.API_SANDBOX = True
    sold(sales_actor, customer, make_offer("Office 365 G3 GCC"))
    assert refusal(program.delete(f"customers/{customer.pk}")) == (409, 600006)
    assert state_of(customer) == "active"


@pytest.mark.parametrize("way", WAYS)
def test_it_is_for_a_person_of_the_own_partner(
    way: str, program: Program, foreign: Program, customer: Customer
) -> None:
    assert refusal(end(program, customer, way)) == (403, 900329)
    assert refusal(end(foreign, customer, way)) == (404, 60003)
    assert state_of(customer) == "active"


@pytest.mark.parametrize(
    "body",
    [
        {"relationshipToPartner": "reseller"},
        {"relationshipToPartner": "advisor"},
        {"relationshipToPartner": ["none"]},
        {"relationshipToPartner": 0},
        {"companyProfile": {"companyName": "Another"}},
        {},
        [],
        None,
    ],
)
def test_no_other_change_is_made(person: Program, customer: Customer, body: Any) -> None:
    assert refusal(person.patch(f"customers/{customer.pk}", body)) == (400, 3000)
    assert state_of(customer) == "active"


def test_net_s_casing_and_nulls_are_read(person: Program, customer: Customer) -> None:
    body = {
        "Id": None,
        "CompanyProfile": None,
        "RelationshipToPartner": "None",
        "AllowDelegatedAccess": None,
        "Attributes": {"ObjectType": "Customer"},
    }
    assert person.patch(f"customers/{customer.pk}", body).status_code == 200


def test_the_same_call_again_gets_the_same_answer(person: Program, customer: Customer) -> None:
    request_id = str(uuid.uuid4())
    first = person.patch(f"customers/{customer.pk}", NONE, MS_RequestId=request_id)
    again = person.patch(f"customers/{customer.pk}", NONE, MS_RequestId=request_id)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (200, again.json())
    assert AuditEntry.objects.filter(action="end").count() == 1


def test_one_partner_s_end_is_not_another_s(
    person: Program, foreign: Program, customer: Customer, tailspin: Partner
) -> None:
    factories.relate(tailspin, customer)
    assert end(person, customer).status_code == 200
    assert foreign.get(f"customers/{customer.pk}").status_code == 200
