"""The queues of intake and mail: answers that are due, and e-mails that wait."""

from datetime import datetime

from django.db.models import Count, Min
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from post_office.models import STATUS, Email

from gcc_portal.core.mail.tasks import WAITING
from gcc_portal.intake.auto_review.schedule import auto_review_is_off
from gcc_portal.intake.auto_review.sweep import NOTICE_LEAD, due_for_auto_review, due_for_notice
from gcc_portal.intake.models import WAITING_STATES, IntakeForm
from gcc_portal.operations.queues import Backlog, Failures, Queue, register_queue


def answers_due(now: datetime) -> Backlog:
    """Return how many forms are to be answered now, by the desk or with a notice, and since when the first is."""
    notices = due_for_notice(now).aggregate(n=Count("pk"), oldest=Min("respond_by"))
    depth, since = notices["n"], [notices["oldest"] - NOTICE_LEAD] if notices["oldest"] else []
    if not auto_review_is_off():
        desk = due_for_auto_review(now).aggregate(n=Count("pk"), oldest=Min("auto_review_at"))
        depth, since = depth + desk["n"], since + ([desk["oldest"]] if desk["oldest"] else [])
    return Backlog(depth, min(since, default=None))


def forms_set_aside() -> int:
    """Return how many forms wait for a reviewer because the desk could not work on them."""
    return IntakeForm.objects.filter(state__in=WAITING_STATES).exclude(error="").count()


def forms_set_aside_url() -> str:
    """Return where an operator sees them."""
    return reverse("admin:gcc_portal_intakeform_changelist") + "?error__gt=&state__in=submitted,in_review"


def mails_due(now: datetime) -> Backlog:
    """Return how many mails are to be sent now; one that waits for its next try is not."""
    due_at = Coalesce("scheduled_time", "created")
    waiting = Email.objects.filter(status__in=WAITING).alias(due_at=due_at).filter(due_at__lte=now)
    found = waiting.aggregate(n=Count("pk"), oldest=Min(due_at))
    return Backlog(found["n"], found["oldest"])


def mails_failed() -> int:
    """Return how many mails were given up after the last try."""
    return Email.objects.filter(status=STATUS.failed).count()


def mails_failed_url() -> str:
    """Return where an operator sees them."""
    return reverse("admin:post_office_email_changelist") + f"?status__exact={STATUS.failed}"


def register() -> None:
    """Register both queues."""
    register_queue(
        Queue(
            "answers",
            _("Answers to intake forms"),
            _("Forms whose answer is due, from the desk or as a notice that it is still under review."),
            patience=300,
            backlog=answers_due,
            failures=(Failures("set_aside", _("Forms set aside"), forms_set_aside, forms_set_aside_url),),
            order=10,
        )
    )
    register_queue(
        Queue(
            "mails",
            _("Mails"),
            _("Mails of the outbox that are to be sent now."),
            patience=120,
            backlog=mails_due,
            failures=(Failures("failed", _("Mails given up"), mails_failed, mails_failed_url),),
            order=40,
        )
    )
