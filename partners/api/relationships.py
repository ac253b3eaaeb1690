"""Relationships between partners: an indirect provider's resellers, and an indirect reseller's provider."""

from typing import Annotated, Any, Literal

from ninja import Query
from pydantic import BeforeValidator, Field

from gcc_portal.api.call import Call
from gcc_portal.api.filters import read_filter
from gcc_portal.api.paging import Collection, collection
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import one_of
from partners import queries
from partners.api.schemas import PartnerRelationship, partner_relationship
from partners.models import PartnerRole

resources = Resources("Partner relationships")

Type = Literal["is_indirect_reseller_of", "is_indirect_cloud_solution_provider_of"]
RESELLER_OF: Type = "is_indirect_reseller_of"
PROVIDER_OF: Type = "is_indirect_cloud_solution_provider_of"
Asked = Annotated[
    Type | Literal["none"],
    one_of(RESELLER_OF, PROVIDER_OF, "none"),
    BeforeValidator(lambda value: value or "none"),
]
LOOKUPS = {"startswith": "istartswith", "substring": "icontains"}


@resources.get("relationships", Collection[PartnerRelationship], user_only=True)
def list_partner_relationships(
    call: Call,
    relationship_type: Asked = Query("none", alias="relationship_type"),
    filter: Annotated[str, Field(max_length=2000)] = "",
) -> Any:
    """List the partners that the own one has a relationship with.

    `is_indirect_cloud_solution_provider_of` lists an indirect provider's resellers, `is_indirect_reseller_of` a
    reseller's provider; left out, the caller's role decides. A partner that is no such thing to anybody gets an
    empty list. The filter knows the field `Name`.
    """
    kind = relationship_type if relationship_type != "none" else _by_role(call)
    rows = queries.providers_of(call.actor) if kind == RESELLER_OF else queries.resellers_of(call.actor)
    found = read_filter(filter, fields={"Name": "name"}, operators=("starts_with", "substring"))
    if found is not None:
        rows = rows.filter(**{f"{found.field}__{LOOKUPS[found.operator]}": found.value})
    items = [partner_relationship(partner, kind) for partner in rows]
    return collection(items, "/relationships", relationship_type=kind, filter=filter or None)


def _by_role(call: Call) -> Type:
    return RESELLER_OF if call.actor.partner_role == PartnerRole.INDIRECT_RESELLER else PROVIDER_OF
