"""Use cases of the partners room: one function a thing that a person does."""

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
from partners.services.forms import start_form
from partners.services.organization import (
    edit_profile,
    enrol_partner,
    fingerprint,
    revoke_qualification,
)

__all__ = [
    "add_agent",
    "cancel_invitation",
    "change_role",
    "edit_profile",
    "enrol_partner",
    "fingerprint",
    "invite",
    "join_as_new",
    "join_with_account",
    "remove",
    "resend_invitation",
    "revoke_qualification",
    "start_form",
]
