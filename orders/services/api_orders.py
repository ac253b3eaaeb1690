"""An order placed by a program: the page's gates and submit, and the fulfilment in the same call."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from customers.models import Customer
from customers.queries.customers import customer_or_404
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Blocker, guard
from gcc_portal.core.machine import require, transition_entry
from gcc_portal.core.mail.outbox import queue_emails
from gcc_portal.core.people.actors import Actor, portal
from gcc_portal.core.people.roles import Right
from gcc_portal.core.rows import insert_rows, update_rows
from gcc_portal.core.use_case import refused_on, use_case
from orders import gates
from orders.models import Order, OrderLine, Subscription
from orders.queries.requested_lines import Asked, Wanted, look_up
from orders.services.fulfilment import BEGUN, ENDED, SETTLED, brought_to_its_end
from orders.services.loading import prefetched
from orders.services.locking import hold_parties, hold_subscriptions
from orders.services.placing import PLACED, receipt_of
from orders.services.reading import read_parties

WRITTEN = tuple(dict.fromkeys((*PLACED, *BEGUN, *ENDED)))


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
    """Do what `place` does for a partner and a customer that are held until the transaction ends.

    Nobody sees the order before that: it goes through all its states in memory, and is written once at each end.
    """
    partner, person = read_parties(actor.partner_id or 0, customer, actor.user_id)
    # The base that is named, or found, now is the one that the add-on gets.
    in_use = hold_subscriptions(partner.pk, customer.pk)
    facts = gates.facts_of(partner, customer)
    asked = look_up(partner, customer, wanted, facts)
    with refused_on(customer, "place_order"):
        # Asked before anything is stored: what the gates refuse may be nothing that the tables can hold.
        guard(
            [
                *gates.may_order(partner, customer, facts),
                *gates.some_lines(asked, customer),
                *_of_lines(asked),
            ]
        )
        order = Order(partner=partner, customer=customer, created_by=person)
        order.application_id = actor.application_id or None
        lines = _stored(order, asked)
        entries = [transition_entry(order, "submit", actor, at=at, facts=facts)]
    letters = receipt_of(order)
    entries.append(transition_entry(order, "begin", portal()))
    named = zip(lines, wanted, strict=True)
    parents = {line.pk: each.parent for line, each in named if each.parent is not None}
    made, ended, result = brought_to_its_end(order, lines, in_use, at or timezone.now(), parents)
    insert_rows(Subscription, made)
    update_rows(OrderLine, lines, SETTLED)
    update_rows(Order, [order], WRITTEN)
    insert_rows(AuditEntry, [*entries, *ended])
    queue_emails([*letters, *result])
    return order


def _of_lines(asked: Sequence[Asked]) -> list[Blocker]:
    return [blocker for each in asked for blocker in each.blockers]


def _stored(order: Order, asked: Sequence[Asked]) -> list[OrderLine]:
    """Store the order as a cart with its lines in the order in which they were sent; return them, all at hand."""
    insert_rows(Order, [order])
    lines = [each.line for each in asked if each.line is not None]
    for line in lines:
        line.order = order
    insert_rows(OrderLine, lines)
    prefetched(order, "lines", lines)
    for line in lines:
        # None so far: the one that the line gets takes its place.
        OrderLine._meta.get_field("subscription").set_cached_value(line, None)  # type: ignore[union-attr]
    return lines
