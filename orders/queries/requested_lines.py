"""What an API client asks for, line by line: the offer and plan that it names, and what stands in the way of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import prefetch_related_objects

from customers.models import Customer
from gcc_portal.core.gates import Blocker
from orders.gates.api_orders import is_known, may_stand_on
from orders.gates.context import OrderContext
from orders.gates.order import blockers_by_line
from orders.models import Offer, OrderLine, Subscription
from orders.models.terms import Plan
from orders.states import BillingCycle, Term
from partners.models import Partner


@dataclass(frozen=True)
class LineRequest:
    """A line as an API client sends it. What it leaves out is chosen for it among the offer's plans."""

    item: str  # product, SKU and availability: `P:S:A`, in any case
    quantity: int
    term: str = ""
    billing_cycle: str = ""
    friendly_name: str = ""
    partner_on_record: str = ""  # the MPN ID of an indirect reseller
    parent: UUID | None = None  # the subscription that an add-on is to stand on


@dataclass
class ResolvedLine:
    """A request, looked up: a line that is not stored, where its offer is known, and its blockers."""

    request: LineRequest
    line: OrderLine | None = None
    blockers: list[Blocker] = field(default_factory=list)


def resolve_lines(
    partner: Partner, customer: Customer, requests: Sequence[LineRequest], context: OrderContext
) -> list[ResolvedLine]:
    """Return the lines with what O1, O2 and P2 say of each. The queries are the same for any number of lines."""
    prefetch_related_objects([customer], "qualifications")
    offers = offers_named(each.item for each in requests)
    resolved = [_resolved(each, offers.get(each.item.upper())) for each in requests]
    found = [(each, each.line) for each in resolved if each.line is not None]
    blockers = blockers_by_line(partner, customer, [line for _each, line in found], context)
    for (each, _line_of), own in zip(found, blockers, strict=True):
        each.blockers += own
    _check_parents(partner, customer, resolved)
    return resolved


def offers_named(items: Iterable[str]) -> dict[str, Offer]:
    """Return offers by their catalog item IDs in capitals, of any segment, for sale or not: two queries."""
    names = {item.upper() for item in items}
    products = {name.partition(":")[0] for name in names}
    offers = Offer.objects.filter(product_id__in=products).prefetch_related("prerequisites")
    return {each.catalog_item_id: each for each in offers if each.catalog_item_id in names}


def chosen_plan(offer: Offer, term: str, cycle: str) -> Plan:
    """Return the plan asked for; of several that fit what was named the one of a year, billed monthly, comes first.

    Where none fits the plan is as it was asked, and the gate refuses it.
    """
    fits = [each for each in offer.plans if term in ("", each.term) and cycle in ("", each.billing_cycle)]
    if not fits:
        return Plan(term or Term.YEAR, cycle or BillingCycle.MONTHLY)
    return min(fits, key=lambda plan: (plan.term != Term.YEAR, plan.billing_cycle != BillingCycle.MONTHLY))


def _resolved(request: LineRequest, offer: Offer | None) -> ResolvedLine:
    line = None if offer is None else _line(request, offer)
    return ResolvedLine(request, line, is_known(request.item, offer))


def _line(request: LineRequest, offer: Offer) -> OrderLine:
    plan = chosen_plan(offer, request.term, request.billing_cycle)
    line = OrderLine(
        offer=offer,
        quantity=request.quantity,
        term=plan.term,
        billing_cycle=plan.billing_cycle,
        friendly_name=request.friendly_name,
        partner_on_record=request.partner_on_record,
    )
    line.take_from_offer()
    return line


def _check_parents(partner: Partner, customer: Customer, resolved: list[ResolvedLine]) -> None:
    named = {each.request.parent for each in resolved if each.request.parent is not None}
    if not named:
        return
    own = Subscription.objects.filter(partner=partner, customer=customer, pk__in=named)
    parents = own.select_related("offer").in_bulk()
    for each in resolved:
        if each.request.parent is not None and each.line is not None:
            each.blockers += may_stand_on(each.line.offer, parents.get(each.request.parent))
