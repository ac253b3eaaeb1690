"""Django's e-mail backend of the portal: e-mails of libraries (sign-in, password reset) go to the same outbox."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from post_office.models import PRIORITY, STATUS, Email

from gcc_portal.core.enqueue import enqueue_once
from gcc_portal.core.mail.outbox import DELIVERY


class OutboxBackend(BaseEmailBackend):
    """Writes e-mails to the outbox as they are. post-office's own backend would render their text as a template."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Return how many e-mails were queued."""
        rows = [self._row(message) for message in email_messages if message.recipients()]
        Email.objects.bulk_create(rows)
        if rows:
            transaction.on_commit(lambda: enqueue_once(DELIVERY), robust=True)
        return len(rows)

    def _row(self, message: EmailMessage) -> Email:
        html = [body for body, kind in getattr(message, "alternatives", []) if kind == "text/html"]
        return Email(
            from_email=message.from_email,
            to=list(message.to),
            cc=list(message.cc),
            bcc=list(message.bcc),
            subject=" ".join(message.subject.split()),
            message=message.body,
            html_message=html[0] if html else "",
            status=STATUS.queued,
            priority=PRIORITY.high,
        )
