"""Terms and billing cycles of new commerce, and the plans that they make together."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from orders.states import BillingCycle, Term

MONTHS = {Term.MONTH: 1, Term.YEAR: 12, Term.THREE_YEARS: 36}
MONTHS_BILLED = {BillingCycle.MONTHLY: 1, BillingCycle.ANNUAL: 12, BillingCycle.TRIENNIAL: 36}
CYCLES_OF: dict[str, tuple[str, ...]] = {
    Term.MONTH: (BillingCycle.MONTHLY,),
    Term.YEAR: (BillingCycle.MONTHLY, BillingCycle.ANNUAL),
    Term.THREE_YEARS: (BillingCycle.MONTHLY, BillingCycle.ANNUAL, BillingCycle.TRIENNIAL),
}
"""Which billing cycles each term may have: the general rule of new commerce."""


@dataclass(frozen=True)
class Plan:
    """A term with a billing cycle, as one choice: `P1Y:annual`."""

    term: str
    billing_cycle: str

    @property
    def code(self) -> str:
        """Return the plan as forms send it."""
        return f"{self.term}:{self.billing_cycle}"

    def __str__(self) -> str:
        return _("%(term)s, %(cycle)s") % {
            "term": Term(self.term).label,
            "cycle": BillingCycle(self.billing_cycle).label,
        }


def plans_of(terms: list[str], cycles: list[str]) -> list[Plan]:
    """Return the plans that an offer's terms and billing cycles make under the rule of new commerce."""
    return [
        Plan(term, cycle)
        for term in Term.values
        if term in terms
        for cycle in CYCLES_OF[term]
        if cycle in cycles
    ]


def plan_rule() -> Q:
    """Return the rule of `CYCLES_OF` as a condition for the database."""
    rule = Q()
    for term, cycles in CYCLES_OF.items():
        rule |= Q(term=str(term), billing_cycle__in=[str(cycle) for cycle in cycles])
    return rule


def add_months(moment: datetime, months: int, day: int = 0) -> datetime:
    """Return the moment so many months later, on `day` (its own); on the last day of a month too short for that."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(day or moment.day, last))


def term_end(start: datetime, term: str, day: int = 0) -> datetime:
    """Return when a commitment that began at `start` ends; `day` is the day of the month of the purchase."""
    return add_months(start, MONTHS[Term(term)], day)


def cycle_end(start: datetime, cycle: str, end: datetime, at: datetime, day: int = 0) -> datetime:
    """Return when the billing cycle in which `at` lies ends, of a commitment from `start` to `end`."""
    months = MONTHS_BILLED[BillingCycle(cycle)]
    gone = max((at.year - start.year) * 12 + at.month - start.month, 0) // months
    first, second = (add_months(start, (gone + step) * months, day) for step in (0, 1))
    return min(first if gone and first > at else second, end)
