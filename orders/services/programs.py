"""An order placed by a program: the page's gates and submit, and the fulfilment in the same call."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from customers.models import Customer
from customers.queries.customers import customer_or_404
from gcc_portal.gates import Blocker, guard
from gcc_portal.machine import require
from gcc_portal.people.actors import Actor
from gcc_portal.people.roles import Right
from gcc_portal.use_case import refused_on, use_case
from orders import gates
from orders.models import OPEN_ORDERS, Order, OrderLine
from orders.queries.asked import Asked, Wanted, look_up
from orders.services.fulfilment import fulfil
from orders.services.locking import hold_parties, hold_subscriptions, locked_order
from orders.services.placing import fulfil_soon, submit_held
from partners.models import Partner


@use_case
def place(actor: Actor, customer_id: UUID, wanted: Sequence[Wanted], *, at: datetime | None = None) -> Order:
    """Order these lines for the customer (O1 to O3, P2 under lock), fulfil them, and return the order.

    Raises `Http404`, `NotAllowed` and `Blocked`; refused, nothing is stored, and the audit says so of the customer.
    """
    require(actor, Right.PLACE_ORDERS)
    customer = customer_or_404(actor, customer_id)
    hold_parties(actor.partner_id or 0, customer.pk)
    return place_held(actor, customer, wanted, at=at)


def place_held(
    actor: Actor, customer: Customer, wanted: Sequence[Wanted], *, at: datetime | None = None
) -> Order:
    """Do what `place` does for a partner and a customer that are held until the transaction ends."""
    partner = Partner.objects.select_related("provider").get(pk=actor.partner_id)
    # The base that is named, or found, now is the one that the add-on gets.
    hold_subscriptions(partner.pk, customer.pk)
    asked = look_up(partner, customer, wanted)
    with refused_on(customer, "place_order"):
        # Asked before anything is stored: what the gates refuse may be nothing that the tables can hold.
        guard([*gates.may_order(partner, customer), *gates.some_lines(asked, customer), *_of_lines(asked)])
        order = _written(actor, customer, asked)
        submit_held(actor, order, list(order.lines.all()), at=at)
    named = zip(order.lines.all(), wanted, strict=True)
    parents = {line.pk: each.parent for line, each in named if each.parent is not None}
    if fulfil(order.pk, at, parents) in OPEN_ORDERS:
        fulfil_soon(order)
    return Order.objects.get(pk=order.pk)


def _of_lines(asked: Sequence[Asked]) -> list[Blocker]:
    return [blocker for each in asked for blocker in each.blockers]


def _written(actor: Actor, customer: Customer, asked: Sequence[Asked]) -> Order:
    """Return the order, stored with its lines in the order in which they were sent, locked."""
    order = Order.objects.create(
        partner_id=actor.partner_id,
        customer=customer,
        created_by_id=actor.user_id,
        application_id=actor.application_id or None,
    )
    lines = [each.line for each in asked if each.line is not None]
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    return locked_order(order.pk)
