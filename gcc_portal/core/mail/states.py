"""Delivery states of e-mails, as the component `mail_state` shows them on a record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from post_office.models import STATUS, Email

from gcc_portal.core.gates import Text
from gcc_portal.core.mail.outbox import emails_about

LABELS: dict[int, tuple[Text, str]] = {
    STATUS.sent: (_("Sent"), "success"),
    STATUS.failed: (_("Failed"), "danger"),
    STATUS.queued: (_("Waiting"), "info"),
    STATUS.requeued: (_("Will be tried again"), "warning"),
}


@dataclass(frozen=True)
class MailState:
    """One e-mail about a record."""

    to: str
    subject: str
    status_label: Text
    tone: str
    sent_at: datetime | None
    queued_at: datetime
    resend_url: str


def status_of(email: Email) -> Text:
    """Return the label of an e-mail's delivery state."""
    return LABELS[email.status][0]


def mail_states(*subjects: models.Model, can_resend: bool = True) -> list[MailState]:
    """Return the states of the e-mails about these objects, newest first, at most 50."""
    return list(_states((row.email for row in emails_about(*subjects)[:50]), can_resend=can_resend))


def _states(emails: Iterable[Email], *, can_resend: bool) -> Iterable[MailState]:
    for email in emails:
        label, tone = LABELS[email.status]
        settled = email.status in (STATUS.sent, STATUS.failed)
        yield MailState(
            to=", ".join(email.to),
            subject=email.subject,
            status_label=label,
            tone=tone,
            sent_at=email.last_updated if email.status == STATUS.sent else None,
            queued_at=email.created,
            resend_url=reverse("mail:resend", args=[email.pk]) if can_resend and settled else "",
        )
