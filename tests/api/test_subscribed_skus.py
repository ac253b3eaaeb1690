"""Subscribed SKUs: seats added up by product."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, Subscription
from orders.services import subscriptions as services
from partners.models import Partner
from tests import factories
from tests.api.holdings import sold
from tests.api.kit import Program, refusal
from tests.orders.conftest import make_offer

GUID = uuid.uuid4()


@pytest.fixture
def g3(db: None) -> Offer:
    """A government offer that Microsoft's lists of product names know."""
    return make_offer("Office 365 G3 GCC", sku_guid=GUID, string_id="ENTERPRISEPACK_GOV")


def test_seats_are_added_up_by_product(
    person: Program, sales_actor: Actor, county: Customer, g3: Offer
) -> None:
    g5 = make_offer("Office 365 G5 GCC")
    [first] = sold(sales_actor, county, g3, seats=25)
    [second] = sold(sales_actor, county, g3, seats=7)
    [third] = sold(sales_actor, county, g5, seats=3)
    [gone] = sold(sales_actor, county, g5, seats=100)
    services.suspend(sales_actor, second.pk, 0)
    services.suspend(sales_actor, third.pk, 0)
    services.cancel(sales_actor, gone.pk, 0)
    answer = person.get(f"customers/{county.pk}/subscribedSkus")
    assert answer.status_code == 200
    body = answer.json()
    assert body["totalCount"] == 2
    assert body["items"][0] == {
        "availableUnits": 25,
        "activeUnits": 25,
        "consumedUnits": 0,
        "suspendedUnits": 7,
        "totalUnits": 32,
        "warningUnits": 0,
        "productSku": {
            "id": str(GUID),
            "name": "Office 365 G3 GCC",
            "skuPartNumber": "ENTERPRISEPACK_GOV",
            "targetType": "User",
            "licenseGroupId": "group1",
        },
        "servicePlans": [],
        "capabilityStatus": "Enabled",
        "attributes": {"objectType": "SubscribedSku"},
    }
    other = body["items"][1]
    assert (other["totalUnits"], other["capabilityStatus"]) == (3, "Suspended")
    assert other["productSku"]["skuPartNumber"]
    again = person.get(f"customers/{county.pk}/subscribedskus").json()["items"][1]
    assert again["productSku"]["id"] == other["productSku"]["id"]
    assert first.quantity == 25


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1),
        ("?licenseGroupIds=group1", 1),
        ("?licenseGroupIds=group1,group2", 1),
        ("?licensegroupids=group2&licensegroupids=Group1", 1),
        ("?licenseGroupIds=", 1),
        ("?licenseGroupIds=group2", 0),
        ("?licenseGroupIds=none", 0),
        ("?null=group1&null=group2", 1),
    ],
)
def test_groups_as_clients_ask_for_them(
    person: Program, sales_actor: Actor, county: Customer, g3: Offer, query: str, found: int
) -> None:
    sold(sales_actor, county, g3)
    assert person.get(f"customers/{county.pk}/subscribedskus{query}").json()["totalCount"] == found


def test_only_of_this_customer_and_by_this_partner(
    person: Program, foreign: Program, program: Program, sales_actor: Actor, county: Customer, g3: Offer,
    contoso: Partner, tailspin: Partner,
) -> None:  # fmt: skip
    sold(sales_actor, county, g3)
    path = f"customers/{county.pk}/subscribedskus"
    assert refusal(program.get(path)) == (403, 900329)
    assert refusal(foreign.get(path)) == (404, 60003)
    factories.relate(tailspin, county)
    assert foreign.get(path).json()["items"] == []
    other = factories.customer(contoso, "Bay County")
    assert person.get(f"customers/{other.pk}/subscribedskus").json()["items"] == []


def test_the_list_costs_the_same_for_any_number_of_rows(
    person: Program, sales_actor: Actor, county: Customer
) -> None:
    costs = {}
    for rows in (3, 12):
        while Subscription.objects.count() < rows:
            sold(sales_actor, county, make_offer(f"Offer {Subscription.objects.count()}"))
        person.get(f"customers/{county.pk}/subscribedskus")
        with CaptureQueriesContext(connection) as asked:
            assert person.get(f"customers/{county.pk}/subscribedskus").json()["totalCount"] == rows
        costs[rows] = len(asked)
    assert costs[3] == costs[12] <= 6
