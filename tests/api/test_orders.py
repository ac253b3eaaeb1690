"""Orders by programs: placed and fulfilled in one call, listed, read, called off, repeated."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer, Relationship
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.mail.outbox import emails_about
from gcc_portal.core.people.models import User
from orders.models import Offer, Order, Subscription
from orders.services import carts as page_carts
from orders.services import placing
from orders.states import OrderState
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, refusal
from tests.api.ordering import NOTHING, line, order_of, orders_at, stored
from tests.orders.conftest import YEARLY, make_offer


def test_an_order_is_placed_and_fulfilled(program: Program, county: Customer, g3: Offer) -> None:
    sent = line(g3, friendlyName="Clerk's office", termDuration="p1y", quantity=25)
    answer = program.post(
        orders_at(county), order_of(sent, billingCycle="annual", referenceCustomerId=str(county.pk).upper())
    )
    assert answer.status_code == 201, answer.content
    order, held = Order.objects.get(), Subscription.objects.get()
    body = answer.json()
    place = f"/customers/{county.pk}/orders/{order.number}"
    etag = body["attributes"].pop("etag")
    assert etag
    created = body.pop("creationDate")
    assert created[10] == "T"
    assert created.endswith("Z")
    assert body == {
        "id": order.number,
        "alternateId": order.number,
        "referenceCustomerId": str(county.pk),
        "billingCycle": "annual",
        "currencyCode": "USD",
        "currencySymbol": "$",
        "lineItems": [
            {
                "lineItemNumber": 0,
                "offerId": g3.catalog_item_id,
                "subscriptionId": str(held.pk),
                "friendlyName": "Clerk's office",
                "quantity": 25,
                "termDuration": "P1Y",
                "billingCycle": "annual",
                "transactionType": "New",
                "links": {
                    "product": linked(f"/products/{g3.product_id}?country=US"),
                    "sku": linked(f"/products/{g3.product_id}/skus/0001?country=US"),
                    "subscription": linked(f"/customers/{county.pk}/subscriptions/{held.pk}"),
                    "provisioningStatus": linked(f"{place}/provisioningstatus"),
                },
            }
        ],
        "status": "completed",
        "transactionType": "UserPurchase",
        "links": {"self": linked(place), "provisioningStatus": linked(f"{place}/provisioningstatus")},
        "attributes": {"objectType": "Order"},
    }
    assert (held.friendly_name, held.quantity, held.state) == ("Clerk's office", 25, "active")
    assert (order.state, order.line_count, order.due_cents) == (OrderState.COMPLETED, 1, 25 * 1000 * 12)
    assert [each.action for each in history_of(order)] == ["complete", "begin", "submit"]


def linked(uri: str) -> dict[str, Any]:
    """Return a link as it is answered."""
    return {"uri": uri, "method": "GET", "headers": []}


def test_a_program_alone_and_a_person_with_it(
    program: Program,
    seller: Program,
    sales: User,
    county: Customer,
    g3: Offer,
    client_of: Callable[[User], Client],
) -> None:
    for caller in (program, seller):
        assert caller.post(orders_at(county), order_of(line(g3))).status_code == 201
    with_person, alone = Order.objects.order_by("-pk")
    assert (alone.created_by, with_person.created_by) == (None, sales)
    assert alone.placed_by == str(alone.application)
    assert with_person.placed_by == f"{sales}, with {with_person.application}"
    # The person is written to, nobody else, and by name alone.
    assert emails_about(alone).count() == 0
    assert f"Hello {sales}," in emails_about(with_person).get(kind="order_result").email.message
    entry = history_of(alone).last()
    assert (entry.action, entry.channel, entry.customer_id) == ("submit", "api", county.pk)
    assert entry.application_id == alone.application_id
    pages = client_of(sales)
    listed = pages.get(reverse("orders:list")).content.decode()
    assert alone.placed_by in listed
    for order in (alone, with_person):
        assert pages.get(reverse("orders:order", args=[order.number])).status_code == 200


def test_the_page_s_cart_is_left_alone(
    seller: Program, sales: User, county: Customer, g3: Offer, g5: Offer, client_of: Callable[[User], Client]
) -> None:
    actor = factories.actor(sales)
    kept, _before = page_carts.add_line(actor, county.pk, g5.pk, 3, YEARLY)
    assert seller.post(orders_at(county), order_of(line(g3))).status_code == 201
    assert Order.objects.get(state=OrderState.CART).pk == kept.order_id
    page = client_of(sales).get(reverse("orders:cart", args=[county.pk]))
    assert page.context["cart_size"] == 1
    again, _before = page_carts.add_line(actor, county.pk, g3.pk, 3, YEARLY)
    assert again.order_id == kept.order_id


def test_pascal_case_nulls_and_what_is_unknown(program: Program, county: Customer, g3: Offer) -> None:
    sent = {
        "Id": None,
        "ReferenceCustomerId": str(county.pk),
        "BillingCycle": "Monthly",
        "LineItems": [
            {
                "LineItemNumber": 0,
                "OfferId": g3.catalog_item_id.lower(),
                "Quantity": 2,
                "FriendlyName": None,
                "PartnerIdOnRecord": None,
                "ParentSubscriptionId": None,
                "ProvisioningContext": {"a": "b"},
                "Attributes": {"ObjectType": "OrderLineItem"},
            }
        ],
        "Links": None,
        "Attributes": {"ObjectType": "Order"},
    }
    answer = program.post(orders_at(county), sent)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    # A cycle alone is of the year's plan.
    assert (body["billingCycle"], body["lineItems"][0]["termDuration"]) == ("monthly", "P1Y")
    assert body["lineItems"][0]["offerId"] == g3.catalog_item_id
    assert body["lineItems"][0]["friendlyName"] == g3.sku_title


@pytest.mark.parametrize(
    ("terms", "cycles", "sent", "chosen"),
    [
        (["P1M", "P1Y"], ["monthly", "annual"], {}, "P1Y:monthly"),
        (["P1M", "P1Y"], ["monthly", "annual"], {"billingCycle": "unknown"}, "P1Y:monthly"),
        (["P1M", "P1Y"], ["monthly", "annual"], {"billingCycle": 2}, "P1Y:annual"),
        (["P1M"], ["monthly"], {}, "P1M:monthly"),
        (["P1Y", "P3Y"], ["annual", "triennial"], {"billingCycle": "Triennial"}, "P3Y:triennial"),
        (["P1M", "P1Y"], ["monthly", "annual"], {"termDuration": "P1M"}, "P1M:monthly"),
        (["P1Y"], ["annual"], {"billingCycle": "none"}, "P1Y:annual"),
    ],
)
def test_a_plan_that_is_not_named_is_chosen(
    program: Program,
    county: Customer,
    terms: list[str],
    cycles: list[str],
    sent: dict[str, Any],
    chosen: str,
) -> None:
    offer = make_offer("Planned", terms=terms, billing_cycles=cycles)
    term = {key: sent[key] for key in sent if key == "termDuration"}
    cycle = {key: sent[key] for key in sent if key == "billingCycle"}
    answer = program.post(orders_at(county), order_of(line(offer, **term), **cycle))
    assert answer.status_code == 201, answer.content
    assert Subscription.objects.get().line.plan.code == chosen


def test_lines_are_taken_by_their_numbers(
    program: Program, county: Customer, g3: Offer, phone: Offer
) -> None:
    answer = program.post(orders_at(county), order_of(line(phone, 1), line(g3, 0)))
    assert answer.status_code == 201, answer.content
    lines = answer.json()["lineItems"]
    assert [each["offerId"] for each in lines] == [g3.catalog_item_id, phone.catalog_item_id]
    assert lines[1]["parentSubscriptionId"] == lines[0]["subscriptionId"]


def test_an_add_on_stands_on_the_subscription_that_is_named(
    program: Program, county: Customer, g3: Offer, phone: Offer
) -> None:
    held = [
        program.post(orders_at(county), order_of(line(g3))).json()["lineItems"][0]["subscriptionId"]
        for _each in range(2)
    ]
    sent = line(phone, parentSubscriptionId=held[1].upper())
    answer = program.post(orders_at(county), order_of(sent))
    assert answer.status_code == 201, answer.content
    assert answer.json()["lineItems"][0]["parentSubscriptionId"] == held[1]


def test_the_same_call_again_is_the_same_order(program: Program, county: Customer, g3: Offer) -> None:
    request_id = str(uuid.uuid4())
    first, again = (
        program.post(orders_at(county), order_of(line(g3)), MS_RequestId=request_id) for _each in range(2)
    )
    assert (again.status_code, again.content) == (201, first.content)
    assert stored() == {"Order": 1, "OrderLine": 1, "Subscription": 1}
    assert program.post(orders_at(county), order_of(line(g3))).json()["id"] != first.json()["id"]


def test_orders_are_listed_newest_first_and_by_cycle(
    program: Program, county: Customer, g3: Offer, g5: Offer
) -> None:
    first = program.post(orders_at(county), order_of(line(g3), billingCycle="annual")).json()
    last = program.post(orders_at(county), order_of(line(g5), billingCycle="monthly")).json()
    body = program.get(f"{orders_at(county)}?include_price=false").json()
    assert body["totalCount"] == 2
    assert body["items"] == [last, first]
    assert body["attributes"]["objectType"] == "Collection"
    priced = program.get(f"{orders_at(county)}?billingtype=Annual&INCLUDE_PRICE=true").json()
    assert [each["id"] for each in priced["items"]] == [first["id"]]
    assert priced["items"][0]["totalPrice"] == 1200.0
    page = program.get(f"{orders_at(county)}?size=1").json()
    assert [each["id"] for each in page["items"]] == [last["id"]]
    following = program.get(f"/v1/{page['links']['next']['uri']}").json()
    assert [each["id"] for each in following["items"]] == [first["id"]]
    assert refusal(program.get(f"{orders_at(county)}?billingType=weekly")) == (400, 3000)


def test_one_order_is_read(program: Program, foreign: Program, county: Customer, g3: Offer) -> None:
    made = program.post(orders_at(county), order_of(line(g3))).json()
    at = f"{orders_at(county)}/{made['id']}"
    assert program.get(at).json() == made
    assert (
        program.get(f"{orders_at(county)}/{made['id'].lower()}?include_price=true").json()["totalPrice"]
        == 100
    )
    assert "totalPrice" not in program.get(f"{at}?include_price=false").json()
    assert refusal(program.get(f"{orders_at(county)}/BCDF-GHJK-LMNP")) == (404, 20000)
    assert refusal(foreign.get(at)) == (404, 60003)
    steps = program.get(f"{at}/provisioningStatus").json()
    assert steps["items"] == [
        {
            "lineItemNumber": 0,
            "status": "Fulfilled",
            "quantityProvisioningInformation": [{"quantity": 10, "status": "Fulfilled"}],
            "attributes": {"objectType": "OrderLineItemProvisioningStatus"},
        }
    ]


def test_another_s_order_is_not_there(
    program: Program, foreign: Program, contoso: Partner, tailspin: Partner, county: Customer, g3: Offer
) -> None:
    theirs = factories.customer(tailspin)
    factories.relate(contoso, theirs)
    made = foreign.post(orders_at(theirs), order_of(line(g3))).json()
    for verb, path in (("GET", ""), ("PATCH", ""), ("GET", "/provisioningstatus")):
        body = {"status": "cancelled"} if verb == "PATCH" else None
        assert refusal(program.send(verb, f"{orders_at(theirs)}/{made['id']}{path}", body)) == (404, 20000)
        assert refusal(program.send(verb, f"{orders_at(county)}/{made['id']}{path}", body)) == (404, 20000)
    assert program.get(orders_at(theirs)).json()["totalCount"] == 0


@pytest.fixture
def waiting(sales: User, county: Customer, g3: Offer) -> Order:
    """An order whose fulfilment has not begun: placed on the page, and no worker took it up."""
    actor = factories.actor(sales)
    kept, _before = page_carts.add_line(actor, county.pk, g3.pk, 5, YEARLY)
    return placing.submit(actor, kept.order.number, 1)


def test_an_order_is_called_off_before_its_fulfilment(
    program: Program, county: Customer, waiting: Order
) -> None:
    at = f"{orders_at(county)}/{waiting.number}"
    read = program.get(at).json()
    assert read["status"] == "pending"
    assert program.get(f"{at}/provisioningstatus").json()["items"][0]["status"] == "PrefulfillmentPending"
    stale = {"status": "cancelled", "attributes": {"etag": "old"}}
    assert refusal(program.patch(at, stale)) == (400, 2055)
    answer = program.patch(at, {**read, "status": "Cancelled"})
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert program.get(f"{at}/provisioningstatus").json()["items"][0]["status"] == "Unfulfilled"
    assert program.patch(at, {"status": "cancelled"}).status_code == 200
    assert Subscription.objects.count() == 0


def test_what_is_fulfilled_stays(program: Program, county: Customer, g3: Offer, g5: Offer) -> None:
    made = program.post(orders_at(county), order_of(line(g3))).json()
    at = f"{orders_at(county)}/{made['id']}"
    assert program.patch(at, made).json() == made
    assert program.patch(at, {}, If_Match=f'"{made["attributes"]["etag"]}"').json() == made
    assert refusal(program.patch(at, {"status": "cancelled"})) == (409, 600006)
    assert refusal(program.patch(at, {"status": "unknown"})) == (400, 3000)
    assert refusal(program.patch(at, {"billingCycle": "annual"})) == (400, 6000)
    assert refusal(program.patch(at, {"lineItems": [line(g5, 1)]})) == (400, 900141)
    assert refusal(program.patch(at, {"lineItems": [line(g3, 0, 11)]})) == (400, 900141)
    assert stored() == {"Order": 1, "OrderLine": 1, "Subscription": 1}


def test_an_order_that_failed_in_part_says_so(program: Program, county: Customer, waiting: Order) -> None:
    from orders.services.fulfilment import fulfil

    Offer.objects.update(is_active=False)
    assert fulfil(waiting.pk) == "failed"
    at = f"{orders_at(county)}/{waiting.number}"
    assert program.get(at).json()["status"] == "unknown"
    assert program.get(f"{at}/provisioningstatus").json()["items"][0]["status"] == "Unfulfilled"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], 3000),
        ({}, 3000),
        ({"lineItems": {}}, 3000),
        ({"lineItems": [7]}, 3000),
        ({"lineItems": [{"lineItemNumber": 0, "offerId": "a:b:c"}]}, 3000),
        ({"lineItems": [line("a:b:c", 0, "ten")]}, 3000),
        ({"lineItems": [line("a:b:c", 0, True)]}, 3000),
        ({"lineItems": [line("a:b:c", 0, 10**30)]}, 3000),
        ({"lineItems": [line("x" * 101)]}, 3000),
        ({"lineItems": [line("a:b:c", parentSubscriptionId="7")]}, 3000),
        ({"lineItems": [line("a:b:c", friendlyName="n" * 201)]}, 3000),
        ({"lineItems": [line("a:b:c")], "billingCycle": "weekly"}, 3000),
        ({"lineItems": [line("a:b:c")], "referenceCustomerId": str(uuid.uuid4())}, 3000),
        ({"lineItems": [line("a:b:c", n) for n in range(151)]}, 3000),
        ({"lineItems": []}, 800002),
        ({"lineItems": [line("a:b:c", 1)]}, 800071),
        ({"lineItems": [line("a:b:c"), line("a:b:c")]}, 800071),
        ({"lineItems": [line("a:b:c", -1)]}, 800071),
        ({"lineItems": [{"offerId": "a:b:c", "quantity": 1}]}, 800071),
        ({"lineItems": [line("")]}, 800004),
        ({"lineItems": [line("a:b:c")]}, 800004),
        ({"lineItems": [line("6C5A4B1E-0F0D-4C6E-9B38-7B1F5D2C9A10")]}, 800004),
        ({"lineItems": [line("GCCP*:*:*")]}, 800004),
    ],
)
def test_what_makes_no_order_is_told(program: Program, county: Customer, body: Any, code: int) -> None:
    assert refusal(program.post(orders_at(county), body)) == (400, code)
    assert stored() == NOTHING


def test_a_customer_that_is_not_ours(
    program: Program, contoso: Partner, tailspin: Partner, g3: Offer
) -> None:
    theirs = factories.customer(tailspin)
    former = factories.customer(contoso)
    Relationship.objects.filter(customer=former).delete()
    factories.relate(contoso, former, state="ended")
    for customer, answer in ((theirs, (404, 60003)), (former, (403, 20002))):
        assert refusal(program.post(orders_at(customer), order_of(line(g3)))) == answer
        assert refusal(program.get(orders_at(customer))) == answer
        assert refusal(program.get(f"{orders_at(customer)}/BCDF-GHJK-LMNP")) == answer
    assert refusal(program.get("customers/7/orders")) == (400, 900118)
    assert stored() == NOTHING


def test_lists_cost_the_same_for_any_number_of_orders(
    program: Program, county: Customer, g3: Offer, g5: Offer, django_assert_max_num_queries: Any
) -> None:
    for count in (3, 12):
        while Order.objects.count() < count:
            program.post(orders_at(county), order_of(line(g3), line(g5, 1)))
        with django_assert_max_num_queries(8) as counted:
            assert len(program.get(orders_at(county)).json()["items"]) == count
        taken = len(counted) if count == 3 else taken  # noqa: F821
    assert len(counted) == taken
