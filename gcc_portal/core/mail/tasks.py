"""Delivery of the outbox in batches, each locked so that no two workers send one e-mail."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from post_office.connections import connections
from post_office.models import STATUS, Email, Log

from gcc_portal.core.enqueue import enqueue_once, mark_begun
from gcc_portal.core.mail.outbox import DELIVERY

logger = logging.getLogger(__name__)
WAITING = (STATUS.queued, STATUS.requeued)
RETRY_FIELDS = ("status", "scheduled_time", "number_of_retries", "last_updated")


@shared_task(ignore_result=True)
def deliver_outbox() -> int:
    """Send all e-mails that are due, in batches; return how many were sent. Several may run at once."""
    mark_begun(DELIVERY)
    sent = 0
    while True:
        taken, delivered = deliver_batch(settings.MAIL_BATCH)
        sent += delivered
        if taken < settings.MAIL_BATCH:
            return sent


def deliver_batch(size: int) -> tuple[int, int]:
    """Send up to `size` e-mails in one transaction; return how many were locked and how many were sent.

    The rows stay locked while they are sent, and other workers skip them. If the worker dies, they are due again.
    """
    with transaction.atomic():
        due = Q(scheduled_time=None) | Q(scheduled_time__lte=timezone.now())
        batch = list(waiting(due).prefetch_related("attachments")[:size])
        sent, logs = [], []
        for email in batch:
            problem = send(email)
            if problem is None:
                sent.append(email.pk)
                logs.append(Log(email=email, status=STATUS.sent))
            else:
                put_off(email)
                logs.append(
                    Log(
                        email=email,
                        status=STATUS.failed,
                        exception_type=type(problem).__name__,
                        message=str(problem),
                    )
                )
        Email.objects.filter(pk__in=sent).update(status=STATUS.sent, last_updated=timezone.now())
        kept = set(sent)
        Email.objects.bulk_update([email for email in batch if email.pk not in kept], RETRY_FIELDS)
        Log.objects.bulk_create(logs)
    connections.close()
    return len(batch), len(sent)


def waiting(due: Q) -> QuerySet[Email]:
    """Return the e-mails that wait and meet `due`, in sending order, locking them and skipping locked ones.

    The partial index `outbox_waits` holds these alone, so the cost does not grow with what was sent before.
    """
    rows = Email.objects.select_for_update(skip_locked=True).filter(due, status__in=WAITING)
    return rows.order_by("-priority", "id")


def send(email: Email) -> Exception | None:
    """Hand one e-mail to the server; return the error, or None."""
    try:
        email.dispatch(commit=False, disconnect_after_delivery=False)
    except (SMTPException, OSError, ValueError, UnicodeError) as problem:
        logger.warning("mail %s was not sent: %s", email.pk, type(problem).__name__)
        connections.close()
        return problem
    return None


def put_off(email: Email) -> None:
    """Set the time of the next try, four times the last wait (MAIL_RETRY); after MAIL_TRIES the e-mail has failed."""
    tries = email.number_of_retries or 0
    email.last_updated = timezone.now()
    if tries >= settings.MAIL_TRIES:
        email.status = STATUS.failed
        return
    email.number_of_retries = tries + 1
    email.status = STATUS.requeued
    email.scheduled_time = timezone.now() + timedelta(seconds=settings.MAIL_RETRY * 4**tries)


def resend(email_id: int) -> bool:
    """Queue an e-mail again at once; return False where there is none, or it waits already."""
    changed = Email.objects.filter(pk=email_id).exclude(status__in=WAITING)
    queued = changed.update(
        status=STATUS.queued, scheduled_time=None, number_of_retries=0, last_updated=timezone.now()
    )
    transaction.on_commit(lambda: enqueue_once(DELIVERY), robust=True)
    return bool(queued)
