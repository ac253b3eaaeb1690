"""E-mails about API applications. They go to all admin agents of the organization."""

from django.urls import reverse
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Text
from gcc_portal.core.mail.emails import EmailContent, absolute
from partners.models import ApiApplication


def made(application: ApiApplication, by: str) -> EmailContent:
    """Return the notice that an application was made."""
    return _email(
        application,
        _("New API application: %(name)s") % {"name": application.name},
        [
            _("%(by)s made the API application %(name)s for %(partner)s.")
            % {"by": by, "name": application.name, "partner": application.partner.name},
            _("A program that holds its client ID and secret can now use the API as your organization."),
        ],
    )


def rotated(application: ApiApplication, by: str) -> EmailContent:
    """Return the notice that an application has a new secret."""
    return _email(
        application,
        _("New secret for the API application %(name)s") % {"name": application.name},
        [
            _("%(by)s gave the API application %(name)s a new secret.")
            % {"by": by, "name": application.name},
            _("The old secret and every token stopped working. Programs that use it need the new secret."),
        ],
    )


def revoked(application: ApiApplication, by: str) -> EmailContent:
    """Return the notice that an application was revoked."""
    return _email(
        application,
        _("API application revoked: %(name)s") % {"name": application.name},
        [
            _("%(by)s revoked the API application %(name)s.") % {"by": by, "name": application.name},
            _("Its secret and every token stopped working. This is final; what it did stays in the audit."),
        ],
    )


def _email(application: ApiApplication, subject: str, paragraphs: list[Text]) -> EmailContent:
    return EmailContent(
        subject=subject,
        greeting=_("Hello,"),
        paragraphs=[
            *paragraphs,
            _("If you did not expect this, ask the person, and revoke the application if in doubt."),
        ],
        action_label=_("Open the application"),
        action_url=absolute(reverse("partners:application", args=[application.pk])),
        facts=[
            (_("Application"), application.name),
            (_("Client ID"), application.pk),
            (_("Signs in as"), application.get_kind_display()),
            (_("Role"), application.get_role_display()),
        ],
    )
