"""Profiles that only the API shows: legal business, billing, support, language and culture.

Values that a partner never wrote come from its organization profile.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import Stale, guard
from gcc_portal.core.machine import require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import refused_on, use_case
from gcc_portal.identity.gates import address_may_be_kept
from gcc_portal.identity.postal import COUNTRY
from partners.models import OrganizationProfiles, Partner
from partners.queries import partners as queries
from partners.services.organization import edit_profile, fingerprint

PREFERENCES = "preferences"  # language and culture, which have columns; the other kinds are JSON documents
ADDRESS = ("address_line1", "address_line2", "city", "state", "postal_code", "phone")
ADDRESSES = ("address", "company_approver_address")  # members of the documents
CURRENCY, BILLING_DAY = "USD", 1


def shown_in(partner: Partner, profiles: OrganizationProfiles, kind: str) -> dict[str, Any]:
    """Return a profile under the portal's names: the stored values, the rest from the organization profile."""
    return {**_from_organization(partner, kind), **_kept(profiles, kind)}


def version_of(partner: Partner, profiles: OrganizationProfiles, kind: str) -> str:
    """Return a short digest of what a profile shows. A change that carries another one is stale."""
    shown = [
        kind,
        fingerprint(partner),
        partner.name,
        partner.csp_enrolled,
        shown_in(partner, profiles, kind),
    ]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


@use_case
def change_profile(
    actor: Actor, *, kind: str, seen: str, organization: Mapping[str, str], kept: Mapping[str, Any]
) -> Partner:
    """Change one of the own partner's profiles and return the partner.

    `organization` has fields of the organization profile, which the page edits too; `kept` has those of the API's
    profile, where an empty value removes one. Other fields stay. `seen` is the version that the caller read.
    Raises `Http404` for somebody without a partner, `NotAllowed` for a role that may not, `Stale` when the profile
    was changed in the meantime, `Blocked` for an address that the address service would refuse.
    """
    partner = queries.own_partner_locked(actor)
    require(actor, Right.EDIT_ORGANIZATION)
    profiles = queries.profiles_of(partner)
    if seen != version_of(partner, profiles, kind):
        raise Stale(_("The profile was changed in the meantime. Read it again and repeat the change on it."))
    with refused_on(partner, "edit_profile"):
        _guard_own_address(partner, organization)
    edit_profile(actor, seen=fingerprint(partner), values=organization)
    partner = queries.own_partner(actor)
    before, inherited = _kept(profiles, kind), _from_organization(partner, kind)
    # A value equal to the organization profile's is not stored, so that it follows later changes there.
    after = {
        name: value for name, value in {**before, **kept}.items() if value and value != inherited.get(name)
    }
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    with refused_on(partner, f"edit_{kind}"):
        for name in ADDRESSES:
            guard(address_may_be_kept(after[name]) if name in changed and name in after else [])
    if changed:
        _keep(profiles, kind, after)
        # Field names alone: the values are personal or financial and don't belong in the audit.
        record(actor, f"edit_{kind}", partner, reason=", ".join(changed))
    return partner


def _guard_own_address(partner: Partner, organization: Mapping[str, str]) -> None:
    """Raise `Blocked` for a changed address that the address service refuses. An unchanged one passes."""
    own = {name: organization.get(name, getattr(partner, name)) for name in ADDRESS}
    country = organization.get("country", COUNTRY)
    if country != COUNTRY or any(own[name] != getattr(partner, name) for name in ADDRESS):
        guard(address_may_be_kept({**own, "country": country}))


def _kept(profiles: OrganizationProfiles, kind: str) -> dict[str, Any]:
    if kind == PREFERENCES:
        return {"culture": profiles.culture, "language": profiles.language}
    return dict(getattr(profiles, kind))


def _keep(profiles: OrganizationProfiles, kind: str, values: dict[str, Any]) -> None:
    if kind == PREFERENCES:
        profiles.culture, profiles.language = values["culture"], values["language"]
    else:
        setattr(profiles, kind, values)
    profiles.save()


def _from_organization(partner: Partner, kind: str) -> dict[str, Any]:
    """Return the values of a profile that come from the organization profile."""
    address = {name: getattr(partner, name) for name in ADDRESS}
    address |= {"country": COUNTRY, "first_name": "", "last_name": ""}
    reached = {"email": partner.email, "phone_number": partner.phone}
    contact = {name: value for name, value in reached.items() if value}
    match kind:
        case "legal":
            return {
                "primary_contact": contact,
                "company_approver_address": address,
                "company_approver_email": partner.email,
            }
        case "billing":
            return {
                "company_name": partner.name,
                "address": address,
                "primary_contact": contact,
                "billing_currency": CURRENCY,
                "billing_day": BILLING_DAY,
            }
        case "support":
            return {"email": partner.email, "telephone": partner.phone, "website": partner.web_domain}
    return {}
