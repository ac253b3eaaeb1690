"""The partner's own profiles: organization, legal business, billing, support, and the partner ID (MPN).

What a partner is enrolled with is read here and changed nowhere. Members that a PUT does not send stay as they are;
an address or a contact that is sent takes the place of the one before, and an empty text takes a member away.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field
from pydantic.alias_generators import to_camel

from gcc_portal.api.addresses import AddressBody
from gcc_portal.api.call import Call
from gcc_portal.api.errors import INPUT, NO_PARTNER, ApiError
from gcc_portal.api.read_only import require_unchanged
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Resource, SentAttributes, one_of
from partners.api import profile_shapes as shapes
from partners.models import OrganizationProfiles, Partner
from partners.queries import partners as queries
from partners.services import profiles as profile_services
from partners.services.profiles import PREFERENCES, version_of

resources = Resources("Profiles")

VettingVersion = Annotated[Literal["Current", "LastFinalized"], one_of("Current", "LastFinalized")]
MpnId = Annotated[str, Field(max_length=20)]


@resources.get("profiles/organization", shapes.OrganizationProfile, user_only=True)
def get_organization_profile(call: Call) -> Any:
    """Return the organization profile."""
    return _shown(call, shapes.organization_profile)


@resources.put("profiles/organization", shapes.OrganizationProfile, user_only=True)
def put_organization_profile(call: Call, body: shapes.OrganizationProfileBody) -> Any:
    """Change the organization profile: address, e-mail address, language and culture.

    Needs an admin agent. What the enrolment says (`id`, `tenantId`, `domain`, `companyName`) may be sent as it is.
    """
    partner = queries.own_partner(call.actor)
    _require_unchanged(
        id=(body.id, partner.tenant_id),
        tenant_id=(body.tenant_id, partner.tenant_id),
        domain=(body.domain.casefold(), partner.domain.casefold()),
        company_name=(body.company_name, partner.name),
    )
    contact = {"email": body.email} if body.email else {}
    kept = {"language": body.language, "culture": body.culture}
    preferences = {name: value for name, value in kept.items() if value}
    changed = _change(
        call, partner, PREFERENCES, body.attributes, {**contact, **_own(body.default_address)}, preferences
    )
    return shapes.organization_profile(*changed)


@resources.get("profiles/legalbusiness", shapes.LegalBusinessProfile)
def get_legal_business_profile(call: Call, vetting_version: VettingVersion = "Current") -> Any:
    """Return the legal business profile.

    The portal holds one vetting, the enrolment in CSP, so both versions say the same.
    """
    return _shown(call, shapes.legal_business_profile)


@resources.put("profiles/legalbusiness", shapes.LegalBusinessProfile, user_only=True)
def put_legal_business_profile(call: Call, body: shapes.LegalBusinessProfileBody) -> Any:
    """Change the legal business profile: address (the organization's own), contact and approver.

    Needs an admin agent. `companyName` and the vetting may be sent as they are.
    """
    partner = queries.own_partner(call.actor)
    _require_unchanged(
        company_name=(body.company_name, partner.name),
        vetting_status=(body.vetting_status.casefold(), shapes.vetting_of(partner)),
        vetting_sub_status=(body.vetting_sub_status.casefold(), shapes.VETTING_STEP),
    )
    members = ("primary_contact", "company_approver_address", "company_approver_email")
    kept = shapes.sent_members(body, *members)
    return shapes.legal_business_profile(
        *_change(call, partner, "legal", body.attributes, _own(body.address), kept)
    )


@resources.get("profiles/billing", shapes.PartnerBillingProfile, user_only=True)
def get_partner_billing_profile(call: Call) -> Any:
    """Return the partner's billing profile. What was never written is drawn from the organization profile."""
    return _shown(call, shapes.billing_profile)


@resources.put("profiles/billing", shapes.PartnerBillingProfile, user_only=True)
def put_partner_billing_profile(call: Call, body: shapes.PartnerBillingProfileBody) -> Any:
    """Change the partner's billing profile.

    Needs an admin agent.
    """
    partner = queries.own_partner(call.actor)
    members = set(shapes.PartnerBillingProfileBody.model_fields) - {"attributes"}
    return shapes.billing_profile(
        *_change(call, partner, "billing", body.attributes, {}, shapes.sent_members(body, *members))
    )


@resources.get("profiles/support", shapes.SupportProfile, user_only=True)
def get_support_profile(call: Call) -> Any:
    """Return the partner's support profile. What was never written is drawn from the organization profile."""
    return _shown(call, shapes.support_profile)


@resources.put("profiles/support", shapes.SupportProfile, user_only=True)
def put_support_profile(call: Call, body: shapes.SupportProfileBody) -> Any:
    """Change the partner's support profile.

    Needs an admin agent.
    """
    partner = queries.own_partner(call.actor)
    kept = shapes.sent_members(body, "email", "telephone", "website")
    return shapes.support_profile(*_change(call, partner, "support", body.attributes, {}, kept))


@resources.get("profiles/mpn", shapes.MpnProfile, user_only=True)
def get_mpn_profile(call: Call, mpn_id: MpnId = "") -> Any:
    """Return a partner by its ID in the Microsoft Partner Network; the own one without `mpnId`.

    Known are the own organization, its indirect resellers and its indirect provider; every other ID is answered
    like one that does not exist (404/3000).
    """
    mpn_id = mpn_id.strip()
    if not mpn_id:
        return shapes.mpn_profile(queries.own_partner(call.actor), "")
    found = queries.in_network_by_mpn(call.actor, mpn_id)
    if found is None:
        raise ApiError(NO_PARTNER, _("There is no partner with this MPN ID."))
    return shapes.mpn_profile(found, mpn_id)


@resources.get("profiles/partnernetworkprofile", shapes.MpnProfile, user_only=True)
def get_partner_network_profile(call: Call, mpn_id: MpnId = "") -> Any:
    """Return what `profiles/mpn` returns, at the address that the Python client knows."""
    return get_mpn_profile(call, mpn_id)


def _shown(call: Call, build: Callable[[Partner, OrganizationProfiles], Resource]) -> Resource:
    """Return one of the own partner's profiles."""
    partner = queries.own_partner(call.actor)
    return build(partner, queries.profiles_of(partner))


def _change(
    call: Call,
    partner: Partner,
    kind: str,
    sent: SentAttributes,
    organization: dict[str, str],
    kept: dict[str, Any],
) -> tuple[Partner, OrganizationProfiles]:
    """Change a profile; return the partner and its profiles as they are now. Raises an API error for a stale ETag."""
    seen = version_of(partner, queries.profiles_of(partner), kind)
    call.check_etag(seen, sent)
    partner = profile_services.change_profile(
        call.actor, kind=kind, seen=seen, organization=organization, kept=kept
    )
    return partner, queries.profiles_of(partner)


def _require_unchanged(**members: tuple[Any, Any]) -> None:
    sentence = _("%(members)s can't be changed: it comes from the enrollment in the partner program.")
    require_unchanged(INPUT, sentence, {to_camel(name): values for name, values in members.items()})


def _own(address: AddressBody | None) -> dict[str, str]:
    """Return the organization's own address as the portal keeps it; nothing where none was sent."""
    return address.as_kept() if address is not None else {}
