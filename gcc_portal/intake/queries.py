"""What reviewers see: the queue, and one form with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Q, QuerySet, When

from gcc_portal.business_time import add_business_hours, describe_time_left
from gcc_portal.intake.answers import Difference, differences
from gcc_portal.intake.kinds import Kind
from gcc_portal.intake.models import WAITING_STATES, FormState, IntakeForm, Submission
from gcc_portal.people.actors import Actor

WAITING = "waiting"
MINE, UNASSIGNED, LATE, SET_ASIDE = "mine", "unassigned", "late", "set_aside"
# What a reviewer never sees: a draft is its writer's own until it is signed.
SEEN_STATES = [state for state in FormState if state != FormState.DRAFT]


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue."""

    form: IntakeForm
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


def queue(actor: Actor, wanted: dict[str, str], now: datetime) -> QuerySet[IntakeForm]:
    """Return the forms that the filters leave, the earliest deadline first; forms that wait for nothing come last.

    `wanted` holds `kind`, `state` (a state or `waiting`), `whose` and `q`; an empty one filters nothing.
    """
    rows = forms_for_review().select_related("reviewer")
    state = wanted.get("state") or WAITING
    deadline: Any = F("respond_by")
    if state == WAITING:
        rows = rows.filter(state__in=WAITING_STATES)
    else:
        # What was decided keeps the deadline that it had, and waits for nothing.
        deadline = Case(When(state__in=WAITING_STATES, then=deadline))
    if state not in (WAITING, "all"):
        rows = rows.filter(state=state)
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    rows = rows.filter(_whose(actor, wanted.get("whose", ""), now))
    for word in wanted.get("q", "").split()[:6]:
        rows = rows.filter(
            Q(organization_name__icontains=word)
            | Q(reference__iexact=word)
            | Q(contact_name__icontains=word)
            | Q(contact_email__icontains=word)
        )
    return rows.order_by(deadline.asc(nulls_last=True), "-pk")


def _whose(actor: Actor, whose: str, now: datetime) -> Q:
    match whose:
        case "mine":
            return Q(reviewer_id=actor.user_id)
        case "unassigned":
            return Q(reviewer=None)
        case "late":
            return Q(state__in=WAITING_STATES) & (
                Q(respond_by__lte=add_business_hours(now, settings.REVIEW_WARNING_HOURS))
                | Q(escalated_at__isnull=False)
            )
        case "set_aside":
            return ~Q(error="")
    return Q()


def queue_row(form: IntakeForm, now: datetime) -> QueueRow:
    """Return a form as the queue shows it."""
    waits = form.state in WAITING_STATES and form.respond_by is not None
    if not waits or form.respond_by is None:
        return QueueRow(form, "", "")
    soon = form.respond_by <= add_business_hours(now, settings.REVIEW_WARNING_HOURS)
    urgency = "overdue" if form.respond_by <= now else "due_soon" if soon else ""
    return QueueRow(form, describe_time_left(now, form.respond_by), urgency)


def rounds(form: IntakeForm, kind: Kind) -> list[Round]:
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


def counts(actor: Actor, now: datetime) -> dict[str, int]:
    """Return how many forms wait, are late or about to be, are the actor's own, and were set aside."""
    waiting = forms_for_review().filter(state__in=WAITING_STATES)
    return {
        WAITING: waiting.count(),
        LATE: waiting.filter(_whose(actor, LATE, now)).count(),
        MINE: waiting.filter(_whose(actor, MINE, now)).count(),
        SET_ASIDE: waiting.filter(_whose(actor, SET_ASIDE, now)).count(),
    }
