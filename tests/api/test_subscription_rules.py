"""Each rule that a change of a subscription can meet: refused with its code and nothing written, and let through."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from customers.models import Customer, SpecialQualification
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from orders.models import Offer, OrderLine, Subscription
from orders.services import subscriptions as services
from partners.models import Partner
from tests import factories
from tests.api.holdings import AGES, acts, address, read, sold
from tests.api.kit import Program, access_token, application, refusal
from tests.orders.conftest import make_offer
from tests.orders.test_together import at_once

BOUGHT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
LAST = datetime(2026, 3, 8, 23, 59, 59, tzinfo=UTC)
OVER = datetime(2026, 3, 9, 0, 0, 0, tzinfo=UTC)


@pytest.fixture
def g3(db: None) -> Offer:
    """A government offer of 2 to 300 seats."""
    return make_offer("Office 365 G3 GCC", min_quantity=2)


@pytest.fixture
def held(sales_actor: Actor, county: Customer, g3: Offer) -> Subscription:
    """Ten seats that the county holds."""
    return sold(sales_actor, county, g3)[0]


@pytest.fixture
def program(contoso: Partner) -> Program:
    """Contoso's program; its tokens live as long as these tests travel."""
    return Program(access_token(application(contoso), seconds=AGES))


def state_of(held: Subscription) -> dict[str, Any]:
    """Return what is stored of the subscription."""
    return Subscription.objects.filter(pk=held.pk).values().get()


def refused(program: Program, held: Subscription, sent: Any) -> tuple[int, int]:
    """Return by what the change is refused, having seen that nothing was written."""
    before, done = state_of(held), acts(held)
    answer = refusal(program.patch(address(held), sent))
    assert (state_of(held), acts(held)) == (before, done)
    return answer


@pytest.mark.parametrize(
    ("sent", "code"), [({"quantity": 5}, 800090), ({"status": "deleted"}, 900117)], ids=["seats", "cancel"]
)
def test_o4_the_window(
    program: Program, sales_actor: Actor, county: Customer, g3: Offer, sent: Any, code: int
) -> None:
    with time_machine.travel(BOUGHT, tick=False):
        [held] = sold(sales_actor, county, g3)
    with time_machine.travel(OVER, tick=False):
        assert refused(program, held, sent) == (400, code)
        told = program.patch(address(held), sent).json()
        assert told["data"] == ["O4.window"]
        assert "until Mar 8, 2026 (UTC)" in told["description"]
        entry = history_of(held).first()
        assert (entry.refused, entry.channel, entry.user_id) == (True, "api", None)
        assert program.patch(address(held), {"quantity": 20}).json()["quantity"] == 20
    with time_machine.travel(LAST, tick=False):
        body = program.patch(address(held), sent).json()
    assert {key: body[key] for key in sent} == sent


@pytest.mark.parametrize("quantity", [0, 1, 301, 2**31 - 1])
def test_o1_the_offer_s_limits(program: Program, held: Subscription, quantity: int) -> None:
    assert refused(program, held, {"quantity": quantity}) == (400, 2002)


@pytest.mark.parametrize("quantity", [2, 300])
def test_o1_within_the_offer_s_limits(program: Program, held: Subscription, quantity: int) -> None:
    assert program.patch(address(held), {"quantity": quantity}).json()["quantity"] == quantity


@pytest.mark.parametrize(
    "sent",
    [
        {"quantity": value} for value in (-1, 2**31, 10**30, 1.5, 12.0, True, "12", "many", [12], {"n": 1})
    ]
    + [
        {"status": value} for value in ("paused", 7, ["active"], True)
    ]
    + [
        {"autoRenewEnabled": value} for value in ("yes", 1, [])
    ]
    + [
        {"friendlyName": value} for value in ("x" * 201, "two\nlines", "\u202etxt", 7, ["x"])
    ]
    + [
        {"partnerId": value} for value in ("1" * 21, 4712345, {})
    ]
    + [
        {"scheduledNextTermInstructions": value} for value in ([], "x", {"quantity": "x"}, {"quantity": -1})
    ]
    + [{"commitmentEndDate": "soon"}, {"attributes": "etag"}, {"attributes": {"etag": "x" * 201}}, [], 7, "x"],
    ids=repr,
)  # fmt: skip
def test_what_makes_no_sense(program: Program, held: Subscription, sent: Any) -> None:
    assert refused(program, held, sent) == (400, 3000)


@pytest.mark.parametrize("status", ["pending", "expired", "disabled", "none"])
def test_a_status_that_nobody_sets(program: Program, held: Subscription, status: str) -> None:
    assert refused(program, held, {"status": status}) == (400, 800096)


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("billingCycle", "monthly", 2054),
        ("termDuration", "P3Y", 2054),
        ("renewalTermDuration", "P1M", 2054),
        ("offerId", "GCCP9999:0001:GCCA9999", 2006),
        ("orderId", "2222-2222-2222", 3000),
        ("id", "8e1d7c52-0000-4000-8000-000000000000", 3000),
        ("parentSubscriptionId", "8e1d7c52-0000-4000-8000-000000000000", 3000),
        ("contractType", "productKey", 3000),
        ("commitmentEndDate", "2030-01-01T00:00:00Z", 3000),
        ("commitmentEndDate", "9999-12-31T23:59:59-12:00", 3000),
        ("effectiveStartDate", "2020-01-01T00:00:00", 3000),
        (
            "scheduledNextTermInstructions",
            {"product": {"productId": "GCCP9999", "skuId": "0001"}, "quantity": 5},
            2006,
        ),
    ],
)
def test_a_member_that_is_read_only(
    program: Program, held: Subscription, member: str, value: Any, code: int
) -> None:
    sent = read(program, held) | {member: value, "quantity": 20}
    assert refused(program, held, sent) == (400, code)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("billingCycle", "Annual"),
        ("billingCycle", "unknown"),
        ("parentSubscriptionId", ""),
        ("creationDate", "0001-01-01T00:00:00"),
        ("hasPurchasableAddons", True),
        ("links", {"self": None}),
        ("links", []),
    ],
)
def test_a_read_only_member_as_clients_spell_it(
    program: Program, held: Subscription, member: str, value: Any
) -> None:
    sent = read(program, held) | {member: value, "quantity": 20}
    assert program.patch(address(held), sent).json()["quantity"] == 20


def test_a_suspended_one_keeps_its_seats(program: Program, held: Subscription) -> None:
    assert program.patch(address(held), {"status": "suspended"}).json()["status"] == "suspended"
    assert refused(program, held, {"quantity": 20}) == (400, 2001)
    assert refused(program, held, {"scheduledNextTermInstructions": {"quantity": 5}}) == (400, 800091)
    assert program.patch(address(held), {"friendlyName": "Town hall"}).json()["friendlyName"] == "Town hall"
    assert program.patch(address(held), {"autoRenewEnabled": False}).json()["autoRenewEnabled"] is False
    assert program.patch(address(held), {"status": "active", "quantity": 20}).json()["quantity"] == 20


@pytest.mark.parametrize(
    "sent",
    [
        {"status": "active"},
        {"status": "suspended"},
        {"quantity": 20},
        {"friendlyName": "x"},
        {"autoRenewEnabled": False},
        {"partnerId": "1"},
    ],
    ids=repr,
)
def test_what_has_ended_is_not_changed(program: Program, held: Subscription, sent: Any) -> None:
    ended = program.patch(address(held), {"status": "DELETED"}).json()
    assert (ended["status"], ended["actions"], "refundOptions" in ended) == ("deleted", [], False)
    assert refused(program, held, sent) == (400, 2011)
    assert program.patch(address(held), ended).json() == ended


def test_o1_an_addon_rests_with_its_base(
    program: Program, sales_actor: Actor, county: Customer, g3: Offer
) -> None:
    base, addon = sold(sales_actor, county, g3, make_offer("Teams Phone GCC", needs=(g3,)))
    for each in (base, addon):
        assert program.patch(address(each), {"status": "suspended"}).status_code == 200
    assert refused(program, addon, {"status": "active"}) == (409, 27009)
    assert program.patch(address(base), {"status": "active"}).status_code == 200
    assert program.patch(address(addon), {"status": "active"}).json()["status"] == "active"
    assert refused(program, base, {"status": "deleted"}) == (400, 800096)
    assert program.patch(address(addon), {"status": "deleted"}).status_code == 200
    assert program.patch(address(base), {"status": "deleted"}).status_code == 200


def test_o4_a_trial_is_not_renewed(program: Program, sales_actor: Actor, county: Customer) -> None:
    [trial] = sold(sales_actor, county, make_offer("Trial", kind="trial", price_cents=0))
    assert refused(program, trial, {"autoRenewEnabled": True}) == (400, 800093)
    shown = read(program, trial)
    assert (shown["isTrial"], shown["autoRenewEnabled"]) == (True, False)


def test_seats_for_the_renewal(program: Program, held: Subscription) -> None:
    def schedule(later: int, **others: Any) -> Any:
        return {"scheduledNextTermInstructions": {"quantity": later, "product": None}} | others

    body = program.patch(address(held), schedule(4)).json()
    assert body["scheduledNextTermInstructions"]["quantity"] == 4
    assert body["scheduledNextTermInstructions"]["product"]["termDuration"] == "P1Y"
    assert program.patch(address(held), body).json() == body
    assert refused(program, held, schedule(11)) == (400, 800095)
    assert refused(program, held, schedule(1)) == (400, 2002)
    assert "scheduledNextTermInstructions" not in program.patch(address(held), schedule(10)).json()
    assert acts(held) == ["schedule_seats", "unschedule_seats"]
    body = program.patch(address(held), schedule(15, quantity=20)).json()
    assert (body["quantity"], body["scheduledNextTermInstructions"]["quantity"]) == (20, 15)
    off = program.patch(address(held), body | {"autoRenewEnabled": False, "attributes": None}).json()
    assert "scheduledNextTermInstructions" not in off
    assert refused(program, held, schedule(4)) == (400, 800093)
    assert program.patch(address(held), schedule(4, autoRenewEnabled=True)).status_code == 200


@pytest.mark.parametrize(
    ("break_it", "answer", "rule"),
    [
        (lambda: Partner.objects.update(qualification="revoked"), (403, 2006), "O1.partner_not_qualified"),
        (lambda: SpecialQualification.objects.update(state="revoked"), (400, 800086), "O2.segment"),
    ],
)
def test_more_seats_are_a_sale(
    program: Program, held: Subscription, break_it: Callable[[], Any], answer: tuple[int, int], rule: str
) -> None:
    break_it()
    assert refused(program, held, {"quantity": 11}) == answer
    assert rule in program.patch(address(held), {"quantity": 11}).json()["data"]
    assert program.patch(address(held), {"quantity": 9}).json()["quantity"] == 9


def test_p2_who_may_be_on_record(fabrikam: Partner, northwind: Partner, tailspin: Partner) -> None:
    Partner.objects.filter(pk=fabrikam.pk).update(qualification="qualified")
    county = factories.customer(fabrikam, "Bay County")
    agent: User = factories.agent(fabrikam, "sales_agent").user
    [held] = sold(factories.actor(agent), county, make_offer("Office 365 G5 GCC"))
    program = Program(access_token(application(fabrikam)))
    for mpn_id, answer in (
        (fabrikam.mpn_id, (404, 2072)),
        ("99999999", (404, 800015)),
        (tailspin.mpn_id, (400, 800016)),
    ):
        assert refused(program, held, {"partnerId": mpn_id}) == answer
    assert acts(held, refused=True) == ["put_on_record"] * 3
    assert program.patch(address(held), {"partnerId": northwind.mpn_id}).json()["partnerId"] == (
        northwind.mpn_id
    )
    assert program.patch(address(held), {"partnerId": ""}).json()["partnerId"] == ""
    assert acts(held) == ["put_on_record", "put_on_record"]


def test_what_the_line_said_stands_on_the_subscription(
    sales_actor: Actor, county: Customer, g3: Offer, program: Program, contoso: Partner
) -> None:
    mpn_id = factories.partner(role="indirect_reseller", provider=contoso).mpn_id
    [held] = sold(sales_actor, county, g3, friendly_name="Clerk's office", partner_on_record=mpn_id)
    body = read(program, held)
    assert (body["friendlyName"], body["partnerId"]) == ("Clerk's office", mpn_id)
    assert OrderLine.objects.get().friendly_name == held.friendly_name


def test_page_and_api_change_one_revision(program: Program, held: Subscription, sales_actor: Actor) -> None:
    whole = read(program, held)
    services.change_seats(sales_actor, held.pk, 0, 20)
    assert refused(program, held, whole | {"quantity": 30}) == (400, 2055)
    assert program.patch(address(held), read(program, held) | {"quantity": 30}).json()["quantity"] == 30


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False])
def test_of_two_changes_of_one_version_one_wins(
    monkeypatch: pytest.MonkeyPatch, contoso: Partner, sales_actor: Actor, county: Customer, same: bool
) -> None:
    from orders import tasks

    monkeypatch.setattr(tasks.fulfil, "delay", lambda _order_id: None)
    [held] = sold(sales_actor, county, make_offer("Office 365 G5 GCC"))
    token = access_token(application(contoso))
    whole = read(Program(token), held)

    def change(number: int) -> tuple[int, int]:
        sent = whole | {"quantity": 20 if same else 20 + number}
        answer = Program(token).patch(address(held), sent)
        return (200, 0) if answer.status_code == 200 else refusal(answer)

    assert sorted(at_once(4, change)) == [(200, 0)] + [(400, 2055)] * 3
    assert acts(held) == ["change_seats"]
    assert history_of(held).count() == 2
    assert held.period_started_at < held.commitment_ends_at - timedelta(days=300)
