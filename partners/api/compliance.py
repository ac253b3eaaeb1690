"""Whether a reseller signed the Microsoft Partner Agreement: its enrolment in CSP is that signature."""

import re
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from gcc_portal.api.call import Call
from gcc_portal.api.errors import ApiError, ErrorCode
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Resource, guid_of
from partners.models import Partner
from partners.queries import partners as queries
from partners.states import PartnerRole

resources = Resources("Compliance")

MALFORMED: ErrorCode = (400, 2000)
MISSING: ErrorCode = (400, 2001)
MPN_UNKNOWN: ErrorCode = (400, 2200)
MPN_UNSIGNED: ErrorCode = (400, 2203)
NO_RESELLER: ErrorCode = (400, 2204)
TENANT_UNKNOWN: ErrorCode = (400, 2205)
TENANT_UNSIGNED: ErrorCode = (400, 2206)
NUMBER = re.compile(r"\d{1,20}", re.ASCII)
Text = Annotated[str, Field(max_length=100)]


class AgreementStatus(Resource):
    """Whether the agreement is signed."""

    is_agreement_signed: bool


@resources.get("compliance/csp/agreementstatus", AgreementStatus, user_only=True)
def get_agreement_status(call: Call, mpn_id: Text = "", tenant_id: Text = "") -> Any:
    """Return whether a reseller signed the Microsoft Partner Agreement; one of `mpnId` and `tenantId` names it.

    Known are the own organization, its indirect resellers and its indirect provider. An agreement that is not
    signed is an error of its own (400/2203, 400/2206), as is an ID that nobody known has (400/2200, 400/2205) and a
    partner that is no reseller (400/2204).
    """
    by_mpn, by_tenant = mpn_id.strip(), tenant_id.strip()
    if by_mpn and by_tenant:
        raise ApiError(MALFORMED, _("Give either mpnId or tenantId, not both."))
    if not by_mpn and not by_tenant:
        raise ApiError(MISSING, _("Give mpnId or tenantId: whose agreement is asked about?"))
    partner = _by_mpn(call, by_mpn) if by_mpn else _by_tenant(call, by_tenant)
    if partner.pk != call.actor.partner_id and partner.role != PartnerRole.INDIRECT_RESELLER:
        raise ApiError(NO_RESELLER, _("This partner is no indirect reseller."))
    if not partner.csp_enrolled:
        unsigned = MPN_UNSIGNED if by_mpn else TENANT_UNSIGNED
        raise ApiError(unsigned, _("This partner has not signed the Microsoft Partner Agreement."))
    return AgreementStatus(is_agreement_signed=True)


def _by_mpn(call: Call, mpn_id: str) -> Partner:
    if not NUMBER.fullmatch(mpn_id):
        raise ApiError(MALFORMED, _("mpnId is a number, such as 5310001."))
    found = queries.in_network_by_mpn(call.actor, mpn_id)
    if found is None:
        raise ApiError(MPN_UNKNOWN, _("There is no partner with this MPN ID."))
    return found


def _by_tenant(call: Call, tenant_id: str) -> Partner:
    guid = guid_of(tenant_id)
    if guid is None:
        raise ApiError(MALFORMED, _("tenantId is a GUID."))
    found = queries.in_network_by_tenant(call.actor, guid)
    if found is None:
        raise ApiError(TENANT_UNKNOWN, _("There is no partner with this tenant ID."))
    return found
