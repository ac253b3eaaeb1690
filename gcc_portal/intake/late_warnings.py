"""What is about to be late: mailed to the reviewers once for each deadline, before it passes."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from gcc_portal.core.business_time import add_business_hours
from gcc_portal.core.mail.outbox import build_email, queue_emails
from gcc_portal.core.people.models import User
from gcc_portal.intake import emails
from gcc_portal.intake.auto_review.schedule import auto_review_is_off
from gcc_portal.intake.models import FOR_AUTO_REVIEW, WAITING_STATES, IntakeForm


def about_to_be_late(now: datetime) -> QuerySet[IntakeForm]:
    """Return the forms that wait for a reviewer and are due within REVIEW_WARNING_HOURS office hours, or overdue."""
    horizon = add_business_hours(now, settings.REVIEW_WARNING_HOURS)
    waiting = IntakeForm.objects.filter(state__in=WAITING_STATES, respond_by__lte=horizon)
    if not auto_review_is_off():
        # These are answered in time automatically.
        waiting = waiting.exclude(FOR_AUTO_REVIEW)
    return waiting.order_by("respond_by", "pk")


@transaction.atomic
def warn_reviewers() -> int:
    """Mail all reviewers what is about to be late and was not announced before; return how many forms that were."""
    now = timezone.now()
    new = about_to_be_late(now).filter(warned_at=None)
    forms = list(new.select_for_update(skip_locked=True, of=("self",)))
    if not forms:
        return 0
    content, first = emails.late_warning(forms, now), forms[0]
    queue_emails(
        build_email(
            "intake.warning",
            content,
            person.email,
            first,
            key=f"late:{first.pk}:{first.respond_by:%Y%m%dT%H%M%S}:{person.pk}",
        )
        for person in User.objects.reviewers()
    )
    IntakeForm.objects.filter(pk__in=[form.pk for form in forms]).update(warned_at=now)
    return len(forms)
