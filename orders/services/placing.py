"""Placing an order, calling it off, trying again what failed."""

from datetime import datetime
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Stale, WrongState
from gcc_portal.core.machine import apply_transition, collect_transition, require
from gcc_portal.core.mail.outbox import build_email
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.core.use_case import refused_on, use_case
from orders import emails
from orders.models import Order
from orders.models.order import AS_SOLD
from orders.queries.orders import order_or_404
from orders.services.locking import lock_parties, locked_order, locked_own_order
from orders.states import OPEN_ORDERS, OrderState, Outcome

FULFILMENT = "orders.tasks.fulfil_waiting"
FULFIL_ONE = "orders.tasks.fulfil"
PLACED = ("state", "submitted_at", "touched_at", "line_count", "month_cents", "due_cents", "revision")


@use_case
def submit(
    actor: Actor,
    number: str,
    revision: int,
    *,
    due_cents: int | None = None,
    at: datetime | None = None,
    customer_id: UUID | None = None,
) -> Order:
    """Place the cart (O1 to O3, P2 under lock); return the order. Fulfilment begins after the commit.

    Called again for a cart that was placed it returns the order that exists. Raises `Http404` (also for a cart that is
    not `customer_id`'s, where one is named), `NotAllowed`,
    `Stale` when the cart changed since `revision` or costs other than `due_cents` (US cents) now, and `Blocked`.
    """
    require(actor, Right.PLACE_ORDERS)
    order = locked_own_order(actor, number)
    if order is None or customer_id not in (None, order.customer_id):
        raise Http404
    if order.submitted_at is not None:
        return order
    if order.state != OrderState.CART:
        raise WrongState(_("This cart was cleared, so it can't be ordered. Fill a new one."))
    if order.revision != revision:
        raise Stale(_("The cart was changed in another tab. Review it as it is now, then submit it."))
    lines = list(order.lines.all())
    changed = [line for line in lines if line.take_from_offer()]
    if due_cents is not None and sum(line.due_cents for line in lines) != due_cents:
        raise Stale(
            _("A price has changed since you opened this page. Review the order again, then submit it.")
        )
    with refused_on(order, "submit"):
        unit = UnitOfWork()
        submit_locked(unit, actor, order, at=at)
    for line in changed:
        unit.update(line, AS_SOLD)
    unit.enqueue(FULFILMENT)
    unit.write()
    return order


def submit_locked(unit: UnitOfWork, actor: Actor, order: Order, *, at: datetime | None = None) -> None:
    """Place a locked order whose parties are locked: the gates, the totals, the audit entry, the receipt by e-mail.

    Every channel ends here. Raises what the transition raises.
    """
    collect_transition(unit, order, "submit", actor, fields=PLACED, at=at)
    # An application that acts for itself reads the order; nobody waits for an e-mail.
    if order.created_by is not None:
        content = emails.order_submitted(order, list(order.lines.all()))
        key = f"order:{order.pk}:submitted"
        unit.email([build_email("order_submitted", content, order.created_by.email, order, key=key)])


@use_case
def cancel(actor: Actor, number: str, *, reason: str = "") -> Order:
    """Call off an order whose fulfilment has not begun; return it. Idempotent. Raises `WrongState`."""
    order = locked_order(order_or_404(actor, number).pk)
    require(actor, Right.PLACE_ORDERS)
    if order.state != OrderState.CANCELLED:
        apply_transition(order, "cancel", actor, reason=reason)
    return order


@use_case
def retry_failed_lines(actor: Actor, number: str) -> Order:
    """Take up again the lines that failed, and those alone; return the order. Idempotent while it runs."""
    own = order_or_404(actor, number)
    require(actor, Right.PLACE_ORDERS)
    lock_parties(own.partner_id, own.customer_id)
    order = locked_order(own.pk)
    if order.state in OPEN_ORDERS:
        return order
    with refused_on(order, "retry"):
        apply_transition(order, "retry", actor)
    order.lines.filter(outcome=Outcome.FAILED).update(outcome=Outcome.PENDING, cause="")
    fulfil_again_soon(order)
    return order


def fulfil_again_soon(order: Order) -> None:
    """Hand an order that is in process to a worker after the commit."""
    transaction.on_commit(lambda: current_app.tasks[FULFIL_ONE].delay(order.pk), robust=True)
