"""E-mails about validation IDs."""

from django.urls import reverse
from django.utils.translation import gettext as _

from customers.emails.dates import day
from customers.models import CustomerForm, ValidationId
from gcc_portal.core.mail.emails import EmailContent, absolute


def to_customer(validation: ValidationId, form: CustomerForm) -> EmailContent:
    """Return the answer to the customer's form that brings its validation ID."""
    names = {"organization": validation.organization_name, "partner": validation.partner.name}
    return EmailContent(
        subject=_("Approved: %(organization)s is eligible for the Government Community Cloud") % names,
        paragraphs=[
            _("We approved the eligibility form of %(organization)s for the Government Community Cloud.")
            % names,
            _(
                "Your validation ID is %(number)s. Your partner, %(partner)s, has received it as well and uses it "
                "to set up your organization. You need to do nothing until your partner writes to you."
            )
            % {**names, "number": validation.number},
        ],
        facts=_facts(validation),
        action_label=_("See your form and its answer"),
        action_url=absolute(reverse("eligibility:status", args=[form.access_token])),
    )


def to_partner(validation: ValidationId) -> EmailContent:
    """Return the notice that brings the partner's admin agents the validation ID."""
    names = {"organization": validation.organization_name}
    return EmailContent(
        subject=_("Validation ID %(number)s for %(organization)s") % {**names, "number": validation.number},
        paragraphs=[
            _(
                "%(organization)s was validated for the Government Community Cloud and named you as its partner."
            )
            % names,
            _("Add it as a customer with this validation ID."),
        ],
        facts=_facts(validation),
        action_label=_("Open the validation ID"),
        action_url=absolute(reverse("customers:validation-id", args=[validation.number])),
    )


def revoked(validation: ValidationId, reason: str) -> EmailContent:
    """Return the notice that a validation ID is good for nothing any more."""
    names = {"number": validation.number, "organization": validation.organization_name}
    return EmailContent(
        subject=_("Validation ID %(number)s was revoked") % names,
        paragraphs=[
            _("Validation ID %(number)s of %(organization)s was revoked. No customer can be added with it.")
            % names,
            _("The reason: %(reason)s") % {"reason": reason},
        ],
        action_label=_("Open the validation ID"),
        action_url=absolute(reverse("customers:validation-id", args=[validation.number])),
    )


def _facts(validation: ValidationId) -> list[tuple[str, object]]:
    return [
        (_("Validation ID"), validation.number),
        (_("Organization"), validation.organization_name),
        (_("Partner"), validation.partner.name),
        (_("Customers that can be created"), validation.max_creates),
        (_("Good until"), day(validation.expires_at)),
    ]
