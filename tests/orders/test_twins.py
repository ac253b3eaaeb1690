"""Each rule about rows is said once for querysets and once in Python: both find the same rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers.models import Customer
from gcc_portal.core.people.models import User
from orders.models import ApiCart, Offer, Order, Subscription
from orders.states import OrderState, SubscriptionState
from partners.models import Partner
from tests import factories

NOW = timezone.now()
PAST, FUTURE = NOW - timedelta(days=1), NOW + timedelta(days=1)


def make_order(
    partner: Partner, customer: Customer, by: User, state: str = "completed", **fields: Any
) -> Order:
    """Return an order in this state."""
    return Order.objects.create(
        partner=partner, customer=customer, created_by=by, state=state, submitted_at=NOW, **fields
    )


@pytest.fixture
def subscriptions(sales: User, buy: Callable[..., Subscription], g3: Offer) -> None:
    """A subscription of each state, renewed or not, within its period and past it."""
    one = buy(g3)
    for state in SubscriptionState:
        for auto_renew in (True, False):
            for end in (PAST, NOW, FUTURE):
                line = one.line
                line.pk = None
                line.term, line.billing_cycle = "P1Y", "annual"
                line.order = make_order(one.partner, one.customer, sales)
                line.save(force_insert=True)
                Subscription.objects.create(
                    partner=one.partner,
                    customer=one.customer,
                    offer=g3,
                    line=line,
                    state=state,
                    quantity=1,
                    term="P1Y",
                    billing_cycle="annual",
                    unit_price_cents=100,
                    purchased_at=NOW - timedelta(days=400),
                    period_started_at=NOW - timedelta(days=400),
                    commitment_ends_at=end,
                    auto_renew=auto_renew,
                    ended_at=NOW,
                )


@pytest.mark.usefixtures("subscriptions")
def test_subscriptions_in_use() -> None:
    rows = list(Subscription.objects.all())
    assert set(Subscription.objects.in_use(NOW)) == {row for row in rows if row.is_in_use(NOW)}
    assert 0 < Subscription.objects.in_use(NOW).count() < len(rows)


def test_open_carts(contoso: Partner, sales: User) -> None:
    for state in OrderState:
        for end in (PAST, NOW, FUTURE):
            customer = factories.customer(contoso, f"{state} {end}")
            make_order(contoso, customer, sales, state, expires_at=end)
    rows = list(Order.objects.all())
    assert set(Order.objects.open_carts(NOW)) == {row for row in rows if row.is_open_cart(NOW)}
    assert Order.objects.open_carts(NOW).count() == 1
    assert sum(row.is_expired_cart(NOW) for row in rows) == 2


def test_api_carts_that_are_kept(contoso: Partner, sales: User) -> None:
    customer = factories.customer(contoso, "Harborview County")
    for end in (PAST, NOW, FUTURE):
        ApiCart.objects.create(partner=contoso, customer=customer, expires_at=end)
        ordered = make_order(contoso, customer, sales)
        ApiCart.objects.create(partner=contoso, customer=customer, expires_at=end, order=ordered)
    rows = list(ApiCart.objects.all())
    assert set(ApiCart.objects.kept(NOW)) == {row for row in rows if row.is_kept(NOW)}
    assert ApiCart.objects.kept(NOW).count() == 4
