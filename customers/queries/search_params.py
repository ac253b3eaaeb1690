"""What a list of customers is narrowed to: words that are searched for, and filters."""

import uuid
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Upper

from customers.models import Customer, CustomerAgreement, SpecialQualification
from customers.queries.customers import begins, visible_customers
from customers.states import QualificationState
from gcc_portal.core.people.actors import Actor
from gcc_portal.identity.tenants.kinds import parse_tenant_id


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to. `inside` searches what stands anywhere in a name or domain."""

    q: str = ""
    qualification: str = ""
    agreement: str = ""
    inside: bool = False
    tenant_id: uuid.UUID | None = None

    @classmethod
    def by(
        cls, *, q: str = "", qualification: str = "", agreement: str = "", inside: bool = False
    ) -> "Wanted":
        """Return what these words ask for: words that are a tenant ID search for nothing else."""
        tenant_id = parse_tenant_id(q) if q else None
        key = uuid.UUID(tenant_id) if tenant_id else None
        return cls("" if key else q, qualification, agreement, inside, key)

    def __bool__(self) -> bool:
        return bool(self.q or self.qualification or self.agreement or self.tenant_id)

    @property
    def values(self) -> dict[str, Any]:
        """Return what goes into a query as a value; the rest decides which query it is."""
        found: dict[str, Any] = {"q": self.q} if self.q else {}
        if self.tenant_id is not None:
            found["tenant_id"] = self.tenant_id
        if self.qualification not in ("", "none"):
            found["qualification"] = self.qualification
        return found

    @property
    def looks_at_beginnings(self) -> bool:
        """Return whether names and domains are searched for how they begin."""
        return bool(self.q) and not self.inside

    @property
    def is_counted(self) -> bool:
        """Return whether an index alone can count what is wanted: it knows no filters, nor what stands inside."""
        return not (self.qualification or self.agreement or (self.q and self.inside))

    @property
    def ways(self) -> list[Q]:
        """Return the conditions of the search, of which one must hold. Each by itself is answered by one index."""
        if self.tenant_id is not None:
            return [Q(held_id=self.tenant_id)]
        if not self.q:
            return [Q()]
        if self.inside:
            text = Upper(Value(self.q))
            return [Q(held_name__contains=text) | Q(held_domain__contains=text)]
        return [begins("name", self.q), begins("domain", self.q)]

    def filtered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of `visible_customers` or `held` that the filters leave, whatever is searched."""
        kinds = granted()
        if self.qualification == "none":
            rows = rows.filter(~Exists(kinds))
        elif self.qualification:
            rows = rows.filter(Exists(kinds.filter(kind=self.qualification)))
        if self.agreement:
            has = Exists(agreements())
            rows = rows.filter(has if self.agreement == "yes" else ~has)
        return rows


def granted() -> QuerySet[SpecialQualification]:
    """Return the special qualifications in force of the customer of an outer query with `held_id`."""
    return SpecialQualification.objects.filter(customer=OuterRef("held_id"), state=QualificationState.GRANTED)


def agreements() -> QuerySet[CustomerAgreement]:
    """Return the agreements of the customer of an outer query with `held_id`."""
    return CustomerAgreement.objects.filter(customer=OuterRef("held_id"))


def narrowed(
    actor: Actor, *, q: str = "", qualification: str = "", agreement: str = "", inside: bool = False
) -> QuerySet[Customer]:
    """Return the actor's customers that a search and filters leave, all of them, each with `has_agreement`."""
    wanted = Wanted.by(q=q, qualification=qualification, agreement=agreement, inside=inside)
    rows = wanted.filtered(visible_customers(actor)).filter(reduce(or_, wanted.ways))
    kinds = SpecialQualification.objects.filter(state=QualificationState.GRANTED).order_by("kind")
    return rows.annotate(has_agreement=Exists(agreements())).prefetch_related(
        Prefetch("qualifications", queryset=kinds)
    )
