"""Shapes of partners that several parts of the API answer."""

from typing import Literal

from gcc_portal.api.schema import Attributes, Guid, Resource, typed
from gcc_portal.identity.postal import COUNTRY
from partners.models import Partner

Type = Literal["is_indirect_reseller_of", "is_indirect_cloud_solution_provider_of"]
RESELLER_OF: Type = "is_indirect_reseller_of"
PROVIDER_OF: Type = "is_indirect_cloud_solution_provider_of"


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
