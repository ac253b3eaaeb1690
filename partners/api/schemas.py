"""What more than one room of the API answers about partners."""

from typing import Literal

from gcc_portal.api.schema import Attributes, Guid, Resource, typed
from partners.models import Partner


class PartnerRelationship(Resource):
    """How another partner stands to the caller: the id is that partner's tenant."""

    id: Guid
    name: str
    relationship_type: Literal["is_indirect_reseller_of", "is_indirect_cloud_solution_provider_of"]
    state: Literal["Active"]
    mpn_id: str
    location: str
    attributes: Attributes


def partner_relationship(
    other: Partner, kind: Literal["is_indirect_reseller_of", "is_indirect_cloud_solution_provider_of"]
) -> PartnerRelationship:
    """Return the relationship of the kind with another partner."""
    return PartnerRelationship(
        id=other.tenant_id,
        name=other.name,
        relationship_type=kind,
        state="Active",
        mpn_id=other.mpn_id,
        location="US",
        attributes=typed("PartnerRelationship"),
    )
