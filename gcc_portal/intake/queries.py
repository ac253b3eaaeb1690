"""What reviewers see of one form: its submissions, its deadline, and other forms of the same applicant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from gcc_portal.core.business_time import describe_time_left
from gcc_portal.intake.answers import Difference, differences
from gcc_portal.intake.kinds import IntakeKind
from gcc_portal.intake.models import WAITING_STATES, IntakeForm, Submission
from gcc_portal.intake.queue import signed_forms, soon_at


@dataclass(frozen=True)
class DeadlineStatus:
    """How much time a form has left, in words, and how urgent it is."""

    time_left: str
    urgency: str  # a state word: overdue, due_soon or nothing


@dataclass(frozen=True)
class Round:
    """One submission with its checks, the points for the applicant to answer, and what changed since the one before."""

    submission: Submission
    checks: Sequence[Any]
    points: Sequence[Any]
    changes: Sequence[Difference]


def deadline_status_of(form: IntakeForm, now: datetime) -> DeadlineStatus:
    """Return the status of a form's deadline; one that waits for nothing has none."""
    if form.state not in WAITING_STATES or form.respond_by is None:
        return DeadlineStatus("", "")
    return deadline_status(form.respond_by, now, soon_at(now))


def deadline_status(respond_by: datetime, now: datetime, soon: datetime) -> DeadlineStatus:
    """Return the status of a deadline. `soon` is `soon_at(now)`, computed once for all rows of a list."""
    urgency = "overdue" if respond_by <= now else "due_soon" if respond_by <= soon else ""
    return DeadlineStatus(describe_time_left(now, respond_by), urgency)


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
    return list(signed_forms().filter(same).exclude(pk=form.pk).order_by("-pk")[:10])
