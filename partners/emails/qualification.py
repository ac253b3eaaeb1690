"""E-mails about invitations and the reseller qualification, one function each."""

from django.conf import settings
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gcc_portal.core.mail.emails import EmailContent, absolute
from partners.models import Invitation, Partner, PartnerForm


def agent_invitation(invitation: Invitation) -> EmailContent:
    """Return the invitation of an agent, with the personal link."""
    values = {
        "partner": invitation.partner.name,
        "role": str(invitation.get_role_display()).lower(),
        "by": str(invitation.invited_by),
        "day": format_date(localtime(invitation.expires_at), "M j, Y"),
    }
    return EmailContent(
        subject=_("%(partner)s invites you to the GCC Portal") % values,
        paragraphs=[
            _("%(by)s invites you to work for %(partner)s in the GCC Portal, as %(role)s.") % values,
            _(
                "Choose your name and a password with the link below. It is yours alone and works until %(day)s."
            )
            % values,
            _("If you do not know what this is about, leave it: without the link nothing happens."),
        ],
        action_label=_("Accept the invitation"),
        action_url=absolute(reverse("partners:invitation", args=[invitation.token])),
    )


def qualification_granted(form: PartnerForm) -> EmailContent:
    """Return the e-mail on an approved partner form: the decision and the next steps."""
    values = {"partner": form.partner.name, "reference": form.reference}
    return EmailContent(
        subject=_("Approved: %(partner)s may sell Government Community Cloud (%(reference)s)") % values,
        greeting=_("Hello %(name)s,") % {"name": form.contact_name or form.partner.name},
        paragraphs=[
            _("Your intake form %(reference)s was approved.") % values,
            _(
                "%(partner)s now holds the reseller qualification Government_Community_Cloud. It stands on your "
                "Organization profile under Legal info."
            )
            % values,
        ],
        points=[
            _("Have each government customer validated: the customer fills in its own eligibility form."),
            _("Its validation ID comes to you by e-mail. With it you add the customer and order for it."),
        ],
        action_label=_("Open Legal info"),
        action_url=absolute(reverse("partners:legal-info")),
        facts=[
            (_("Reference"), form.reference),
            (_("Organization"), form.partner.name),
            (_("Reseller qualification"), "Government_Community_Cloud"),
        ],
    )


def qualification_revoked(partner: Partner, reason: str) -> EmailContent:
    """Return the notice that the qualification was revoked, with the reason."""
    values = {"partner": partner.name, "address": settings.ELIGIBILITY_ADDRESS}
    return EmailContent(
        subject=_("%(partner)s no longer holds Government Community Cloud") % values,
        greeting=_("Hello,"),
        paragraphs=[
            _("The reseller qualification Government_Community_Cloud of %(partner)s was revoked.") % values,
            _("The reason given: %(reason)s") % {"reason": reason},
            _(
                "From now on you can't add Government Community Cloud customers or place orders for them. "
                "Existing subscriptions go on."
            ),
            _("If you think that this is wrong, write to US Government Cloud Eligibility (%(address)s).")
            % values,
        ],
        action_label=_("Open Legal info"),
        action_url=absolute(reverse("partners:legal-info")),
    )
