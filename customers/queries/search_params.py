"""The search and the filters of a list of customers, read from its form."""

import uuid
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Upper

from customers.models import CustomerAgreement, SpecialQualification
from customers.queries.customers import prefix_match
from gcc_portal.identity.tenants.kinds import parse_tenant_id

NO_QUALIFICATION = "none"


@dataclass(frozen=True)
class SearchParams:
    """A text, or a tenant ID in its place, and filters: `qualification` is a kind or `none`, `agreement` yes or no.

    With `inside` the text is found anywhere in a name or domain, else where they begin.
    """

    q: str = ""
    qualification: str = ""
    agreement: str = ""
    inside: bool = False
    tenant_id: uuid.UUID | None = None

    @classmethod
    def read(
        cls, *, q: str = "", qualification: str = "", agreement: str = "", inside: bool = False
    ) -> "SearchParams":
        """Return the parameters; a text that is a tenant ID finds this customer alone."""
        tenant_id = parse_tenant_id(q) if q else None
        if tenant_id:
            return cls("", qualification, agreement, inside, uuid.UUID(tenant_id))
        return cls(q, qualification, agreement, inside)

    def __bool__(self) -> bool:
        return bool(self.q or self.qualification or self.agreement or self.tenant_id)

    @property
    def looks_at_beginnings(self) -> bool:
        """Return whether names and domains are searched for how they begin."""
        return bool(self.q) and not self.inside

    @property
    def is_countable(self) -> bool:
        """Return whether an index alone can count the rows: it answers neither filters nor a text inside names."""
        return not (self.qualification or self.agreement or (self.q and self.inside))

    @property
    def any_of(self) -> list[Q]:
        """Return the conditions of the search of which one must hold, each answered by an index of its own."""
        if self.tenant_id is not None:
            return [Q(customer_id=self.tenant_id)]
        if self.looks_at_beginnings:
            return [prefix_match("customer_name", self.q), prefix_match("customer_domain", self.q)]
        return []

    @property
    def inside_match(self) -> Q:
        """Return the condition that no index answers: the text anywhere in the name or domain."""
        if not (self.q and self.inside):
            return Q()
        text = Upper(Value(self.q))
        return Q(customer_name__contains=text) | Q(customer_domain__contains=text)

    @property
    def filters(self) -> Q:
        """Return the conditions of the filters."""
        found = Q()
        if self.qualification:
            kinds = qualifications_in_force()
            none = self.qualification == NO_QUALIFICATION
            found &= ~Q(Exists(kinds)) if none else Q(Exists(kinds.filter(kind=self.qualification)))
        if self.agreement:
            has = Q(Exists(agreements()))
            found &= has if self.agreement == "yes" else ~has
        return found


def qualifications_in_force() -> QuerySet[SpecialQualification]:
    """Return the special qualifications in force of the customer of an outer query on relationships."""
    return SpecialQualification.objects.in_force().filter(customer=OuterRef("customer_id"))


def agreements() -> QuerySet[CustomerAgreement]:
    """Return the agreements of the customer of an outer query on relationships."""
    return CustomerAgreement.objects.filter(customer=OuterRef("customer_id"))
