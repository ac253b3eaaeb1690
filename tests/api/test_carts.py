"""Carts of programs: kept as they were sent, with what stands in each line's way; checked out once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from customers.models import Customer
from orders import tasks
from orders.models import ApiCart, Offer, Order, Subscription
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal
from tests.api.ordering import NOTHING, cart_of, carts_at, item, open_carts, stored
from tests.orders.conftest import make_offer


def test_a_cart_is_made_and_read(program: Program, seller: Program, county: Customer, g3: Offer) -> None:
    answer = program.post(carts_at(county), cart_of(item(g3.catalog_item_id.lower(), friendlyName="Clerks")))
    assert answer.status_code == 201, answer.content
    body = answer.json()
    cart = ApiCart.objects.get()
    assert body["lineItems"] == [
        {
            "id": 0,
            "catalogItemId": g3.catalog_item_id,
            "friendlyName": "Clerks",
            "quantity": 10,
            "currencyCode": "USD",
            "billingCycle": "annual",
            "termDuration": "P1Y",
            "orderGroup": "0",
        }
    ]
    assert (body["id"], body["status"]) == (str(cart.pk), "Active")
    assert body["lastModifiedUser"] == str(cart.application)
    assert body["attributes"] == {"objectType": "Cart"}
    assert body["links"]["self"]["uri"] == f"/customers/{county.pk}/carts/{cart.pk}"
    assert cart.expires_at - cart.created_at > timedelta(days=6, hours=23)
    at = f"{carts_at(county)}/{str(cart.pk).upper()}"
    assert program.get(at).json() == body
    # Every program and agent of the partner has it.
    assert seller.get(f"{at}/").json() == body
    assert stored() == NOTHING


def test_a_cart_in_pascal_case_with_nulls(
    program: Program, county: Customer, g3: Offer, phone: Offer
) -> None:
    addon = {
        "Id": 1,
        "CatalogItemId": phone.catalog_item_id,
        "Quantity": 3,
        "BillingCycle": 1,
        "AddOnItems": None,
    }
    sent = {
        "Id": None,
        "LineItems": [
            {
                "Id": "0",
                "CatalogItemId": g3.catalog_item_id,
                "Quantity": 4,
                "BillingCycle": "Monthly",
                "TermDuration": "P1M",
                "Participants": None,
                "ProvisioningContext": None,
                "AddOnItems": [addon],
                "Error": None,
            }
        ],
        "Status": None,
    }
    body = program.post(carts_at(county), sent).json()
    (line,) = body["lineItems"]
    assert "error" not in line
    assert (line["termDuration"], line["billingCycle"]) == ("P1M", "monthly")
    (below,) = line["addonItems"]
    assert (below["catalogItemId"], below["termDuration"], below["id"]) == (phone.catalog_item_id, "P1Y", 1)
    assert "error" not in below
    checked = program.post(f"{carts_at(county)}/{body['id']}/checkout")
    assert checked.status_code == 201, checked.content
    first, second = checked.json()["orders"][0]["lineItems"]
    assert second["parentSubscriptionId"] == first["subscriptionId"]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (lambda g3, e3, phone: item("GCCP9999:0001:GCCA9999"), 10001),
        (lambda g3, e3, phone: item(f"{g3.product_id}:*:*"), 10001),
        (lambda g3, e3, phone: item(""), 10001),
        (lambda g3, e3, phone: item(e3), 10001),
        (lambda g3, e3, phone: item(g3, 0, 0), 10002),
        (lambda g3, e3, phone: item(g3, 0, -5), 10002),
        (lambda g3, e3, phone: item(g3, 0, 301), 10002),
        (lambda g3, e3, phone: item(phone), 10006),
        (lambda g3, e3, phone: item(g3, 0, 1, termDuration="P9Y"), 10006),
        (lambda g3, e3, phone: item(g3, 0, 1, billingCycle="one_time"), 10006),
        (
            lambda g3, e3, phone: item(g3, participants=[{"key": "Transaction_Reseller", "value": "404404"}]),
            10004,
        ),
    ],
)
def test_a_line_that_can_t_be_ordered_says_so(
    program: Program, county: Customer, g3: Offer, g5: Offer, e3: Offer, phone: Offer, sent: Any, code: int
) -> None:
    good = item(make_offer("Visio GCC"), 1)
    answer = program.post(carts_at(county), cart_of(sent(g3, e3, phone), good))
    assert answer.status_code == 201, answer.content
    body = answer.json()
    bad, fine = body["lineItems"]
    assert bad["error"]["errorCode"] == code
    assert bad["error"]["errorDescription"]
    assert "error" not in fine
    at = f"{carts_at(county)}/{body['id']}"
    assert program.get(at).json() == body
    assert refusal(program.post(f"{at}/checkout")) == (400, 800009)
    assert (stored(), open_carts()) == (NOTHING, 1)
    # Without the line it is ordered.
    mended = program.put(at, cart_of({**good, "id": 0}))
    assert mended.status_code == 201
    assert [each["catalogItemId"] for each in mended.json()["lineItems"]] == [good["catalogItemId"]]
    assert program.post(f"{at}/checkout").status_code == 201


def test_the_same_offer_and_plan_twice_is_an_error_of_the_second(
    program: Program, county: Customer, g3: Offer
) -> None:
    body = program.post(carts_at(county), cart_of(item(g3), item(g3, 1))).json()
    first, second = body["lineItems"]
    assert "error" not in first
    assert second["error"]["errorCode"] == 10006
    answer = program.post(f"{carts_at(county)}/{body['id']}/checkout")
    assert refusal(answer) == (400, 800009)
    assert answer.json()["data"] == ["O1.twice"]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        "success",
        {"lineItems": "none"},
        {"lineItems": [1]},
        {"lineItems": [item("a:b:c", 0, "10")]},
        {"lineItems": [item("a:b:c", 0, 2.5)]},
        {"lineItems": [item("a:b:c", 0, None)]},
        {"lineItems": [item("a:b:c", 0, 2**31)]},
        {"lineItems": [item("a:b:c", billingCycle="weekly")]},
        {"lineItems": [item("a:b:c", participants={})]},
        {"lineItems": [item("a:b:c", friendlyName="a\u202eb")]},
        {"lineItems": [item("a:b:c", n) for n in range(151)]},
        {"lineItems": [item("a:b:c", addonItems=[item("a:b:c")] * 150)]},
    ],
)
def test_what_is_no_cart_is_refused(program: Program, county: Customer, g3: Offer, body: Any) -> None:
    kept = program.post(carts_at(county), cart_of(item(g3))).json()
    assert refusal(program.post(carts_at(county), body)) == (400, 3000)
    assert refusal(program.put(f"{carts_at(county)}/{kept['id']}", body)) == (400, 3000)
    assert ApiCart.objects.count() == 1
    assert program.get(f"{carts_at(county)}/{kept['id']}").json() == kept


@pytest.mark.parametrize("raw", [b"", b'"success"', b"{", b"null", b"[1]"])
def test_a_checkout_reads_no_body(
    program: Program, county: Customer, g3: Offer, g5: Offer, raw: bytes
) -> None:
    cart = program.post(carts_at(county), cart_of(item(g3), item(g5, 1))).json()
    at = f"{carts_at(county)}/{cart['id']}"
    answer = program.send("POST", f"{at}/checkout", raw=raw)
    assert answer.status_code == 201, answer.content
    body = answer.json()  # type: ignore[attr-defined]
    assert (body["orderErrors"], body["attributes"]) == ([], {"objectType": "CartCheckoutResult"})
    (ordered,) = body["orders"]
    assert ordered["status"] == "completed"
    assert {each["subscriptionId"] for each in ordered["lineItems"]} == {
        str(each.pk) for each in Subscription.objects.all()
    }
    assert ordered == program.get(f"customers/{county.pk}/orders/{ordered['id']}").json()
    assert program.get(at).json()["status"] == "Ordered"
    for again in (program.post(f"{at}/checkout"), program.put(at, cart_of(item(g3)))):
        assert refusal(again) == (400, 800065)
    assert stored() == {"Order": 1, "OrderLine": 2, "Subscription": 2}


def test_a_repeated_checkout_is_the_first_one(program: Program, county: Customer, g3: Offer) -> None:
    cart = program.post(carts_at(county), cart_of(item(g3))).json()
    request_id = str(uuid.uuid4())
    at = f"{carts_at(county)}/{cart['id']}/checkout"
    first, again = (program.send("POST", at, raw=b'"success"', MS_RequestId=request_id) for _each in range(2))
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert Order.objects.count() == 1


def test_an_empty_cart_is_kept_and_not_ordered(program: Program, county: Customer) -> None:
    cart = program.post(carts_at(county), cart_of()).json()
    answer = program.post(f"{carts_at(county)}/{cart['id']}/checkout")
    assert refusal(answer) == (400, 800002)
    assert answer.json()["data"] == ["O1.empty"]


def test_what_stands_in_the_way_is_asked_anew(program: Program, county: Customer, g3: Offer) -> None:
    cart = program.post(carts_at(county), cart_of(item(g3))).json()
    at = f"{carts_at(county)}/{cart['id']}"
    Offer.objects.update(is_active=False)
    assert program.get(at).json()["lineItems"][0]["error"]["errorCode"] == 10001
    Offer.objects.update(is_active=True)
    assert program.post(f"{at}/checkout").status_code == 201
    # What was ordered is past its gates.
    Offer.objects.update(is_active=False)
    assert "error" not in program.get(at).json()["lineItems"][0]


def test_after_seven_days_a_cart_is_gone(contoso: Partner, county: Customer, g3: Offer) -> None:
    program = Program(access_token(application(contoso), seconds=60 * 60 * 24 * 30))
    cart, ordered = (program.post(carts_at(county), cart_of(item(g3))).json() for _each in range(2))
    program.post(f"{carts_at(county)}/{ordered['id']}/checkout")
    at = f"{carts_at(county)}/{cart['id']}"
    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        assert tasks.expire_carts() == 0
        assert program.put(at, cart_of(item(g3))).status_code == 201
    with time_machine.travel(timezone.now() + timedelta(days=12), tick=False):
        assert program.get(at).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=14), tick=False):
        for swept in (False, True):
            if swept:
                assert tasks.expire_carts() == 1
            assert refusal(program.get(at)) == (404, 800008)
            assert refusal(program.put(at, cart_of(item(g3)))) == (404, 800008)
            assert refusal(program.post(f"{at}/checkout")) == (404, 800008)
        assert program.get(f"{carts_at(county)}/{ordered['id']}").json()["status"] == "Ordered"


def test_another_s_cart_is_not_there(
    program: Program, foreign: Program, contoso: Partner, tailspin: Partner, county: Customer, g3: Offer
) -> None:
    other = factories.customer(contoso)
    shared = factories.customer(tailspin)
    factories.relate(contoso, shared)
    theirs = foreign.post(carts_at(shared), cart_of(item(g3))).json()["id"]
    own = program.post(carts_at(county), cart_of(item(g3))).json()["id"]
    addresses = [
        f"{carts_at(shared)}/{theirs}",
        f"{carts_at(other)}/{own}",
        f"{carts_at(county)}/{uuid.uuid4()}",
    ]
    for at in addresses:
        assert refusal(program.get(at)) == (404, 800008)
        assert refusal(program.put(at, cart_of())) == (404, 800008)
        assert refusal(program.post(f"{at}/checkout")) == (404, 800008)
    assert refusal(foreign.get(f"{carts_at(county)}/{own}")) == (404, 60003)
    assert refusal(foreign.post(carts_at(county), cart_of(item(g3)))) == (404, 60003)
    assert refusal(program.get(f"{carts_at(county)}/7")) == (400, 3000)
    assert (stored(), open_carts()) == (NOTHING, 2)


def test_a_cart_costs_the_same_for_any_number_of_lines(
    program: Program, county: Customer, phone: Offer, django_assert_max_num_queries: Any
) -> None:
    counts, reseller = [], {"key": "transaction_reseller"}
    for lines in (3, 12):
        sent = cart_of(
            *(
                item(make_offer(f"Offer {n}", needs=(phone,)), n, participants=[{**reseller, "value": str(n)}])
                for n in range(lines)
            )
        )  # fmt: skip
        cart = program.post(carts_at(county), sent).json()
        program.get(f"{carts_at(county)}/{cart['id']}")
        with django_assert_max_num_queries(13) as counted:
            assert len(program.get(f"{carts_at(county)}/{cart['id']}").json()["lineItems"]) == lines
        counts.append(len(counted))
    assert counts[0] == counts[1]
