"""What becomes of an order's lines: decided in memory, written by the fulfilment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from gcc_portal.core.gates import Blocker
from gcc_portal.core.machine import change_state
from gcc_portal.core.people.actors import portal
from orders.gates.order import has_base, standing
from orders.models import Order, OrderLine, Subscription
from orders.states import Kind, Outcome


def decide_lines(
    order: Order,
    lines: Iterable[OrderLine],
    in_use: Sequence[Subscription],
    moment: datetime,
    parents: Mapping[int, UUID],
) -> list[Subscription]:
    """Give each line its outcome and return the subscriptions made. Add-ons wait for bases of the same order.

    `in_use` is what the customer has, the oldest first; `parents` names the subscription that a line's add-on is to
    stand on, by the line's id.
    """
    active = {each.pk: each for each in in_use}
    bases: dict[int, Subscription] = {}
    for each in in_use:
        bases.setdefault(each.offer_id, each)
    made: list[Subscription] = []
    waiting = list(lines)
    while waiting:
        later = []
        for line in waiting:
            found = standing(line, order.customer)
            if found:
                _fail(line, found)
            elif has_base(line.offer, set(bases), order.customer_id):
                later.append(line)
            else:
                parent = active.get(parents[line.pk]) if line.pk in parents else None
                choice = bases if parent is None else {parent.offer_id: parent}
                made.append(_subscription(order, line, choice, moment))
                bases.setdefault(line.offer_id, made[-1])
        if len(later) == len(waiting):
            for line in later:
                _fail(line, has_base(line.offer, set(bases), order.customer_id))
            break
        waiting = later
    return made


def _fail(line: OrderLine, found: list[Blocker]) -> None:
    line.outcome = Outcome.FAILED
    line.cause = " ".join(str(blocker.message) for blocker in found)


def _subscription(
    order: Order, line: OrderLine, bases: Mapping[int, Subscription], moment: datetime
) -> Subscription:
    """Return the line's subscription, active, not written yet."""
    line.outcome = Outcome.FULFILLED
    line.cause = ""
    found = [bases[each.pk] for each in line.offer.prerequisites.all() if each.pk in bases]
    made = Subscription(
        partner_id=order.partner_id,
        customer_id=order.customer_id,
        offer=line.offer,
        line=line,
        base=found[0] if found else None,
        sku_title=line.sku_title,
        friendly_name=line.friendly_name,
        partner_on_record=line.partner_on_record,
        quantity=line.quantity,
        term=line.term,
        billing_cycle=line.billing_cycle,
        unit_price_cents=line.unit_price_cents,
        purchased_at=moment,
        auto_renew=line.offer.kind != Kind.TRIAL,
    )
    made.begin_period(moment)
    change_state(made, "activate", portal())
    return made
