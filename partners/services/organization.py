"""Use cases of an organization: enrol, edit the profile, revoke the qualification."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import Stale
from gcc_portal.core.machine import apply_transition, require
from gcc_portal.core.mail.outbox import queue_email
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import refused_on, use_case
from partners.emails import qualification as emails
from partners.models import Partner
from partners.queries import partners as queries

PROFILE_FIELDS = (
    "web_domain",
    "email",
    "phone",
    "address_line1",
    "address_line2",
    "city",
    "state",
    "postal_code",
)


def fingerprint(partner: Partner) -> str:
    """Return a short digest of the profile. An edit that carries another one is stale."""
    values = json.dumps([getattr(partner, name) for name in PROFILE_FIELDS])
    return hashlib.sha256(values.encode()).hexdigest()[:16]


@use_case
def enrol_partner(actor: Actor, **fields: Any) -> Partner:
    """Create an organization as its CSP enrolment describes it. Returns the partner."""
    require(actor, Right.ACT_AS_PORTAL)
    partner = Partner.objects.create(**fields)
    record(actor, "enrol_partner", partner)
    return partner


@use_case
def edit_profile(actor: Actor, *, seen: str, values: Mapping[str, str]) -> list[str]:
    """Change the actor's own organization profile; return the names of the fields that changed.

    `seen` is the fingerprint of the profile that the page showed. Raises `Http404` for somebody without a partner,
    `NotAllowed` for a role that may not, `Stale` when the profile was changed in the meantime.
    """
    partner = queries.own_partner_locked(actor)
    require(actor, Right.EDIT_ORGANIZATION)
    if seen != fingerprint(partner):
        raise Stale(
            _(
                "The profile was changed in the meantime, by you in another tab or by somebody else. "
                "Compare, then save."
            )
        )
    changes = {
        name: (getattr(partner, name), values[name])
        for name in PROFILE_FIELDS
        if name in values and getattr(partner, name) != values[name]
    }
    if not changes:
        return []
    for name, (_old, new) in changes.items():
        setattr(partner, name, new)
    partner.save(update_fields=list(changes))
    record(actor, "edit_profile", partner, data=changes)
    return list(changes)


@use_case
def revoke_qualification(actor: Actor, partner_id: int, *, reason: str) -> Partner:
    """Revoke the qualification and e-mail the reason to the admin agents. Returns the partner.

    Raises `Http404`, `NotAllowed`, or `WrongState` for a partner that is not qualified.
    """
    require(actor, Right.REVIEW_FORMS)
    partner = queries.partner_locked(actor, partner_id)
    with refused_on(partner, "revoke"):
        apply_transition(partner, "revoke", actor, reason=reason)
    addresses = queries.admin_addresses(partner)
    if addresses:
        email = emails.qualification_revoked(partner, reason)
        queue_email(
            "qualification_revoked", email, addresses, partner, key=f"qualification-revoked:{partner.pk}"
        )
    return partner
