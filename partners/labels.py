"""The labels of the partners app's actions in the audit."""

from django.utils.translation import gettext_lazy as _

from gcc_portal.core.audit.labels import name_actions


def register() -> None:
    """Register the label of every action that the app's services record."""
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
