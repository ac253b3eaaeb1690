"""Use cases of the partners app, one function each."""

from partners.services.agents import (
    add_agent,
    cancel_invitation,
    change_role,
    invite,
    join_as_new,
    join_with_account,
    remove,
    resend_invitation,
)
from partners.services.applications import (
    consent_to_application,
    make_application,
    revoke_application,
    rotate_application,
    secret_number,
    stop_tokens,
)
from partners.services.forms import start_form
from partners.services.organization import edit_profile, enrol_partner, fingerprint, revoke_qualification
from partners.services.profiles import change_profile

__all__ = [
    "add_agent",
    "cancel_invitation",
    "change_profile",
    "change_role",
    "consent_to_application",
    "edit_profile",
    "enrol_partner",
    "fingerprint",
    "invite",
    "join_as_new",
    "join_with_account",
    "make_application",
    "remove",
    "resend_invitation",
    "revoke_application",
    "revoke_qualification",
    "rotate_application",
    "secret_number",
    "start_form",
    "stop_tokens",
]
