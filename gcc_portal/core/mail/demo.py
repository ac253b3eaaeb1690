"""The demo's delivery: e-mails end in the portal's own mailbox, which reads the outbox. Nothing leaves the machine."""

from collections.abc import Sequence
from smtplib import SMTPRecipientsRefused

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email

UNDELIVERABLE = ".invalid"


class EmailBackend(BaseEmailBackend):
    """Accepts every e-mail except those to impossible addresses, which it refuses as an SMTP server does."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Return how many were accepted. Raises `SMTPRecipientsRefused` for an address that can't exist."""
        for message in email_messages:
            for address in message.recipients():
                self._accept(address)
        return len(email_messages)

    def _accept(self, address: str) -> None:
        refusal = SMTPRecipientsRefused({address: (550, b"No such mailbox here")})
        if address.lower().endswith(UNDELIVERABLE):
            raise refusal
        try:
            validate_email(address)
        except ValidationError:
            raise refusal from None
