"""The automatic review: what it decides from the checks alone, and how it answers a form accordingly."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gcc_portal.core.audit.record import entry
from gcc_portal.core.gates import Refusal
from gcc_portal.core.machine import collect_transition
from gcc_portal.core.people.actors import auto_reviewer
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.intake import decisions
from gcc_portal.intake.context import FormContext
from gcc_portal.intake.kinds import CheckResult, IntakeKind, step_of_field
from gcc_portal.intake.models import Check, IntakeForm


class Finding(Protocol):
    """What a verdict reads of a check, written down or not."""

    code: str
    label: Any
    came_back: Any
    outcome: str
    field: str
    forbids: bool
    question: Any


class Decision(models.TextChoices):
    """What the automatic review does with a form."""

    APPROVE = "approve", gettext_lazy("Approve")
    DECLINE = "decline", gettext_lazy("Decline")
    ASK = "ask", gettext_lazy("Ask for information")
    LEAVE = "leave", gettext_lazy("Leave to a reviewer")


@dataclass(frozen=True)
class Verdict:
    """A decision, with the reason for a decline or the points that it asks for."""

    decision: Decision
    code: str = ""
    text: str = ""
    points: tuple[tuple[str, str], ...] = ()


def verdict(
    checks: Iterable[Finding] | Iterable[CheckResult], answers: dict[str, Any], kind: IntakeKind
) -> Verdict:
    """Return what follows from the checks alone.

    It approves only what is clear, declines only what a rule forbids outright, and asks for information, naming the
    points, for all else. A form that needs a reviewer is never approved: with every check passed it is left to one.
    """
    found: list[Any] = list(checks)
    forbidden = [check for check in found if check.forbids and check.outcome == Check.Outcome.FAIL]
    if forbidden:
        text = "\n".join(str(check.came_back) for check in forbidden)
        return Verdict(Decision.DECLINE, code=forbidden[0].code, text=text)
    not_passed = [check for check in found if check.outcome != Check.Outcome.PASS]
    if not_passed:
        return Verdict(Decision.ASK, points=_points(kind, not_passed))
    # No checks at all is not clear either.
    if not found or kind.needs_reviewer(answers):
        return Verdict(Decision.LEAVE)
    return Verdict(Decision.APPROVE)


def carry_out(context: FormContext, found: Verdict, at: datetime, unit: UnitOfWork) -> Decision:
    """Answer a locked form as decided, in memory; return the decision.

    `at` is the time of the decision. Raises `Refusal` when a rule forbids it.

    What can't be settled automatically is left to the reviewers: the form stays in the queue, and is answered "still
    under review" at its deadline unless one takes it.
    """
    actor = auto_reviewer()
    if found.decision == Decision.LEAVE or (found.decision == Decision.ASK and _asked_before(context, found)):
        leave(context.form, _("The checks alone do not settle it."), unit)
        return Decision.LEAVE
    # The row is written once, by the decision.
    collect_transition(unit, context.form, "take", actor, fields=(), reviewer_id=None, at=at)
    match found.decision:
        case Decision.APPROVE:
            decisions.approve(context, actor, unit, reason=_("Every check passed."), at=at)
        case Decision.DECLINE:
            decisions.decline(context, actor, found.code, found.text, unit, at=at)
        case _:
            decisions.ask_information(context, actor, found.points, unit, at=at)
    return found.decision


def leave(form: IntakeForm, why: str, unit: UnitOfWork) -> None:
    """Leave a locked form to the reviewers, with an entry on its timeline."""
    form.auto_review_at = None
    unit.update(form, ("auto_review_at",), IntakeForm)
    unit.audit(entry(auto_reviewer(), "leave_to_reviewer", form, reason=why))


def leave_refused(form: IntakeForm, refusal: Refusal, unit: UnitOfWork) -> None:
    """Leave a form whose decision a gate or a state refused; the refusal is written to the audit."""
    unit.audit(entry(auto_reviewer(), "decide", form, refused=True, reason=refusal))
    leave(form, _("The checks are clear, but what follows from them can’t be done now."), unit)


def _asked_before(context: FormContext, found: Verdict) -> bool:
    """Return whether the applicant was asked for all of these fields with the submission before.

    Asking the same again would go round for ever: a person has to judge the answer.
    """
    return {field for field, _text in found.points} <= context.asked_fields


def _points(kind: IntakeKind, checks: Iterable[Any]) -> tuple[tuple[str, str], ...]:
    """Return the points to ask for: one for each field, in the order of the checks, each question once.

    `came_back` is for reviewers alone: it may name other applicants. The applicant reads the check's own question.
    """
    by_field: dict[str, dict[str, None]] = {}
    for check in checks:
        field = check.field if step_of_field(kind, check.field) else _first_field(kind)
        question = str(check.question) or _("Check this answer. Correct it, or attach what shows it.")
        by_field.setdefault(field, {})[question] = None
    return tuple((field, " ".join(questions)) for field, questions in by_field.items())


def _first_field(kind: IntakeKind) -> str:
    return next(iter(kind.steps[0].form.base_fields))
