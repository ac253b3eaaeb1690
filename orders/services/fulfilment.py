"""Fulfilment: what turns the lines of submitted orders into subscriptions, in sets.

Two transactions a set. In the first its orders are taken up, which people see and other workers pass by; in the second
all lines get their outcome, the subscriptions are made, the orders end and their e-mails are written: all or nothing.
A set that can't be written is done again order by order, so that a bad one holds back none but itself.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import entry
from gcc_portal.core.machine import collect_transition
from gcc_portal.core.mail.outbox import build_email
from gcc_portal.core.people.actors import portal
from gcc_portal.core.unit_of_work import UnitOfWork
from orders import emails
from orders.models import Order, OrderLine, Subscription
from orders.services.line_outcomes import decide_lines
from orders.services.locking import all_locked_in_use, lock_all_parties, locked_orders
from orders.states import OPEN_ORDERS, OrderState, Outcome, SubscriptionState

logger = logging.getLogger(__name__)
STUCK = timedelta(minutes=2)
BATCH = 50
BEGUN = ("state", "attempts", "touched_at")
ENDED = ("state", "finished_at", "touched_at")
DECIDED = ("outcome", "cause")
Parents = Mapping[int, UUID]


def fulfil(order_id: int, at: datetime | None = None, parents: Parents | None = None) -> str:
    """Bring a submitted order to its end; return its state. Idempotent, also after a worker died.

    `parents` names the subscription that a line's add-on is to stand on, by the line's id; the others find theirs.
    """
    if _take_up_one(order_id):
        _work([order_id], at, parents or {})
    return str(Order.objects.values_list("state", flat=True).filter(pk=order_id).first() or "")


def fulfil_batch(size: int = BATCH) -> int:
    """Bring submitted orders to their end, `size` at most, the first come first; return how many were taken up.

    Orders that another worker is taking up are left to it. One that can't be worked on stays in process with its error
    in the log, and `stuck_orders` names it again.
    """
    taken = _take_up(size)
    if not taken:
        return 0
    try:
        _work(taken)
    except Exception:
        # Whatever it was, it is one order's: found by doing each alone.
        logger.exception("%d orders could not be fulfilled together", len(taken))
        _work_on_each(taken)
    return len(taken)


def stuck_orders(now: datetime | None = None, states: Sequence[OrderState] = tuple(OPEN_ORDERS)) -> list[int]:
    """Return the ids of the orders in these states that nobody gave a sign of life for two minutes."""
    quiet = (now or timezone.now()) - STUCK
    waiting = Order.objects.filter(state__in=states, touched_at__lt=quiet)
    return list(waiting.order_by("touched_at").values_list("pk", flat=True)[:500])


@transaction.atomic
def _take_up(size: int) -> list[int]:
    """Make submitted orders ones in process; return their ids."""
    waiting = Order.objects.select_for_update(skip_locked=True).filter(state=OrderState.SUBMITTED)
    orders = list(waiting.order_by("touched_at", "pk")[:size])
    _begin(orders)
    return [order.pk for order in orders]


@transaction.atomic
def _take_up_one(order_id: int) -> bool:
    """Return whether there is work to do; a submitted order becomes one in process."""
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None or order.state not in OPEN_ORDERS:
        return False
    if order.state == OrderState.SUBMITTED:
        _begin([order])
    else:
        order.touched_at = timezone.now()
        order.save(update_fields=["touched_at"])
    return True


def _begin(orders: Sequence[Order]) -> None:
    unit = UnitOfWork()
    for order in orders:
        collect_transition(unit, order, "begin", portal(), fields=BEGUN)
    unit.write()


def _work_on_each(order_ids: Iterable[int]) -> None:
    for order_id in order_ids:
        try:
            _work([order_id])
        except Exception:
            # The others are waiting; this one is found by `stuck_orders`.
            logger.exception("order %s could not be fulfilled", order_id)


@transaction.atomic
def _work(order_ids: Sequence[int], at: datetime | None = None, parents: Parents | None = None) -> None:
    """Bring the orders that are in process to their end, in a number of statements that does not grow with them."""
    parties = Order.objects.filter(pk__in=order_ids).values_list("partner_id", "customer_id")
    lock_all_parties(pairs := sorted(set(parties)))
    orders = [order for order in locked_orders(order_ids) if order.state == OrderState.PROCESSING]
    moment = at or timezone.now()
    in_use = all_locked_in_use(pairs)
    unit = UnitOfWork()
    for order in orders:
        active = in_use.setdefault((order.partner_id, order.customer_id), [])
        waiting = [line for line in order.lines.all() if line.outcome == Outcome.PENDING]
        # What this order gave the customer the next one of the set finds there.
        active += finish_order(unit, order, waiting, active, moment, parents or {})
    unit.write()


def finish_order(
    unit: UnitOfWork,
    order: Order,
    waiting: Sequence[OrderLine],
    in_use: Sequence[Subscription],
    moment: datetime,
    parents: Parents,
) -> list[Subscription]:
    """Give the waiting lines of an order in process their outcome and bring it to its end, all of it in memory.

    `unit` takes what is to be written. Returns the subscriptions made.
    """
    made = decide_lines(order, waiting, in_use, moment, parents)
    unit.create(*made)
    for line in waiting:
        unit.update(line, DECIDED)
    unit.audit(*(_activated(order, each) for each in made))
    _end(unit, order, moment)
    return made


def _activated(order: Order, made: Subscription) -> AuditEntry:
    return entry(
        portal(), "activate_subscription", made, from_state=SubscriptionState.PENDING, to_state=made.state,
        reason=str(order),
    )  # fmt: skip


def _end(unit: UnitOfWork, order: Order, moment: datetime) -> None:
    """Bring the order to its end in memory, with the e-mail to whom placed it."""
    lines = list(order.lines.all())
    failed = sum(line.outcome == Outcome.FAILED for line in lines)
    if failed:
        text = ngettext("%(n)s of %(all)s line failed.", "%(n)s of %(all)s lines failed.", failed)
        name, reason = "fail", text % {"n": failed, "all": len(lines)}
    else:
        name, reason = "complete", _("Every line is fulfilled.")
    collect_transition(unit, order, name, portal(), fields=ENDED, reason=reason, at=moment)
    logger.info("order %s is %s, %d of %d lines failed", order.number, order.state, failed, len(lines))
    # An application that acts for itself reads the order; nobody waits for an e-mail.
    if order.created_by is not None:
        content = (emails.order_failed if failed else emails.order_completed)(order, lines)
        key = f"order:{order.pk}:{order.attempts}"
        unit.email([build_email("order_result", content, order.created_by.email, order, key=key)])
