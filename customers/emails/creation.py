"""E-mails about a customer's creation, to the agent who started it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from customers.models import CustomerCreation
from gcc_portal.core.mail.emails import EmailContent, absolute

__all__ = ["EmailContent", "created", "failed"]


def created(creation: CustomerCreation) -> EmailContent:
    """Return the e-mail that the customer was created. It never holds the password."""
    paragraphs = [
        _("%(customer)s is now your customer, with the tenant %(domain)s.")
        % {"customer": creation.company_name, "domain": creation.domain},
    ]
    if creation.sealed_password:
        paragraphs.append(
            _(
                "The administrator's user name and one-time password are shown once, on the page of the creation."
            )
        )
    if creation.answer("agreement").get("later"):
        paragraphs.append(
            _("Before the first order, record who of the customer accepted the Microsoft Customer Agreement.")
        )
    return EmailContent(
        subject=_("%(customer)s was created") % {"customer": creation.company_name},
        paragraphs=paragraphs,
        action_label=_("Open the creation"),
        action_url=absolute(reverse("customers:creation", args=[creation.pk])),
    )


def failed(creation: CustomerCreation) -> EmailContent:
    """Return the e-mail that the creation failed, with the reason and the next step."""
    paragraphs = [
        _("%(customer)s could not be created. Nothing was made.") % {"customer": creation.company_name},
        creation.failure,
    ]
    if creation.wants_gcc:
        paragraphs.append(_("The create of the validation ID was given back."))
    return EmailContent(
        subject=_("%(customer)s could not be created") % {"customer": creation.company_name},
        paragraphs=paragraphs,
        action_label=_("Look at it and try again"),
        action_url=absolute(reverse("customers:creation", args=[creation.pk])),
    )
