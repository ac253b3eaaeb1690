"""What reviewers see of one form: its evidence, and how it stands. The queue is `queue.py`'s."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from gcc_portal.core.business_time import add_business_hours, describe_time_left
from gcc_portal.intake.answers import Difference, differences
from gcc_portal.intake.kinds import IntakeKind
from gcc_portal.intake.models import WAITING_STATES, IntakeForm, Submission
from gcc_portal.intake.queue import SEEN_STATES


@dataclass(frozen=True)
class Standing:
    """How a form stands with its deadline."""

    time_left: str
    urgency: str  # a state word: overdue, due_soon or nothing


@dataclass(frozen=True)
class Round:
    """One submission with what was found, what was asked, and what changed since the one before."""

    submission: Submission
    checks: Sequence[Any]
    points: Sequence[Any]
    changes: Sequence[Difference]


def forms_for_review() -> QuerySet[IntakeForm]:
    """Return every form that was ever signed."""
    return IntakeForm.objects.filter(state__in=SEEN_STATES, submitted_at__isnull=False)


def standing_of(form: IntakeForm, now: datetime) -> Standing:
    """Return how a form stands with its deadline; one that waits for nothing has none."""
    if form.state not in WAITING_STATES or form.respond_by is None:
        return Standing("", "")
    return standing(form.respond_by, now, soon_at(now))


def soon_at(now: datetime) -> datetime:
    """Return until when a deadline is one that is due soon."""
    return add_business_hours(now, settings.REVIEW_WARNING_HOURS)


def standing(respond_by: datetime, now: datetime, soon: datetime) -> Standing:
    """Return how a deadline stands; `soon` is `soon_at(now)`, asked once for all rows of a list."""
    urgency = "overdue" if respond_by <= now else "due_soon" if respond_by <= soon else ""
    return Standing(describe_time_left(now, respond_by), urgency)


def rounds(form: IntakeForm, kind: IntakeKind) -> list[Round]:
    """Return all submissions of a form, newest first, each compared with the one before it."""
    submissions = list(form.submissions.order_by("number").prefetch_related("checks", "points"))
    found: list[Round] = []
    before: Submission | None = None
    for submission in submissions:
        changed: list[Difference] = (
            differences(kind, form, before.answers, submission.answers) if before else []
        )
        found.append(Round(submission, list(submission.checks.all()), list(submission.points.all()), changed))
        before = submission
    return found[::-1]


def other_forms(form: IntakeForm) -> list[IntakeForm]:
    """Return other signed forms of the same organisation or contact, newest first, at most ten."""
    same = Q(organization_name__iexact=form.organization_name) if form.organization_name else Q(pk__in=[])
    if form.applicant_key:
        same |= Q(applicant_key=form.applicant_key)
    return list(forms_for_review().filter(same).exclude(pk=form.pk).order_by("-pk")[:10])
