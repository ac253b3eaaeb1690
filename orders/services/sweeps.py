"""What time does: renewals, expiries, carts that were kept too long. Each batch is one transaction."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gcc_portal.core.machine import collect_transition, transition_entry
from gcc_portal.core.people.actors import portal
from gcc_portal.core.unit_of_work import UnitOfWork
from orders.models import ApiCart, Order, Subscription
from orders.states import OrderState, SubscriptionState

BATCH = 200
PERIOD_FIELDS = [
    "state", "quantity", "scheduled_quantity", "period_started_at", "commitment_ends_at", "ended_at", "revision",
]  # fmt: skip


def renew_due(at: datetime | None = None) -> tuple[int, int]:
    """Renew the subscriptions whose period is over, or let them run out; return how many of each.

    Seats that were scheduled for the renewal take effect (O4). Run in two workers, each row is taken once.
    """
    now = at or timezone.now()
    renewed = expired = 0
    while True:
        taken, gone_on, ended = _renew_batch(now)
        renewed, expired = renewed + gone_on, expired + ended
        if taken < BATCH:
            return renewed, expired


@transaction.atomic
def _renew_batch(now: datetime) -> tuple[int, int, int]:
    due = Subscription.objects.running_out_by(now).select_for_update(skip_locked=True)
    batch = list(due.order_by("commitment_ends_at", "pk")[:BATCH])
    unit = UnitOfWork()
    for each in batch:
        # A sweep that was down for longer than a term renews more than once.
        while each.auto_renew and each.commitment_ends_at <= now:
            seats = [each.quantity, each.scheduled_quantity or each.quantity]
            unit.audit(transition_entry(each, "renew", portal(), data={"quantity": seats}, at=now))
        if not each.auto_renew:
            unit.audit(transition_entry(each, "expire", portal(), at=now))
        each.revision += 1
        unit.update(each, PERIOD_FIELDS)
    unit.write()
    ended = sum(each.state == SubscriptionState.EXPIRED for each in batch)
    return len(batch), len(batch) - ended, ended


def expire_carts(at: datetime | None = None) -> int:
    """Clear the carts that were not touched for seven days; return how many. Their lines stay for the record.

    Those of API clients were never more than what was sent: they are removed.
    """
    now = at or timezone.now()
    cleared = 0
    for batch in (_cart_batch, _api_cart_batch):
        taken = BATCH
        while taken == BATCH:
            taken = batch(now)
            cleared += taken
    return cleared


@transaction.atomic
def _cart_batch(now: datetime) -> int:
    past = Order.objects.select_for_update(skip_locked=True).filter(
        state=OrderState.CART, expires_at__lte=now
    )
    batch = list(past.order_by("expires_at")[:BATCH])
    why = _("The cart was kept for seven days and has expired.")
    unit = UnitOfWork()
    for cart in batch:
        collect_transition(unit, cart, "cancel", portal(), fields=("state", "finished_at"), reason=why)
    unit.write()
    return len(batch)


@transaction.atomic
def _api_cart_batch(now: datetime) -> int:
    past = ApiCart.objects.select_for_update(skip_locked=True).filter(order=None, expires_at__lte=now)
    batch = list(past.order_by("expires_at").values_list("pk", flat=True)[:BATCH])
    ApiCart.objects.filter(pk__in=batch).delete()
    return len(batch)
