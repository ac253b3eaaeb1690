"""The simulated desk: what it decides from the checks alone, and how it carries that out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gcc_portal.core.audit.record import entry
from gcc_portal.core.gates import Refusal
from gcc_portal.core.people.actors import auto_reviewer
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.intake import decisions
from gcc_portal.intake.kinds import CheckResult, Kind, step_of_field
from gcc_portal.intake.models import Check, IntakeForm, Submission


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
    """What the desk does with a form."""

    APPROVE = "approve", gettext_lazy("Approve")
    DECLINE = "decline", gettext_lazy("Decline")
    ASK = "ask", gettext_lazy("Ask for information")
    LEAVE = "leave", gettext_lazy("Leave to a reviewer")


@dataclass(frozen=True)
class Verdict:
    """The desk's decision, with the reason for a decline or the points that it asks for."""

    decision: Decision
    code: str = ""
    text: str = ""
    points: tuple[tuple[str, str], ...] = ()


def verdict(
    checks: Iterable[Finding] | Iterable[CheckResult], answers: dict[str, Any], kind: Kind
) -> Verdict:
    """Return what the desk decides from the checks alone.

    It approves only what is clear, declines only what a rule forbids outright, and asks for information, naming the
    points, for all else. A form that needs a reviewer is never approved: with every check passed it is left to one.
    """
    found: list[Any] = list(checks)
    forbidden = [check for check in found if check.forbids and check.outcome == Check.Outcome.FAIL]
    if forbidden:
        text = "\n".join(str(check.came_back) for check in forbidden)
        return Verdict(Decision.DECLINE, code=forbidden[0].code, text=text)
    open_points = [check for check in found if check.outcome != Check.Outcome.PASS]
    if open_points:
        return Verdict(Decision.ASK, points=_points(kind, open_points))
    # No checks at all is not clear either.
    if not found or kind.needs_reviewer(answers):
        return Verdict(Decision.LEAVE)
    return Verdict(Decision.APPROVE)


def carry_out(form: IntakeForm, submission: Submission, found: Verdict, out: UnitOfWork) -> Decision:
    """Answer a locked form as the desk decided, in memory; `out` takes what to write. Return the decision.

    What the desk may not settle by itself it leaves to the reviewers: the form stays in the queue, and is answered
    "still under review" at its deadline unless one takes it.
    """
    first: list[decisions.Move] = [("take", {"reviewer_id": None}, "")]
    match found.decision:
        case Decision.APPROVE:
            decisions.approval(form, auto_reviewer(), out, first=first, reason=_("Every check passed."))
        case Decision.DECLINE:
            decisions.refusal(form, auto_reviewer(), found.code, found.text, out, first=first)
        case Decision.ASK if not asked_before(form, submission, found.points):
            decisions.request(form, auto_reviewer(), found.points, out, first=first)
        case _:
            leave(form, _("The checks alone do not settle it."), out)
            return Decision.LEAVE
    return found.decision


def leave(form: IntakeForm, why: str, out: UnitOfWork) -> None:
    """Leave a locked form to the reviewers, and say so on its timeline."""
    form.auto_review_at = None
    out.update(form, ("auto_review_at",), IntakeForm)
    out.audit(entry(auto_reviewer(), "leave_to_reviewer", form, reason=why))


def leave_refused(form: IntakeForm, refusal: Refusal, out: UnitOfWork) -> None:
    """Leave a form whose decision was refused, by a gate or by the state of what it acts on; write the refusal down."""
    out.audit(entry(auto_reviewer(), "decide", form, refused=True, reason=refusal))
    leave(form, _("The checks are clear, but what follows from them can’t be done now."), out)


def asked_before(form: IntakeForm, submission: Submission, points: Iterable[tuple[str, str]]) -> bool:
    """Return whether the applicant was asked for all of these fields with the submission before.

    Asking the same again would go round for ever: what the answer is worth is for a person to say. The form was
    `loaded`.
    """
    asked = form.prefetched.asked if form.prefetched is not None and submission.number > 1 else None
    return asked is not None and {field for field, _text in points} <= asked


def _points(kind: Kind, checks: Iterable[Any]) -> tuple[tuple[str, str], ...]:
    """Return the points to ask for: one for each field, in the order of the checks, each question once.

    What came back is the reviewers': it may tell of others. The applicant reads the check's own question.
    """
    by_field: dict[str, dict[str, None]] = {}
    for check in checks:
        field = check.field if step_of_field(kind, check.field) else _first_field(kind)
        by_field.setdefault(field, {})[str(check.question) or _asking()] = None
    return tuple((field, " ".join(questions)) for field, questions in by_field.items())


def _asking() -> str:
    return _("Check this answer. Correct it, or attach what shows it.")


def _first_field(kind: Kind) -> str:
    return next(iter(kind.steps[0].form.base_fields))
