"""The e-mail with the personal link of an eligibility form."""

from django.urls import reverse
from django.utils.translation import gettext as _

from customers.models import CustomerForm
from gcc_portal.core.mail.emails import EmailContent, absolute


def personal_link(form: CustomerForm) -> EmailContent:
    """Return the mail with the link by which a draft is filled in and followed."""
    return EmailContent(
        subject=_("Your eligibility form for the Government Community Cloud"),
        paragraphs=[
            _(
                "This is the personal link to the eligibility form of %(organization)s. Your answers are kept there."
            )
            % {"organization": form.organization_name},
            _("Whoever has the link can read and change the form: keep it to yourself and your colleagues."),
            _("If you did not begin a form, ignore this mail: nothing happens until a form is signed."),
        ],
        facts=[(_("Reference"), form.reference)],
        action_label=_("Fill in the form"),
        action_url=absolute(reverse("eligibility:resume", args=[form.access_token])),
    )
