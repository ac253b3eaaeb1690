"""Fulfilment: the task that turns an order's lines into subscriptions."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gcc_portal.audit.models import AuditEntry
from gcc_portal.audit.record import entry
from gcc_portal.gates import Blocker
from gcc_portal.machine import advance, step
from gcc_portal.mail.outbox import queue_mail
from gcc_portal.people.actors import portal
from orders import letters
from orders.gates.order import has_base, standing
from orders.models import OPEN_ORDERS, Order, OrderLine, OrderState, Outcome, Subscription, SubscriptionState
from orders.services.locking import hold_parties, hold_subscriptions, locked_order

logger = logging.getLogger(__name__)
STUCK = timedelta(minutes=2)


def fulfil(order_id: int, at: datetime | None = None, parents: Mapping[int, UUID] | None = None) -> str:
    """Bring a submitted order to its end; return its state. Run twice, or again after a worker died, it is harmless.

    Two transactions: in the first the order is taken up, which people see; in the second all lines get their
    outcome, the subscriptions are made, the order ends and its letter is written: all of it or nothing.
    `parents` names the subscription that a line's add-on shall stand on, by the line's id; the others find theirs.
    """
    if not _take_up(order_id):
        return str(Order.objects.values_list("state", flat=True).filter(pk=order_id).first() or "")
    return _work(order_id, at, parents or {})


def stuck_orders(now: datetime | None = None) -> list[int]:
    """Return the ids of the orders under way whose worker gave no sign of life for two minutes."""
    quiet = (now or timezone.now()) - STUCK
    waiting = Order.objects.filter(state__in=OPEN_ORDERS, touched_at__lt=quiet)
    return list(waiting.order_by("touched_at").values_list("pk", flat=True)[:500])


@transaction.atomic
def _take_up(order_id: int) -> bool:
    """Return whether there is work to do; a submitted order becomes one in process."""
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None or order.state not in OPEN_ORDERS:
        return False
    if order.state == OrderState.SUBMITTED:
        advance(order, "begin", portal())
    else:
        order.touched_at = timezone.now()
        order.save(update_fields=["touched_at"])
    return True


@transaction.atomic
def _work(order_id: int, at: datetime | None, parents: Mapping[int, UUID]) -> str:
    parties = Order.objects.values_list("partner_id", "customer_id").get(pk=order_id)
    hold_parties(*parties)
    order = locked_order(order_id)
    if order.state != OrderState.PROCESSING:
        return str(order.state)
    moment = at or timezone.now()
    lines = [line for line in order.lines.all() if line.outcome == Outcome.PENDING]
    made = _settle(order, lines, moment, parents)
    Subscription.objects.bulk_create(made)
    OrderLine.objects.bulk_update(lines, ["outcome", "cause"])
    AuditEntry.objects.bulk_create(
        entry(
            portal(), "activate_subscription", each, from_state=SubscriptionState.PENDING, to_state=each.state,
            reason=str(order),
        )
        for each in made
    )  # fmt: skip
    _end(order, moment)
    return str(order.state)


def _settle(
    order: Order, lines: list[OrderLine], moment: datetime, parents: Mapping[int, UUID]
) -> list[Subscription]:
    """Give each line its outcome and return the subscriptions made. Add-ons wait for bases of the same order."""
    active = {each.pk: each for each in hold_subscriptions(order.partner_id, order.customer_id)}
    held: dict[int, Subscription] = {}
    for each in active.values():
        held.setdefault(each.offer_id, each)
    made: list[Subscription] = []
    waiting = lines
    while waiting:
        later = []
        for line in waiting:
            found = standing(line, order.customer)
            if found:
                _fail(line, found)
            elif has_base(line.offer, set(held), order.customer_id):
                later.append(line)
            else:
                parent = active.get(parents[line.pk]) if line.pk in parents else None
                made.append(
                    _subscription(order, line, held if parent is None else {parent.offer_id: parent}, moment)
                )
                held.setdefault(line.offer_id, made[-1])
        if len(later) == len(waiting):
            for line in later:
                _fail(line, has_base(line.offer, set(held), order.customer_id))
            break
        waiting = later
    return made


def _fail(line: OrderLine, found: list[Blocker]) -> None:
    line.outcome = Outcome.FAILED
    line.cause = " ".join(str(blocker.message) for blocker in found)


def _subscription(
    order: Order, line: OrderLine, held: dict[int, Subscription], moment: datetime
) -> Subscription:
    """Return the line's subscription, active, not written yet."""
    line.outcome = Outcome.FULFILLED
    line.cause = ""
    bases = [held[each.pk] for each in line.offer.prerequisites.all() if each.pk in held]
    made = Subscription(
        partner_id=order.partner_id,
        customer_id=order.customer_id,
        offer=line.offer,
        line=line,
        base=bases[0] if bases else None,
        sku_title=line.sku_title,
        friendly_name=line.friendly_name,
        partner_on_record=line.partner_on_record,
        quantity=line.quantity,
        term=line.term,
        billing_cycle=line.billing_cycle,
        unit_price_cents=line.unit_price_cents,
        purchased_at=moment,
        auto_renew=line.offer.kind != "trial",
    )
    made.begin_period(moment)
    step(made, "activate", portal())
    return made


def _end(order: Order, moment: datetime) -> None:
    """Bring the order to its end and write the letter to whom placed it."""
    lines = list(order.lines.select_related("offer"))
    failed = [line for line in lines if line.outcome == Outcome.FAILED]
    if failed:
        text = ngettext("%(n)s of %(all)s line failed.", "%(n)s of %(all)s lines failed.", len(failed))
        advance(order, "fail", portal(), at=moment, reason=text % {"n": len(failed), "all": len(lines)})
        letter = letters.order_failed(order, lines)
    else:
        advance(order, "complete", portal(), at=moment, reason=_("Every line is fulfilled."))
        letter = letters.order_completed(order, lines)
    key = f"order:{order.pk}:{order.attempts}"
    # A program that acted for itself reads the order; nobody waits for a letter.
    if order.created_by is not None:
        queue_mail("order_result", letter, order.created_by.email, order, key=key)
    logger.info("order %s is %s, %d of %d lines failed", order.number, order.state, len(failed), len(lines))
