"""What may be put into a cart, submitted and tried again (O1)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Customer
from gcc_portal.core.gates import Blocker, gate_of
from orders.gates.context import OrderContext, order_context
from orders.gates.parties import may_all_be_on_record, may_be_sold, may_order, partner_transacts
from orders.models import Offer, Order, OrderLine
from orders.states import Outcome
from partners.models import Partner

NAMES_SHOWN = 3
# The cart is changed as one form, and a form may hold 500 fields (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS).
LINES_MAX = 150
# What the rules of lines read; loaded in a constant number of queries.
RELATED = ("lines__offer__prerequisites", "customer__qualifications")


def can_add(offer: Offer, quantity: int, plan: str, partner: Partner, customer: Customer) -> list[Blocker]:
    """O2, P2 and the offer's own limits, when an offer is put into the cart. The rest is asked at the submit."""
    return [
        *partner_transacts(partner),
        *may_be_sold(offer, customer),
        *for_sale(offer),
        *has_plan(offer, plan),
        *within_limits(offer, quantity),
    ]


@gate_of(Order, "submit")
def can_submit(order: Order, at: datetime | None = None) -> list[Blocker]:
    """O1 to O3, P2: return every reason why the cart can't be placed at `at` (now), those of lines with the line's id.

    The number of queries is the same for any number of lines.
    """
    if order.is_expired_cart(at):
        return [
            Blocker(
                "O1.cart_expired",
                _("This cart was kept for seven days and has expired."),
                _("Fill a new one from the catalog."),
                ("orders:catalog", (order.customer_id,)),
                _("Open the catalog"),
            )
        ]
    context = order_context(order.partner, order.customer, at)
    return [*may_order(order.partner, order.customer, context), *cart_blockers(order, context)]


def cart_blockers(order: Order, context: OrderContext) -> list[Blocker]:
    """O1, O2 of the lines alone: what the cart shows beside each line."""
    prefetch_related_objects([order], *RELATED)
    return lines_together(order.partner, order.customer, list(order.lines.all()), context)


def lines_together(
    partner: Partner, customer: Customer, lines: Sequence[OrderLine], context: OrderContext
) -> list[Blocker]:
    """O1, O2: return the blockers of these lines as one order; the lines need not be stored yet."""
    by_line = blockers_by_line(partner, customer, lines, context)
    return [*some_lines(lines, customer), *(blocker for found in by_line for blocker in found)]


def some_lines(lines: Sequence[object], customer: Customer) -> list[Blocker]:
    """O1: return a blocker where there is nothing to order."""
    if lines:
        return []
    return [
        Blocker(
            "O1.empty",
            _("The cart is empty."),
            _("Put an offer into it first."),
            ("orders:catalog", (customer.pk,)),
            _("Open the catalog"),
        )
    ]


def not_too_many(lines: int, customer: Customer) -> list[Blocker]:
    """O1: return a blocker where an order would hold more lines than one can."""
    if lines <= LINES_MAX:
        return []
    return [
        Blocker(
            "O1.full",
            _("A cart holds %(n)s lines at most.") % {"n": LINES_MAX},
            _("Submit this one, then go on with a new one."),
            ("orders:cart", (customer.pk,)),
            _("Open the cart"),
        )
    ]


@gate_of(Order, "retry")
def can_retry(order: Order) -> list[Blocker]:
    """O1 to O3 for the lines that failed: return their blockers when none of them could be fulfilled now."""
    prefetch_related_objects([order], *RELATED)
    failed = [line for line in order.lines.all() if line.outcome == Outcome.FAILED]
    if not failed:
        return [Blocker("O1.nothing_failed", _("No line of this order has failed."))]
    context = order_context(order.partner, order.customer)
    found = lines_together(order.partner, order.customer, failed, context)
    # One line that would fail again must not hold back another that would not.
    helpless = len({each.line for each in found}) == len(failed)
    return [*may_order(order.partner, order.customer, context), *(found if helpless else [])]


@gate_of(Order, "complete")
def all_fulfilled(order: Order) -> list[Blocker]:
    """Return a blocker unless every line of the order was fulfilled."""
    open_lines = sum(line.outcome != Outcome.FULFILLED for line in order.lines.all())
    if not open_lines:
        return []
    text = ngettext("%(n)s line is not fulfilled.", "%(n)s lines are not fulfilled.", open_lines)
    return [Blocker("O1.lines_open", text % {"n": open_lines})]


def blockers_by_line(
    partner: Partner, customer: Customer, lines: Sequence[OrderLine], context: OrderContext
) -> list[list[Blocker]]:
    """O1, O2, P2: return for each line its blockers; an add-on's base may be in use or be among the lines.

    The number of queries is the same for any number of lines whose offers' prerequisites are prefetched.
    """
    stand = [standing(each, customer) for each in lines]
    bases = {each.offer_id for each, found in zip(lines, stand, strict=True) if not found}
    bases |= context.bases_in_use
    resellers = may_all_be_on_record(partner, [each.partner_on_record for each in lines])
    repeated = twice([(each.offer, each.plan.code, each.pk) for each in lines])
    return [
        [
            *found,
            *within_limits(line.offer, line.quantity, line.pk),
            *has_plan(line.offer, line.plan.code, line.pk),
            *has_base(line.offer, bases, customer.pk, line.pk),
            *again,
            *unfit,
        ]
        for line, found, again, unfit in zip(lines, stand, repeated, resellers, strict=True)
    ]


def twice(lines: Iterable[tuple[Offer, str, int | None]]) -> list[list[Blocker]]:
    """O1: return for each offer with its plan (and line) a blocker where a line before it has the same."""
    seen: set[tuple[int, str]] = set()
    found: list[list[Blocker]] = []
    for offer, plan, line in lines:
        key = (offer.pk, plan)
        found.append(_repeated(offer, line) if key in seen else [])
        seen.add(key)
    return found


def _repeated(offer: Offer, line: int | None) -> list[Blocker]:
    text = _("%(offer)s is in the cart with this term and billing already.") % {"offer": offer}
    way_out = _("Change the seats of that line and remove this one.")
    return [Blocker("O1.twice", text, way_out, line=line, field="plan")]


def standing(line: OrderLine, customer: Customer) -> list[Blocker]:
    """O1, O2: return why the line's offer can't be sold to the customer at all."""
    return [*for_sale(line.offer, line.pk), *may_be_sold(line.offer, customer, line.pk)]


def for_sale(offer: Offer, line: int | None = None) -> list[Blocker]:
    """O1: return a blocker for an offer that was withdrawn."""
    if offer.is_active:
        return []
    return [
        Blocker(
            "O1.withdrawn",
            _("%(offer)s is no longer sold.") % {"offer": offer},
            _("Remove it and choose another offer from the catalog."),
            line=line,
        )
    ]


def has_plan(offer: Offer, plan: str, line: int | None = None) -> list[Blocker]:
    """O1: return a blocker for a term and billing cycle that the offer is not sold with."""
    plans = offer.plans
    if plan in {each.code for each in plans}:
        return []
    names = "; ".join(str(each) for each in plans) or _("none at present")
    return [
        Blocker(
            "O1.plan",
            _("%(offer)s is not sold with this term and billing.") % {"offer": offer},
            _("It is sold with: %(plans)s.") % {"plans": names},
            line=line,
            field="plan",
        )
    ]


def within_limits(offer: Offer, quantity: int, line: int | None = None) -> list[Blocker]:
    """O1: return a blocker for a number of seats below or above what the offer allows."""
    if offer.min_quantity <= quantity <= offer.max_quantity:
        return []
    return [
        Blocker(
            "O1.quantity",
            _("%(offer)s is sold from %(limits)s.") % {"offer": offer, "limits": offer.limits},
            _("Change the number."),
            line=line,
            field="quantity",
        )
    ]


def has_base(offer: Offer, bases: set[int], customer_id: object, line: int | None = None) -> list[Blocker]:
    """O1: return a blocker for an add-on none of whose bases is among the offers `bases`."""
    needed = list(offer.prerequisites.all())
    if not needed or any(each.pk in bases for each in needed):
        return []
    return [
        Blocker(
            "O1.base",
            _("%(offer)s is an add-on and needs %(bases)s.") % {"offer": offer, "bases": one_of(needed)},
            _("Put the base into the same cart, or resume its subscription where it is suspended."),
            ("orders:catalog", (customer_id,)),
            _("Open the catalog"),
            line=line,
        )
    ]


def one_of(offers: list[Offer]) -> str:
    """Return the names of the first few offers, as a choice."""
    names = [str(each) for each in offers[:NAMES_SHOWN]]
    if len(offers) > NAMES_SHOWN:
        names.append(_("%(n)s others") % {"n": len(offers) - NAMES_SHOWN})
    if len(names) == 1:
        return names[0]
    return _("one of %(names)s or %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
