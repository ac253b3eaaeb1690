"""The outbox: a mail is a row of the same transaction as the act it tells of; Celery sends it after the commit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import models, transaction
from post_office.models import PRIORITY, STATUS, Email

from gcc_portal.audit.record import partner_of, type_of
from gcc_portal.mail.letters import Letter
from gcc_portal.mail.models import OutboxMail
from gcc_portal.rows import Statement, insert_pairs_of, send, written
from gcc_portal.waking import Worker, wake


@dataclass
class Draft:
    """A mail that is not written yet."""

    email: Email
    outbox: OutboxMail


def draft(
    kind: str, letter: Letter, to: str | Sequence[str], about: models.Model, *, key: str, reply_to: str = ""
) -> Draft:
    """Return a mail to be written with `post`; `key` is unique to the act (`answer:17:0`).

    The address is not checked here: a bad one is a failed mail on the record and never blocks the act.
    """
    recipients = [to] if isinstance(to, str) else list(to)
    email = Email(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[" ".join(address.split()).replace(",", "") for address in recipients],
        cc=[],
        bcc=[],
        subject=letter.one_line_subject(),
        message=letter.as_text(),
        html_message=letter.as_html(),
        status=STATUS.queued,
        priority=PRIORITY.medium,
        headers={"Reply-To": reply_to} if reply_to else None,
    )
    outbox = OutboxMail(
        kind=kind,
        key=key,
        about_type=type_of(about),
        about_id=str(about.pk),
        partner_id=partner_of(about),
    )
    return Draft(email, outbox)


def post(
    drafts: Iterable[Draft], before: Sequence[Statement] = (), wakes: Sequence[Worker] = ()
) -> list[Email]:
    """Write mails in one statement however many they are, and send them after the commit.

    `before` are statements of the same act that go to the database in the same message and are done first;
    `wakes` are woken after the commit with the delivery, in one message as well.
    Raises `IntegrityError` when a key was used before: the act it belongs to was done already.
    """
    batch = list(drafts)
    emails, outbox = [each.email for each in batch], [each.outbox for each in batch]
    if not batch:
        send(before)
        _wake_after_commit(*wakes)
        return []
    keys = send([*before, insert_pairs_of(emails, outbox, "email")])
    written(emails, [email for email, _own in keys])
    written(outbox, [own for _email, own in keys])
    for each in batch:
        each.outbox.email = each.email
    _wake_after_commit(*wakes, _delivery())
    return emails


def queue_mail(
    kind: str, letter: Letter, to: str | Sequence[str], about: models.Model, *, key: str, reply_to: str = ""
) -> Email:
    """Write one mail in the running transaction; Celery sends it after the commit. Returns its row."""
    return post([draft(kind, letter, to, about, key=key, reply_to=reply_to)])[0]


def mails_about(*subjects: models.Model) -> models.QuerySet[OutboxMail]:
    """Return the mails that tell of these objects, newest first."""
    wanted = models.Q(pk__in=[])
    for subject in subjects:
        wanted |= models.Q(about_type=type_of(subject), about_id=str(subject.pk))
    return OutboxMail.objects.filter(wanted).select_related("email").order_by("-id")


def _delivery() -> Worker:
    from gcc_portal.mail.tasks import delivery

    return delivery()


def _wake_after_commit(*workers: Worker) -> None:
    if workers:
        transaction.on_commit(lambda: wake(*workers), robust=True)


def _send_soon() -> None:
    from gcc_portal.mail.tasks import wake_outbox

    wake_outbox()
