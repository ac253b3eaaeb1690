"""Relationships between partners: an indirect provider's resellers, and an indirect reseller's provider."""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Query
from pydantic import BeforeValidator, Field

from gcc_portal.api.call import Call
from gcc_portal.api.errors import NO_PARTNER, ApiError
from gcc_portal.api.filters import read_filter
from gcc_portal.api.paging import Collection, collection
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Attributes, Guid, Resource, one_of, typed
from gcc_portal.identity.postal import COUNTRY
from partners.models import Partner
from partners.queries import partners as queries
from partners.states import PartnerRole

resources = Resources("Partner relationships")

Type = Literal["is_indirect_reseller_of", "is_indirect_cloud_solution_provider_of"]
RESELLER_OF: Type = "is_indirect_reseller_of"
PROVIDER_OF: Type = "is_indirect_cloud_solution_provider_of"
RequestedType = Annotated[
    Type | Literal["none"],
    one_of(RESELLER_OF, PROVIDER_OF, "none"),
    BeforeValidator(lambda value: value or "none"),
]
# By the caller's relationship to them.
OTHERS = {PROVIDER_OF: queries.resellers_of, RESELLER_OF: queries.providers_of}


class PartnerRelationship(Resource):
    """How another partner stands to the caller: the id is that partner's tenant."""

    id: Guid
    name: str
    relationship_type: Type
    state: Literal["Active"]
    mpn_id: str
    location: str
    attributes: Attributes


def partner_relationship(other: Partner, kind: Type) -> PartnerRelationship:
    """Return the relationship of the kind with another partner."""
    return PartnerRelationship(
        id=other.tenant_id,
        name=other.name,
        relationship_type=kind,
        state="Active",
        mpn_id=other.mpn_id,
        location=COUNTRY,
        attributes=typed("PartnerRelationship"),
    )


@resources.get("relationships", Collection[PartnerRelationship], user_only=True)
def list_partner_relationships(
    call: Call,
    relationship_type: RequestedType = Query("none", alias="relationship_type"),
    filter: Annotated[str, Field(max_length=2000)] = "",
) -> Any:
    """List the partners that the own one has a relationship with.

    `is_indirect_cloud_solution_provider_of` lists an indirect provider's resellers, `is_indirect_reseller_of` a
    reseller's provider; left out, the caller's role decides. A partner that is no such thing to anybody gets an
    empty list. The filter knows the field `Name`.
    """
    kind = relationship_type if relationship_type != "none" else _by_role(call)
    rows = OTHERS[kind](call.actor)
    found = read_filter(filter, fields={"Name": "name"}, operators=("starts_with", "substring"))
    if found is not None:
        rows = queries.named(rows, found.value, anywhere=found.operator == "substring")
    items = [partner_relationship(partner, kind) for partner in rows]
    return collection(items, "/relationships", relationship_type=kind, filter=filter or None)


@resources.get("relationships/{partner_id}/customer", Collection[PartnerRelationship], user_only=True)
def list_relationships_with_partner(
    call: Call,
    partner_id: Guid,
    relationship_type: RequestedType = Query("none", alias="relationship_type"),
    filter: Annotated[str, Field(max_length=2000)] = "",
) -> Any:
    """List the relationships of the own partner, or the one with another partner (404/3000 where there is none)."""
    if partner_id == call.tenant_id:
        return list_partner_relationships(call, relationship_type, filter)
    other = queries.in_network_by_tenant(call.actor, partner_id)
    if other is None:
        raise ApiError(NO_PARTNER, _("There is no partner with this ID that yours has a relationship with."))
    kind = PROVIDER_OF if other.provider_id == call.actor.partner_id else RESELLER_OF
    return collection([partner_relationship(other, kind)], f"/relationships/{partner_id}/customer")


def _by_role(call: Call) -> Type:
    return RESELLER_OF if call.actor.partner_role == PartnerRole.INDIRECT_RESELLER else PROVIDER_OF
