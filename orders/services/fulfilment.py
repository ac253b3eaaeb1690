"""Fulfilment: what turns the lines of submitted orders into subscriptions, in sets.

Two transactions a set. In the first its orders are taken up, which people see and other workers pass by; in the second
all lines get their outcome, the subscriptions are made, the orders end and their letters are written: all or nothing.
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
from gcc_portal.core.machine import transition_entry
from gcc_portal.core.mail.outbox import UnsentEmail, build_email, queue_emails
from gcc_portal.core.people.actors import portal
from gcc_portal.core.rows import insert_rows, update_rows
from orders import emails as letters
from orders.models import OPEN_ORDERS, Order, OrderLine, OrderState, Outcome, Subscription, SubscriptionState
from orders.services.line_outcomes import settle
from orders.services.locking import hold_all_parties, hold_all_subscriptions, locked_orders

logger = logging.getLogger(__name__)
STUCK = timedelta(minutes=2)
BATCH = 50
BEGUN = ("state", "attempts", "touched_at")
ENDED = ("state", "finished_at", "touched_at")
SETTLED = ("outcome", "cause")
Parents = Mapping[int, UUID]


def fulfil(order_id: int, at: datetime | None = None, parents: Parents | None = None) -> str:
    """Bring a submitted order to its end; return its state. Run twice, or again after a worker died, it is harmless.

    `parents` names the subscription that a line's add-on shall stand on, by the line's id; the others find theirs.
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
    entries = [transition_entry(order, "begin", portal()) for order in orders]
    update_rows(Order, orders, BEGUN)
    insert_rows(AuditEntry, entries)


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
    hold_all_parties(pairs := sorted(set(parties)))
    orders = [order for order in locked_orders(order_ids) if order.state == OrderState.PROCESSING]
    moment = at or timezone.now()
    in_use = hold_all_subscriptions(pairs)
    lines, made, entries, drafts = [], [], [], []
    for order in orders:
        active = in_use.setdefault((order.partner_id, order.customer_id), [])
        waiting = [line for line in order.lines.all() if line.outcome == Outcome.PENDING]
        new, told, letter = brought_to_its_end(order, waiting, active, moment, parents or {})
        # What this order gave the customer the next one of the set finds there.
        active += new
        lines += waiting
        made += new
        entries += told
        drafts += letter
    insert_rows(Subscription, made)
    update_rows(OrderLine, lines, SETTLED)
    update_rows(Order, orders, ENDED)
    insert_rows(AuditEntry, entries)
    queue_emails(drafts)


def brought_to_its_end(
    order: Order,
    waiting: Sequence[OrderLine],
    in_use: Sequence[Subscription],
    moment: datetime,
    parents: Parents,
) -> tuple[list[Subscription], list[AuditEntry], list[UnsentEmail]]:
    """Give the waiting lines of an order in process their outcome and bring it to its end, all of it in memory.

    Returns what is to be written beside order and lines: the subscriptions made, the audit entries, and the letter.
    """
    made = settle(order, waiting, in_use, moment, parents)
    ended, letter = _end(order, moment)
    return made, [*(_activated(order, each) for each in made), ended], letter


def _activated(order: Order, made: Subscription) -> AuditEntry:
    return entry(
        portal(), "activate_subscription", made, from_state=SubscriptionState.PENDING, to_state=made.state,
        reason=str(order),
    )  # fmt: skip


def _end(order: Order, moment: datetime) -> tuple[AuditEntry, list[UnsentEmail]]:
    """Bring the order to its end in memory; return its audit entry and the letter to whom placed it."""
    lines = list(order.lines.all())
    failed = sum(line.outcome == Outcome.FAILED for line in lines)
    if failed:
        text = ngettext("%(n)s of %(all)s line failed.", "%(n)s of %(all)s lines failed.", failed)
        ended = transition_entry(
            order, "fail", portal(), reason=text % {"n": failed, "all": len(lines)}, at=moment
        )
        letter = letters.order_failed(order, lines)
    else:
        ended = transition_entry(order, "complete", portal(), reason=_("Every line is fulfilled."), at=moment)
        letter = letters.order_completed(order, lines)
    logger.info("order %s is %s, %d of %d lines failed", order.number, order.state, failed, len(lines))
    # A program that acted for itself reads the order; nobody waits for a letter.
    if order.created_by is None:
        return ended, []
    key = f"order:{order.pk}:{order.attempts}"
    return ended, [build_email("order_result", letter, order.created_by.email, order, key=key)]
