"""A hostile program and what stands below an order: bases that go while it is asked for, and bases that have ended."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from customers.models import Customer
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, Order, Subscription
from orders.services import api_orders as programs
from orders.services import subscriptions
from tests.api.holdings import acts, address, sold
from tests.api.kit import Program, refusal
from tests.api.ordering import line, order_of, orders_at, stored
from tests.orders.conftest import MONTHLY
from tests.orders.test_together import at_once

race = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
ENDED = {"state": "cancelled", "ended_at": timezone.now()}


def while_it_goes(held: Subscription, change: dict[str, Any], program: Program, body: Any) -> Any:
    """Return the answer to an order that comes in while the subscription is being changed, not committed yet."""
    locked, waited = threading.Event(), threading.Event()

    def act(number: int) -> Any:
        if number == 0:
            with transaction.atomic():
                Subscription.objects.filter(pk=held.pk).update(**change)
                locked.set()
                # The order is now on its way into the lock.
                waited.wait(1)
            return None
        locked.wait(30)
        return Program("", **program.headers).post(orders_at(held.customer), body)

    return at_once(2, act)[1]


@pytest.mark.parametrize("change", [{"state": "suspended"}, ENDED], ids=["suspended", "cancelled"])
@pytest.mark.parametrize("others", [0, 1])
class TestRaces:
    """A base that goes takes the order along: there is none on another base, and none that fails afterwards."""

    pytestmark = race

    def test_the_parent_that_is_named_goes(
        self,
        program: Program,
        county: Customer,
        g3: Offer,
        phone: Offer,
        sales_actor: Actor,
        change: dict[str, Any],
        others: int,
    ) -> None:
        for _each in range(others):
            sold(sales_actor, county, g3)
        parent = sold(sales_actor, county, g3, plan=MONTHLY)[0]
        before = stored()
        body = order_of(line(phone, parentSubscriptionId=str(parent.pk)))
        answer = while_it_goes(parent, change, program, body)
        assert refusal(answer)[0] in (400, 409)
        assert "O1.parent_inactive" in answer.json()["data"]
        assert stored() == before


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_only_base_goes(
    program: Program, county: Customer, g3: Offer, phone: Offer, sales_actor: Actor
) -> None:
    base = sold(sales_actor, county, g3)[0]
    before = stored()
    assert refusal(while_it_goes(base, ENDED, program, order_of(line(phone)))) == (400, 4018)
    assert stored() == before


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_named", [True, False])
def test_a_base_that_comes_back_between_two_looks(
    program: Program,
    county: Customer,
    g3: Offer,
    g5: Offer,
    phone: Offer,
    sales_actor: Actor,
    monkeypatch: pytest.MonkeyPatch,
    is_named: bool,
) -> None:
    """What the gate finds in use is what the order is fulfilled with: none fails, none gets another base."""
    parent = sold(sales_actor, county, g3)[0]
    if is_named:
        sold(sales_actor, county, g5)
    subscriptions.suspend(sales_actor, parent.pk, parent.revision)
    before, hold, back = stored(), programs.locked_in_use, []

    def comes_back() -> None:
        back.append(subscriptions.resume(sales_actor, parent.pk, parent.revision + 1))
        connections.close_all()

    thread = threading.Thread(target=comes_back)

    def held_meanwhile(*parties: Any) -> list[Subscription]:
        found = hold(*parties)
        thread.start()
        thread.join(1)  # unless it waits until the order has come to its end
        return found

    monkeypatch.setattr(programs, "locked_in_use", held_meanwhile)
    named = {"parentSubscriptionId": str(parent.pk)} if is_named else {}
    answer = program.post(orders_at(county), order_of(line(phone, **named)))
    thread.join(30)
    assert back
    assert refusal(answer)[0] in (400, 409)
    assert stored() == before


@pytest.fixture
def over(sales_actor: Actor, county: Customer, g3: Offer) -> Subscription:
    """A subscription that ended yesterday; the sweep that says so has not come by."""
    held = sold(sales_actor, county, g3)[0]
    now = timezone.now()
    times = {"period_started_at": now - timedelta(days=366), "commitment_ends_at": now - timedelta(days=1)}
    Subscription.objects.filter(pk=held.pk).update(auto_renew=False, **times)
    return held


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent",
    [
        {"quantity": 20},
        {"autoRenewEnabled": True},
        {"autoRenewEnabled": True, "quantity": 20},
        {"autoRenewEnabled": True, "scheduledNextTermInstructions": {"quantity": 5}},
    ],
)
def test_what_has_ended_is_not_brought_back(program: Program, over: Subscription, sent: Any) -> None:
    assert refusal(program.patch(address(over), sent)) == (400, 2011)
    over.refresh_from_db()
    assert (over.quantity, over.auto_renew, over.scheduled_quantity, over.revision) == (10, False, None, 0)
    assert acts(over) == []


@pytest.mark.django_db
def test_what_has_ended_is_not_resumed(program: Program, over: Subscription) -> None:
    Subscription.objects.filter(pk=over.pk).update(state="suspended")
    assert refusal(program.patch(address(over), {"status": "active"})) == (400, 2011)


@pytest.mark.django_db
@pytest.mark.parametrize("is_named", [True, False])
def test_nothing_is_sold_on_what_has_ended(
    program: Program, county: Customer, phone: Offer, over: Subscription, is_named: bool
) -> None:
    body = order_of(line(phone, **({"parentSubscriptionId": str(over.pk)} if is_named else {})))
    answer = program.post(orders_at(county), body)
    assert refusal(answer) == (400, 4018)
    assert ("O1.parent_inactive" in answer.json()["data"]) == is_named  # type: ignore[attr-defined]
    assert Order.objects.filter(lines__offer=phone).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("others", [0, 1])
@pytest.mark.parametrize(
    "gone", [{"state": "suspended"}, {**ENDED, "state": "expired"}], ids=["suspended", "expired"]
)
def test_no_seats_are_added_to_what_lost_its_base(
    program: Program,
    county: Customer,
    g3: Offer,
    g5: Offer,
    phone: Offer,
    sales_actor: Actor,
    gone: dict[str, Any],
    others: int,
) -> None:
    """Added seats are a sale: what can't be ordered anew isn't added to, unless another base stands in."""
    base, addon = sold(sales_actor, county, g3, phone)
    for _each in range(others):
        sold(sales_actor, county, g5)
    Subscription.objects.filter(pk=base.pk).update(**gone)
    answer = program.patch(address(addon), {"quantity": 20})
    assert answer.status_code == (200 if others else 400), answer.content
    addon.refresh_from_db()
    assert addon.quantity == (20 if others else 10)
    assert program.patch(address(addon), {"quantity": 5}).status_code == 200
