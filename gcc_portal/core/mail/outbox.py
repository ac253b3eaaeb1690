"""The outbox: an e-mail is a row written in the transaction of what it is about; Celery sends it after the commit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import models, transaction
from post_office.models import PRIORITY, STATUS, Email

from gcc_portal.core.audit.record import partner_of, type_of
from gcc_portal.core.enqueue import enqueue_once
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.models import OutboxMail

DELIVERY = "gcc_portal.core.mail.tasks.deliver_outbox"


@dataclass
class UnsentEmail:
    """An e-mail's two rows, not written yet."""

    email: Email
    outbox: OutboxMail


def build_email(
    kind: str,
    content: EmailContent,
    to: str | Sequence[str],
    about: models.Model,
    *,
    key: str,
    reply_to: str = "",
) -> UnsentEmail:
    """Return an e-mail to be written with `queue_emails`; `key` names the action it belongs to (`answer:17:0`).

    The address is not checked here: a bad one gives a failed e-mail on the record and never blocks the action.
    """
    recipients = [to] if isinstance(to, str) else list(to)
    email = Email(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[" ".join(address.split()).replace(",", "") for address in recipients],
        cc=[],
        bcc=[],
        subject=content.one_line_subject(),
        message=content.as_text(),
        html_message=content.as_html(),
        status=STATUS.queued,
        priority=PRIORITY.medium,
        headers={"Reply-To": reply_to} if reply_to else None,
    )
    outbox = OutboxMail(
        kind=kind, key=key, about_type=type_of(about), about_id=str(about.pk), partner_id=partner_of(about)
    )
    return UnsentEmail(email, outbox)


def queue_emails(unsent: Iterable[UnsentEmail]) -> list[Email]:
    """Write e-mails in the running transaction, in two statements for any number; they are sent after the commit.

    Raises `IntegrityError` when a key was used before: the action it belongs to was done already.
    """
    batch = list(unsent)
    if not batch:
        return []
    emails = Email.objects.bulk_create([each.email for each in batch])
    for each in batch:
        each.outbox.email = each.email
    OutboxMail.objects.bulk_create([each.outbox for each in batch])
    # `robust`: a broker that is down must not fail a committed action; beat's next run sends the e-mails.
    transaction.on_commit(lambda: enqueue_once(DELIVERY), robust=True)
    return emails


def queue_email(
    kind: str,
    content: EmailContent,
    to: str | Sequence[str],
    about: models.Model,
    *,
    key: str,
    reply_to: str = "",
) -> Email:
    """Write one e-mail in the running transaction; it is sent after the commit. Returns its row."""
    return queue_emails([build_email(kind, content, to, about, key=key, reply_to=reply_to)])[0]


def emails_about(*subjects: models.Model) -> models.QuerySet[OutboxMail]:
    """Return the e-mails about these objects, newest first."""
    condition = models.Q(pk__in=[])
    for subject in subjects:
        condition |= models.Q(about_type=type_of(subject), about_id=str(subject.pk))
    return OutboxMail.objects.filter(condition).select_related("email").order_by("-id")
