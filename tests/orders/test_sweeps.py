"""What time does: renewals, expiries and carts that were kept too long."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Customer
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked, WrongState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from orders import tasks
from orders.gates.seats import can_cancel
from orders.models import Offer, Order, Subscription
from orders.models.terms import add_months
from orders.services import carts, placing, sweeps
from orders.services import subscriptions as services
from tests.orders.conftest import MONTHLY, YEARLY, make_offer

BOUGHT = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def held(buy: Callable[..., Subscription], g3: Offer) -> Subscription:
    """Ten seats for a year, bought on 31 January."""
    return buy(g3, at=BOUGHT)


def test_nothing_is_renewed_before_its_day(held: Subscription) -> None:
    assert held.commitment_ends_at == datetime(2027, 1, 31, 12, tzinfo=UTC)
    assert sweeps.renew_due(held.commitment_ends_at - timedelta(seconds=1)) == (0, 0)
    for early in (held.renew, held.expire):
        with pytest.raises(Blocked):
            early(at=held.commitment_ends_at - timedelta(seconds=1))


def test_a_renewal_takes_the_scheduled_seats_and_opens_the_window(
    held: Subscription, sales_actor: Actor
) -> None:
    services.schedule_seats(sales_actor, held.pk, 0, 4)
    with time_machine.travel(datetime(2027, 1, 31, 12, tzinfo=UTC), tick=False):
        assert tasks.renew_due() == (1, 0)
        assert tasks.renew_due() == (0, 0)
        held.refresh_from_db()
        assert (held.quantity, held.scheduled_quantity, held.state) == (4, None, "active")
        assert held.commitment_ends_at == datetime(2028, 1, 31, 12, tzinfo=UTC)
        assert can_cancel(held) == []
    entry = history_of(held).first()
    assert (entry.action, entry.shown_reason) == ("renew", "Renewed with 4 seats")


def test_without_auto_renew_it_ends(held: Subscription, sales_actor: Actor) -> None:
    services.set_auto_renew(sales_actor, held.pk, 0, on=False)
    assert sweeps.renew_due(datetime(2027, 2, 3, tzinfo=UTC)) == (0, 1)
    held.refresh_from_db()
    assert (held.state, held.ended_at) == ("expired", datetime(2027, 1, 31, 12, tzinfo=UTC))
    with pytest.raises(WrongState):
        services.change_seats(sales_actor, held.pk, held.revision, 20)


def test_a_monthly_term_comes_back_to_its_day(buy: Callable[..., Subscription], g3: Offer) -> None:
    monthly = buy(g3, at=BOUGHT, plan=MONTHLY)
    assert monthly.commitment_ends_at == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert sweeps.renew_due(datetime(2026, 2, 28, 12, tzinfo=UTC)) == (1, 0)
    monthly.refresh_from_db()
    assert monthly.commitment_ends_at == datetime(2026, 3, 31, 12, tzinfo=UTC)
    # A portal that stood still for months catches up.
    sweeps.renew_due(datetime(2026, 7, 1, tzinfo=UTC))
    monthly.refresh_from_db()
    assert monthly.commitment_ends_at == datetime(2026, 7, 31, 12, tzinfo=UTC)
    assert history_of(monthly).filter(action="renew").count() == 5


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 36, "2027-02-28"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-11-15", 1, "2026-12-15"),
    ],
)
def test_months_end_on_days_that_exist(start: str, months: int, end: str) -> None:
    assert add_months(datetime.fromisoformat(start), months) == datetime.fromisoformat(end)


def test_many_renewals_cost_the_same_statements(held: Subscription, place: Callable[..., Order]) -> None:
    def statements(now: datetime) -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            sweeps.renew_due(now)
        return len(counted)

    few = statements(datetime(2027, 2, 1, tzinfo=UTC))
    place(*(make_offer(f"Offer {number}") for number in range(30)), at=BOUGHT)
    assert statements(datetime(2028, 2, 1, tzinfo=UTC)) == few


def test_carts_are_cleared_after_seven_days(
    sales_actor: Actor, county: Customer, g3: Offer, client_of: Callable[[User], Client], sales: User
) -> None:
    start = datetime(2026, 5, 4, 9, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        carts.add_line(sales_actor, county.pk, g3.pk, 1, YEARLY)
    cart = Order.objects.get()
    with time_machine.travel(start + timedelta(days=6, hours=23), tick=False):
        assert tasks.expire_carts() == 0
        assert client_of(sales).get(reverse("orders:cart", args=[county.pk])).context["cart_size"] == 1
    with time_machine.travel(start + timedelta(days=7), tick=False):
        # Over, whether or not the sweep has run: it is neither shown nor sold.
        assert client_of(sales).get(reverse("orders:cart", args=[county.pk])).context["cart_size"] == 0
        with pytest.raises(Blocked) as refused:
            placing.submit(sales_actor, cart.number, cart.revision)
        assert [each.code for each in refused.value.blockers] == ["O1.cart_expired"]
        assert tasks.expire_carts() == 1
        assert tasks.expire_carts() == 0
        with pytest.raises(WrongState):
            placing.submit(sales_actor, cart.number, cart.revision)
    cart.refresh_from_db()
    assert cart.state == "cancelled"
    assert history_of(cart).first().role == "system"


def test_a_new_cart_takes_the_place_of_one_that_is_over(
    sales_actor: Actor, county: Customer, g3: Offer
) -> None:
    with time_machine.travel(datetime(2026, 5, 4, tzinfo=UTC), tick=False):
        old, _before = carts.add_line(sales_actor, county.pk, g3.pk, 1, YEARLY)
    with time_machine.travel(datetime(2026, 5, 20, tzinfo=UTC), tick=False):
        new, before = carts.add_line(sales_actor, county.pk, g3.pk, 2, YEARLY)
    assert (new.order_id != old.order_id, before) == (True, 0)
    assert Order.objects.get(pk=old.order_id).state == "cancelled"


def test_a_cart_that_is_used_is_kept(sales_actor: Actor, county: Customer, g3: Offer, g5: Offer) -> None:
    start = datetime(2026, 5, 4, tzinfo=UTC)
    for day, offer in ((0, g3), (6, g5)):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            carts.add_line(sales_actor, county.pk, offer.pk, 1, YEARLY)
    assert Order.objects.get().expires_at == start + timedelta(days=13)
