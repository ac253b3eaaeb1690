"""Placing an order, calling it off, trying again what failed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gcc_portal.gates import Stale, WrongState
from gcc_portal.machine import advance, require
from gcc_portal.people.actors import Actor
from gcc_portal.people.roles import Right
from gcc_portal.use_case import refused_on, use_case
from orders.models import OPEN_ORDERS, Order, OrderLine, OrderState, Outcome
from orders.queries.orders import order_or_404, own_or_404
from orders.services.locking import hold_parties, locked_order

AS_SOLD = ["catalog_item_id", "title", "sku_title", "unit_price_cents"]


@use_case
def submit(
    actor: Actor, number: str, revision: int, *, due_cents: int | None = None, at: datetime | None = None
) -> Order:
    """Place the cart (O1 to O3, P2 under lock); return the order. Fulfilment begins after the commit.

    Called again for a cart that was placed it returns the order that exists. Raises `Http404`, `NotAllowed`,
    `Stale` when the cart changed since `revision` or costs other than `due_cents` (US cents) now, and `Blocked`.
    """
    require(actor, Right.PLACE_ORDERS)
    own = own_or_404(actor, number)
    hold_parties(own.partner_id, own.customer_id)
    order = locked_order(own.pk)
    if order.submitted_at is not None:
        return order
    if order.state != OrderState.CART:
        raise WrongState(_("This cart was cleared, so it can't be ordered. Fill a new one."))
    if order.revision != revision:
        raise Stale(_("The cart was changed in another tab. Review it as it is now, then submit it."))
    lines = list(order.lines.all())
    for line in lines:
        line.take_from_offer()
    if due_cents is not None and sum(line.due_cents for line in lines) != due_cents:
        raise Stale(
            _("A price has changed since you opened this page. Review the order again, then submit it.")
        )
    with refused_on(order, "submit"):
        submit_held(actor, order, lines, at=at)
    fulfil_soon(order)
    return order


def submit_held(actor: Actor, order: Order, lines: list[OrderLine], *, at: datetime | None = None) -> None:
    """Place a locked order whose parties are held: the gates, the totals, the audit, and the lines as they are sold.

    Every door ends here. Raises what the transition raises.
    """
    advance(order, "submit", actor, at=at)
    OrderLine.objects.bulk_update(lines, AS_SOLD)


@use_case
def cancel(actor: Actor, number: str, *, reason: str = "") -> Order:
    """Call off an order whose fulfilment has not begun; return it. Again is harmless. Raises `WrongState`."""
    order = locked_order(order_or_404(actor, number).pk)
    require(actor, Right.PLACE_ORDERS)
    if order.state != OrderState.CANCELLED:
        advance(order, "cancel", actor, reason=reason)
    return order


@use_case
def retry_failed_lines(actor: Actor, number: str) -> Order:
    """Take up again the lines that failed, and those alone; return the order. While it runs, again is harmless."""
    own = order_or_404(actor, number)
    require(actor, Right.PLACE_ORDERS)
    hold_parties(own.partner_id, own.customer_id)
    order = locked_order(own.pk)
    if order.state in OPEN_ORDERS:
        return order
    with refused_on(order, "retry"):
        advance(order, "retry", actor)
    order.lines.filter(outcome=Outcome.FAILED).update(outcome=Outcome.PENDING, cause="")
    fulfil_soon(order)
    return order


def fulfil_soon(order: Order) -> None:
    """Hand the order to a worker after the commit. A broker that is away costs a minute: `resume_stuck` asks again."""
    from orders.tasks import fulfil

    transaction.on_commit(lambda: fulfil.delay(order.pk), robust=True)
