"""Labels of the audited actions on partners and agents, and the sentences on what they changed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from gcc_portal.core.audit.labels import describe_changes, name_actions
from gcc_portal.core.people.roles import Role
from partners.models import Partner


def register() -> None:
    """Register the labels of the partners' actions, and their sentences."""
    describe_changes(
        {"partner.edit_profile": _profile_changes, "agent.change_agent_role": _role_change},
    )
    name_actions(
        **{
            "partner.apply": _("Applied for Government Community Cloud"),
            "partner.qualify": _("Qualified for Government Community Cloud"),
            "partner.dismiss": _("Application for Government Community Cloud closed"),
            "partner.revoke": _("Government Community Cloud revoked"),
        },
        enrol_partner=_("Partner entered"),
        edit_profile=_("Organization profile changed"),
        edit_preferences=_("Language of the organization changed"),
        edit_legal=_("Legal business profile changed"),
        edit_billing=_("Billing profile changed"),
        edit_support=_("Support profile changed"),
        start_partner_form=_("Partner intake form started"),
        invite_agent=_("Agent invited"),
        resend_invitation=_("Invitation sent again"),
        cancel_invitation=_("Invitation cancelled"),
        accept_invitation=_("Invitation accepted"),
        change_agent_role=_("Agent’s role changed"),
        remove_agent=_("Agent removed"),
        make_application=_("API application made"),
        rotate_application=_("API application’s secret renewed"),
        revoke_application=_("API application revoked"),
        consent_application=_("API application allowed to act for a person"),
        stop_tokens=_("API application’s tokens for a person stopped"),
    )


def _profile_changes(data: Mapping[str, Any]) -> str:
    """Return a line for each changed field: its name, the value before and after."""
    return "\n".join(
        f"{Partner._meta.get_field(name).verbose_name}: {before or '–'} → {after or '–'}"  # type: ignore[union-attr]
        for name, (before, after) in data.items()
    )


def _role_change(data: Mapping[str, Any]) -> str:
    before, after = data["role"]
    return f"{Role(before).label} → {Role(after).label}"
