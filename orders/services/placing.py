"""Placing an order, calling it off, trying again what failed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Stale, WrongState
from gcc_portal.core.machine import apply_transition, collect_transition, require
from gcc_portal.core.mail.outbox import UnsentEmail, build_email
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.rows import update_rows
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.core.use_case import refused_on, use_case
from orders import emails as letters
from orders import gates
from orders.models import OPEN_ORDERS, Order, OrderLine, OrderState, Outcome
from orders.models.order import AS_SOLD
from orders.queries.orders import order_or_404
from orders.services.locking import held_order, held_own, locked_order

FULFILMENT = "orders.tasks.fulfil_waiting"
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
    found = held_own(actor, number)
    if found is None or customer_id not in (None, found[0].customer_id):
        raise Http404
    order, facts = found
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
        submit_held(actor, order, at=at, facts=facts)
    update_rows(OrderLine, changed, AS_SOLD)
    return order


def submit_held(
    actor: Actor, order: Order, *, at: datetime | None = None, facts: gates.Facts | None = None
) -> None:
    """Place a locked order whose parties are held: the gates, the totals, the audit, and the letter of receipt.
    The fulfilment begins after the commit.

    Every channel ends here. Raises what the transition raises. `facts` are those of the parties, if loaded.
    """
    unit = UnitOfWork()
    collect_transition(unit, order, "submit", actor, fields=PLACED, at=at, facts=facts)
    unit.email(receipt_of(order))
    unit.enqueue(FULFILMENT)
    unit.write()


def receipt_of(order: Order) -> list[UnsentEmail]:
    """Return the letter of receipt of an order with its lines at hand, to whom placed it."""
    # A program that acts for itself has the order in its hands; nobody waits for a letter.
    if order.created_by is None:
        return []
    letter = letters.order_submitted(order, list(order.lines.all()))
    key = f"order:{order.pk}:submitted"
    return [build_email("order_submitted", letter, order.created_by.email, order, key=key)]


@use_case
def cancel(actor: Actor, number: str, *, reason: str = "") -> Order:
    """Call off an order whose fulfilment has not begun; return it. Again is harmless. Raises `WrongState`."""
    order = locked_order(order_or_404(actor, number).pk)
    require(actor, Right.PLACE_ORDERS)
    if order.state != OrderState.CANCELLED:
        apply_transition(order, "cancel", actor, reason=reason)
    return order


@use_case
def retry_failed_lines(actor: Actor, number: str) -> Order:
    """Take up again the lines that failed, and those alone; return the order. While it runs, again is harmless."""
    own = order_or_404(actor, number)
    require(actor, Right.PLACE_ORDERS)
    order = held_order(own.partner_id, own.customer_id, own.pk)
    if order.state in OPEN_ORDERS:
        return order
    with refused_on(order, "retry"):
        apply_transition(order, "retry", actor)
    order.lines.filter(outcome=Outcome.FAILED).update(outcome=Outcome.PENDING, cause="")
    fulfil_again_soon(order)
    return order


def fulfil_again_soon(order: Order) -> None:
    """Hand an order that is in process to a worker after the commit."""
    from orders.tasks import fulfil

    transaction.on_commit(lambda: fulfil.delay(order.pk), robust=True)
