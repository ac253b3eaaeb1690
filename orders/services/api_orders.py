"""An order placed by an API client: the gates and the submit of the pages, and the fulfilment in the same call."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils import timezone

from customers.models import Customer
from customers.queries.customers import customer_or_404
from gcc_portal.core.gates import guard
from gcc_portal.core.machine import collect_transition, require
from gcc_portal.core.people.actors import Actor, portal
from gcc_portal.core.people.roles import Right
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.core.use_case import refused_on, use_case
from orders.gates.context import order_context
from orders.gates.order import RELATED, some_lines
from orders.gates.parties import may_order
from orders.models import Order, OrderLine
from orders.queries.requested_lines import LineRequest, ResolvedLine, resolve_lines
from orders.services.fulfilment import BEGUN, finish_order
from orders.services.locking import lock_parties, locked_in_use
from orders.services.placing import submit_locked
from partners.models import Partner


@use_case
def place(
    actor: Actor, customer_id: UUID, requests: Sequence[LineRequest], *, at: datetime | None = None
) -> Order:
    """Order these lines for the customer (O1 to O3, P2 under lock), fulfil them, and return the order.

    Raises `Http404`, `NotAllowed` and `Blocked`; refused, nothing is stored, and the audit says so of the customer.
    """
    require(actor, Right.PLACE_ORDERS)
    customer = customer_or_404(actor, customer_id)
    lock_parties(actor.partner_id or 0, customer.pk)
    return place_locked(actor, customer, requests, at=at)


def place_locked(
    actor: Actor, customer: Customer, requests: Sequence[LineRequest], *, at: datetime | None = None
) -> Order:
    """Do what `place` does for a partner and a customer that are locked.

    The order is written as a cart, then in its final state: no other transaction sees it in between.
    """
    partner = Partner.objects.select_related("provider").get(pk=actor.partner_id)
    # The base that is named, or found, now is the one that the add-on gets.
    in_use = locked_in_use(partner.pk, customer.pk)
    context = order_context(partner, customer)
    resolved = resolve_lines(partner, customer, requests, context)
    with refused_on(customer, "place_order"):
        # Asked before anything is stored: what the gates refuse may be nothing that the tables can hold.
        guard(
            [
                *may_order(partner, customer, context),
                *some_lines(resolved, customer),
                *(blocker for each in resolved for blocker in each.blockers),
            ]
        )
        order = _stored(actor, partner, customer, resolved)
        lines = list(order.lines.all())
        unit = UnitOfWork()
        submit_locked(unit, actor, order, at=at)
    collect_transition(unit, order, "begin", portal(), fields=BEGUN)
    parents = {
        line.pk: each.parent for line, each in zip(lines, requests, strict=True) if each.parent is not None
    }
    finish_order(unit, order, lines, in_use, at or timezone.now(), parents)
    unit.write()
    return order


def _stored(actor: Actor, partner: Partner, customer: Customer, resolved: Sequence[ResolvedLine]) -> Order:
    """Store the order as a cart with its lines in the order in which they were sent; return it, lines prefetched."""
    order = Order.objects.create(
        partner=partner,
        customer=customer,
        created_by_id=actor.user_id,
        application_id=actor.application_id or None,
    )
    lines = [each.line for each in resolved if each.line is not None]
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    prefetch_related_objects([order], *RELATED)
    return order
