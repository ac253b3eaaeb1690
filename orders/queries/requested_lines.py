"""What a program asks for, line by line: the offer and plan that it names, and what stands in the way of each line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, prefetch_related_objects

from customers.models import Customer
from gcc_portal.core.gates import Blocker
from orders import gates
from orders.models import BillingCycle, Offer, OrderLine, Subscription, Term
from orders.models.terms import Plan
from orders.services.reading import read_offers
from partners.models import Partner


@dataclass(frozen=True)
class Wanted:
    """A line as a program sends it. What it leaves out is chosen for it among the offer's plans."""

    item: str  # product, SKU and availability: `P:S:A`, in any case
    quantity: int
    term: str = ""
    billing_cycle: str = ""
    friendly_name: str = ""
    partner_on_record: str = ""  # the MPN ID of an indirect reseller
    parent: UUID | None = None  # the subscription that an add-on shall stand on


@dataclass
class Asked:
    """A wanted line, looked up: a line that is not stored, where its offer is known, and its blockers."""

    wanted: Wanted
    line: OrderLine | None = None
    blockers: list[Blocker] = field(default_factory=list)


def look_up(
    partner: Partner, customer: Customer, wanted: Sequence[Wanted], facts: gates.Facts | None = None
) -> list[Asked]:
    """Return the lines with O1, O2 and P2 asked of each. The queries are the same for any number of lines.

    `facts` are those of the two, where they are at hand.
    """
    prefetch_related_objects([customer], "qualifications")  # unless they are at hand
    offers = offers_named(each.item for each in wanted)
    asked = [_asked(each, offers.get(each.item.upper())) for each in wanted]
    known = [(each, each.line) for each in asked if each.line is not None]
    found = gates.blockers_by_line(partner, customer, [line for _each, line in known], facts)
    for (each, _line_of), blockers in zip(known, found, strict=True):
        each.blockers += blockers
    _ask_parents(partner, customer, asked)
    return asked


def offers_named(items: Iterable[str]) -> dict[str, Offer]:
    """Return offers by their catalog item IDs in capitals, of any segment, for sale or not: one query."""
    names = {item.upper() for item in items}
    products = {name.partition(":")[0] for name in names}
    rows = read_offers(products)
    return {each.catalog_item_id: each for each in rows if each.catalog_item_id in names}


def chosen_plan(offer: Offer, term: str, cycle: str) -> Plan:
    """Return the plan asked for; of several that fit what was named the one of a year, billed monthly, comes first.

    Where none fits the plan is as it was asked, and the gate refuses it.
    """
    fits = [each for each in offer.plans if term in ("", each.term) and cycle in ("", each.billing_cycle)]
    if not fits:
        return Plan(term or Term.YEAR, cycle or BillingCycle.MONTHLY)
    return min(fits, key=lambda plan: (plan.term != Term.YEAR, plan.billing_cycle != BillingCycle.MONTHLY))


def _asked(wanted: Wanted, offer: Offer | None) -> Asked:
    line = None if offer is None else _line(wanted, offer)
    return Asked(wanted, line, gates.is_known(wanted.item, offer))


def _line(wanted: Wanted, offer: Offer) -> OrderLine:
    plan = chosen_plan(offer, wanted.term, wanted.billing_cycle)
    line = OrderLine(
        offer=offer,
        quantity=wanted.quantity,
        term=plan.term,
        billing_cycle=plan.billing_cycle,
        friendly_name=wanted.friendly_name,
        partner_on_record=wanted.partner_on_record,
    )
    line.take_from_offer()
    return line


def _ask_parents(partner: Partner, customer: Customer, asked: list[Asked]) -> None:
    named = {each.wanted.parent for each in asked if each.wanted.parent is not None}
    if not named:
        return
    own = Q(partner=partner, customer=customer, pk__in=named)
    held = {each.pk: each for each in Subscription.objects.filter(own).select_related("offer")}
    for each in asked:
        if each.wanted.parent is not None and each.line is not None:
            each.blockers += gates.may_stand_on(each.line.offer, held.get(each.wanted.parent))
