"""Subscriptions by API: listed, read, sent back, changed together, with add-ons and provisioning."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, Subscription
from partners.models import Partner
from tests import factories
from tests.api.holdings import AGES, acts, address, read, sold
from tests.api.kit import Program, access_token, application, pascal, refusal
from tests.orders.conftest import make_offer

BOUGHT = datetime(2026, 3, 2, 15, 10, 2, 345678, tzinfo=UTC)
NOBODY_S = str(uuid.uuid4())


@pytest.fixture
def program(contoso: Partner) -> Program:
    """Contoso's program; its token lives as long as these tests travel."""
    return Program(access_token(application(contoso), seconds=AGES))


@pytest.fixture
def held(sales_actor: Actor, county: Customer, g3: Offer) -> Subscription:
    """Ten seats that the county holds."""
    return sold(sales_actor, county, g3, friendly_name="Clerk's office")[0]


def test_a_subscription_as_the_contract_has_it(
    program: Program, sales_actor: Actor, county: Customer, g3: Offer
) -> None:
    with time_machine.travel(BOUGHT, tick=False):
        [held] = sold(sales_actor, county, g3, friendly_name="Clerk's office", seats=25)
    with time_machine.travel(BOUGHT + timedelta(days=1), tick=False):
        answer = program.get(address(held).upper())
    assert answer.status_code == 200
    body = answer.json()
    links, attributes = body.pop("links"), body.pop("attributes")
    assert body == {
        "id": str(held.pk),
        "offerId": g3.catalog_item_id,
        "offerName": "Office 365 G3 GCC",
        "friendlyName": "Clerk's office",
        "entitlementId": str(held.pk),
        "quantity": 25,
        "unitType": "Licenses",
        "hasPurchasableAddons": False,
        "creationDate": "2026-03-02T15:10:02.345Z",
        "effectiveStartDate": "2026-03-02T15:10:02.345Z",
        "commitmentEndDate": "2027-03-02T15:10:02.345Z",
        "cancellationAllowedUntilDate": "2026-03-09T23:59:59Z",
        "billingCycleEndDate": "2027-03-02T15:10:02.345Z",
        "status": "active",
        "autoRenewEnabled": True,
        "isTrial": False,
        "isMicrosoftProduct": True,
        "billingType": "license",
        "billingCycle": "annual",
        "termDuration": "P1Y",
        "renewalTermDuration": "P1Y",
        "refundOptions": [{"type": "Full", "expiresAt": "2026-03-09T23:59:59Z"}],
        "actions": ["edit", "cancel"],
        "suspensionReasons": [],
        "contractType": "subscription",
        "publisherName": "Microsoft Corporation",
        "partnerId": "",
        "orderId": held.line.order.number,
    }
    assert attributes.keys() == {"objectType", "etag"}
    assert attributes["objectType"] == "Subscription"
    assert links["self"]["uri"] == f"/{address(held)}"
    sku = f"/products/{g3.product_id}/skus/0001"
    assert links["availability"]["uri"] == f"{sku}/availabilities/{g3.availability_id}?country=US"
    assert set(links) == {"self", "product", "sku", "availability"}


def test_after_the_window_there_is_nothing_to_refund(program: Program, held: Subscription) -> None:
    with time_machine.travel(held.period_started_at + timedelta(days=9), tick=False):
        body = read(program, held)
    assert "refundOptions" not in body
    assert body["actions"] == ["edit"]


@pytest.mark.parametrize(
    ("plan", "days", "ends"),
    [
        ("P1Y:monthly", 0, "2026-04-02"),
        ("P1Y:monthly", 31, "2026-05-02"),
        ("P1Y:monthly", 360, "2027-03-02"),
        ("P1M:monthly", 10, "2026-04-02"),
        ("P1Y:annual", 200, "2027-03-02"),
    ],
)
def test_the_billing_cycle_ends_within_the_term(
    program: Program, sales_actor: Actor, county: Customer, g3: Offer, plan: str, days: int, ends: str
) -> None:
    with time_machine.travel(BOUGHT, tick=False):
        [held] = sold(sales_actor, county, g3, plan=plan)
    with time_machine.travel(BOUGHT + timedelta(days=days), tick=False):
        body = read(program, held)
    assert body["billingCycleEndDate"].startswith(ends)
    assert body["billingCycle"] == plan.partition(":")[2]


def test_addons_stand_on_their_base(
    program: Program, sales_actor: Actor, county: Customer, g3: Offer, contoso: Partner
) -> None:
    phone = make_offer("Teams Phone GCC", needs=(g3,))
    make_offer("Withdrawn add-on", needs=(g3,), is_active=False)
    base, addon = sold(sales_actor, county, g3, phone)
    assert read(program, base)["hasPurchasableAddons"] is True
    shown = read(program, addon)
    assert (shown["parentSubscriptionId"], shown["hasPurchasableAddons"]) == (str(base.pk), False)
    assert shown["links"]["parentSubscription"]["uri"] == f"/{address(base)}"
    addons = program.get(address(base, "/addons")).json()
    assert addons["totalCount"] == 1
    assert addons["items"] == [shown]
    assert addons["links"]["self"]["uri"] == f"/{address(base)}/addons"
    assert program.get(address(addon, "/addons")).json()["items"] == []


def test_the_list_is_narrowed_by_order_and_by_partner(
    program: Program, sales_actor: Actor, county: Customer, g3: Offer, contoso: Partner
) -> None:
    [first] = sold(sales_actor, county, g3)
    mpn_id = factories.partner(role="indirect_reseller", provider=contoso).mpn_id
    [second] = sold(sales_actor, county, g3, partner_on_record=mpn_id)
    path = f"customers/{county.pk}/subscriptions"

    def ids(query: str = "") -> set[str]:
        body = program.get(f"{path}{query}").json()
        assert body["attributes"] == {"objectType": "Collection"}
        assert body["totalCount"] == len(body["items"])
        return {each["id"] for each in body["items"]}

    assert ids() == {str(first.pk), str(second.pk)}
    assert ids(f"?order_id={first.line.order.number}") == {str(first.pk)}
    assert ids(f"?ORDER_ID={second.line.order.number}") == {str(second.pk)}
    assert ids(f"?mpn_id={mpn_id}") == {str(second.pk)}
    assert ids(f"?mpn_id={contoso.mpn_id}") == {str(first.pk)}
    assert ids("?order_id=nowhere") == ids("?mpn_id=1") == set()
    assert refusal(program.get(f"{path}?order_id={'9' * 51}")) == (400, 3000)


@pytest.mark.parametrize("path", ["", "/addons"])
def test_a_list_costs_the_same_for_any_number_of_rows(
    program: Program, sales_actor: Actor, county: Customer, g3: Offer, path: str
) -> None:
    phone = make_offer("Teams Phone GCC", needs=(g3,))
    [base] = sold(sales_actor, county, g3)
    url = address(base, path) if path else f"customers/{county.pk}/subscriptions"
    costs = {}
    for rows in (3, 12):
        while Subscription.objects.filter(offer=phone).count() < rows:
            sold(sales_actor, county, phone)
        program.get(url)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert program.get(url).json()["totalCount"] >= rows
        costs[rows] = len(asked)
    assert costs[3] == costs[12] <= 8


def test_what_was_read_and_is_sent_back_changes_nothing(program: Program, held: Subscription) -> None:
    whole = read(program, held)
    hollow = {key: value for key, value in whole.items() if key not in ("attributes", "contractType")}
    shortened = whole | {key: value[:23] + "Z" for key, value in whole.items() if key.endswith("Date")}
    for sent in (whole, pascal(whole), hollow | {"links": {"self": {}}}, shortened, {}, {"status": "ACTIVE"}):
        answer = program.patch(address(held), sent)
        assert answer.status_code == 200, answer.content
        assert answer.json() == whole
    assert acts(held) == []
    held.refresh_from_db()
    assert held.revision == 0


def test_the_title_stands_in_for_a_name_and_sent_back_is_none(
    program: Program, sales_actor: Actor, county: Customer, g3: Offer
) -> None:
    [held] = sold(sales_actor, county, g3)
    whole = read(program, held)
    assert whole["friendlyName"] == "Office 365 G3 GCC"
    assert program.patch(address(held), whole).json() == whole
    renamed = program.patch(address(held), {"FRIENDLYNAME": "  Sheriff  "}).json()
    assert renamed["friendlyName"] == "Sheriff"
    assert program.patch(address(held), {"friendlyName": ""}).json()["friendlyName"] == "Office 365 G3 GCC"
    assert acts(held) == ["rename", "rename"]


def test_several_changes_are_one(seller: Program, held: Subscription) -> None:
    sent = read(seller, held) | {
        "quantity": 30,
        "status": "Suspended",
        "friendlyName": "Town hall",
        "autoRenewEnabled": False,
    }
    answer = seller.patch(address(held), sent)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["quantity"], body["status"], body["friendlyName"]) == (30, "suspended", "Town hall")
    assert body["autoRenewEnabled"] is False
    assert body["suspensionReasons"]
    assert body["attributes"]["etag"] != sent["attributes"]["etag"]
    assert acts(held) == ["rename", "change_seats", "set_auto_renew", "suspend"]
    held.refresh_from_db()
    assert held.revision == 1
    back = seller.patch(address(held), {"status": "active", "quantity": 31, "autoRenewEnabled": True}).json()
    assert (back["quantity"], back["status"], back["autoRenewEnabled"]) == (31, "active", True)
    assert acts(held)[4:] == ["resume", "set_auto_renew", "change_seats"]


def test_one_refusal_undoes_them_all(program: Program, held: Subscription) -> None:
    sent = {"friendlyName": "Town hall", "autoRenewEnabled": False, "quantity": 301}
    assert refusal(program.patch(address(held), sent)) == (400, 2002)
    held.refresh_from_db()
    assert (held.friendly_name, held.auto_renew, held.quantity, held.revision) == (
        "Clerk's office", True, 10, 0,
    )  # fmt: skip
    assert (acts(held), acts(held, refused=True)) == ([], ["change_seats"])


def test_the_same_call_again_has_one_effect(program: Program, held: Subscription) -> None:
    named = {"MS-RequestId": str(uuid.uuid4())}
    whole = read(program, held)
    first = program.patch(address(held), whole | {"quantity": 12}, **named)
    again = program.patch(address(held), whole | {"quantity": 12}, **named)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert acts(held) == ["change_seats"]


def test_a_stale_etag_is_refused_from_header_and_body(program: Program, held: Subscription) -> None:
    whole = read(program, held)
    etag = whole["attributes"]["etag"]
    changed = program.patch(address(held), {"quantity": 11}, If_Match=f'"{etag}"')
    assert changed.json()["attributes"]["etag"] != etag
    assert refusal(program.patch(address(held), whole)) == (400, 2055)
    assert refusal(program.patch(address(held), {"quantity": 12}, If_Match=f'"{etag}"')) == (400, 2055)
    assert program.patch(address(held), {"quantity": 12}, If_Match="*").json()["quantity"] == 12
    fresh = whole | {"attributes": {"Etag": read(program, held)["attributes"]["etag"]}, "quantity": 13}
    assert program.patch(address(held), fresh).json()["quantity"] == 13


def test_provisioning(person: Program, program: Program, held: Subscription) -> None:
    body = person.get(address(held, "/provisioningStatus")).json()
    assert uuid.UUID(body["skuId"])
    assert (body["status"], body["quantity"]) == ("success", 10)
    assert body["attributes"] == {"objectType": "SubscriptionProvisioningStatus"}
    assert body["endDate"] == read(person, held)["commitmentEndDate"]
    assert refusal(program.get(address(held, "/provisioningstatus"))) == (403, 900329)
    person.patch(address(held), {"status": "deleted"})
    assert person.get(address(held, "/provisioningstatus")).json()["quantity"] == 0


@pytest.mark.parametrize("rest", ["", "/addons", "/provisioningstatus"])
def test_nobody_else_s_subscription_is_there(
    person: Program, foreign: Program, contoso: Partner, held: Subscription, rest: str
) -> None:
    other = factories.customer(contoso, "Bay County")
    elsewhere = f"customers/{other.pk}/subscriptions/{held.pk}{rest}"
    assert refusal(person.get(elsewhere)) == (404, 20003)
    assert refusal(person.get(f"customers/{other.pk}/subscriptions/{NOBODY_S}{rest}")) == (404, 20003)
    assert refusal(foreign.get(address(held, rest))) == (404, 60003)
    assert refusal(person.get(f"customers/{held.customer_id}/subscriptions/42{rest}")) == (400, 3000)
    assert refusal(person.get(f"customers/42/subscriptions/{held.pk}{rest}")) == (400, 900118)


def test_a_shared_customer_s_subscription_of_another_partner_is_not_there(
    foreign: Program, tailspin: Partner, contoso: Partner, held: Subscription, person: Program
) -> None:
    factories.relate(tailspin, held.customer)
    other = factories.customer(contoso, "Bay County")
    path = f"customers/{held.customer_id}/subscriptions"
    assert foreign.get(path).json()["items"] == []
    assert refusal(foreign.get(address(held))) == (404, 20003)
    for program, url in (
        (foreign, address(held)),
        (person, f"customers/{other.pk}/subscriptions/{held.pk}"),
    ):
        assert refusal(program.patch(url, {"quantity": 20})) == (404, 20003)
    held.refresh_from_db()
    assert held.quantity == 10


def test_words_that_the_java_client_does_not_know(
    contoso: Partner, program: Program, sales_actor: Actor, county: Customer
) -> None:
    long = make_offer("Long", terms=["P3Y"], billing_cycles=["triennial"])
    [held] = sold(sales_actor, county, long, plan="P3Y:triennial")
    said: dict[str, Any] = {"MS-PartnerCenter-Client": "Partner Center Java SDK"}
    whole = program.get(address(held), **said).json()
    assert (whole["billingCycle"], whole["status"]) == ("unknown", "active")
    assert program.patch(address(held), whole | {"quantity": 12}, **said).json()["quantity"] == 12
    assert read(program, held)["billingCycle"] == "triennial"
    with time_machine.travel(held.commitment_ends_at + timedelta(days=1), tick=False):
        from orders.services.sweeps import renew_due

        assert program.patch(address(held), {"autoRenewEnabled": False}).status_code == 200
        assert renew_due() == (0, 1)
        ended = program.get(address(held), **said).json()
        assert ended["status"] == "deleted"
        assert program.patch(address(held), ended, **said).json() == ended
        plain = read(program, held)
        assert (plain["status"], plain["actions"]) == ("expired", [])
        # What .NET reads for a word that it does not know.
        assert program.patch(address(held), plain | {"status": "None"}).json() == plain
