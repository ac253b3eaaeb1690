"""What the sweep does with the forms of one batch: each is decided in memory, all are written together.

The forms are locked rows of their own kinds. An error of one form is raised: the sweep tries the batch again in halves.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gcc_portal.core.gates import Refusal
from gcc_portal.core.people.models import User
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.intake import checks, decisions
from gcc_portal.intake.auto_review import decide
from gcc_portal.intake.auto_review.decide import Decision, Verdict
from gcc_portal.intake.context import FormContext
from gcc_portal.intake.kinds import KINDS, IntakeKind, kind_of
from gcc_portal.intake.models import Check, IntakeForm

NOTICE = "notice"


@dataclass
class Answered:
    """How the forms of a batch were answered, and about which tenant ID the directory must be asked first, by form."""

    outcomes: dict[int, str] = field(default_factory=dict)
    to_ask: dict[int, str] = field(default_factory=dict)


@dataclass
class Case:
    """A form with the verdict on it, and its checks where they are not on record yet."""

    context: FormContext
    verdict: Verdict
    new_checks: list[Check]


Work = Callable[[Sequence[IntakeForm], datetime, Collection[int]], Answered]


def send_notices(forms: Sequence[IntakeForm], now: datetime, _asked: Collection[int]) -> Answered:
    """Answer that these forms are still under review, and by when (T1)."""
    unit = UnitOfWork()
    reviewers = list(User.objects.reviewers())
    for context in _contexts(forms):
        decisions.notify_under_review(context, now, reviewers, unit)
    unit.write()
    return Answered(dict.fromkeys((form.pk for form in forms), NOTICE))


def decide_forms(forms: Sequence[IntakeForm], now: datetime, asked: Collection[int]) -> Answered:
    """Answer these forms from their checks, but for those about which the directory must be asked first.

    `asked` holds the forms about which it was asked during this sweep, whatever it answered.
    """
    answered, unit, cases = Answered(), UnitOfWork(), []
    for context in _contexts(forms):
        kind, form = kind_of(context.form), context.form
        tenant_id = "" if context.checks or form.pk in asked else kind.tenant_to_ask(context)
        if tenant_id:
            answered.to_ask[form.pk] = tenant_id
        else:
            cases.append(_examine(context, kind))
    _prepare(cases)
    for case in cases:
        answered.outcomes[case.context.form.pk] = _carry_out(case, now, unit)
    unit.write()
    return answered


def _contexts(forms: Sequence[IntakeForm]) -> list[FormContext]:
    """Return the forms' contexts, in the order of the forms."""
    found: dict[int, FormContext] = {}
    for name, kind in KINDS.items():
        own = [form for form in forms if form.kind == name]
        if own:
            found |= {context.form.pk: context for context in kind.contexts(own)}
    return [found[form.pk] for form in forms]


def _examine(context: FormContext, kind: IntakeKind) -> Case:
    submission = checks.newest_submission(context)
    new = [] if context.checks else checks.rows_of(submission, checks.gather(context))
    return Case(context, decide.verdict(context.checks or new, submission.answers, kind), new)


def _prepare(cases: Sequence[Case]) -> None:
    """Let each kind lock and make what its forms' decisions need."""
    for kind, contexts in _by_kind(cases, Decision.APPROVE):
        kind.prepare_approval(contexts)
    for kind, contexts in _by_kind(cases, Decision.DECLINE):
        kind.prepare_close(contexts)


def _by_kind(cases: Sequence[Case], decision: Decision) -> Iterator[tuple[IntakeKind, list[FormContext]]]:
    for name, kind in sorted(KINDS.items()):
        contexts = [case.context for case in cases if case.verdict.decision == decision]
        if own := [context for context in contexts if context.form.kind == name]:
            yield kind, own


def _carry_out(case: Case, now: datetime, unit: UnitOfWork) -> str:
    """Carry the verdict out in memory; return the decision. What a rule refuses by now is left to a reviewer."""
    own = UnitOfWork()
    try:
        decision = decide.carry_out(case.context, case.verdict, now, own)
    except Refusal as refusal:
        own, decision = UnitOfWork(), Decision.LEAVE
        decide.leave_refused(case.context.form, refusal, own)
    unit.create(*case.new_checks)
    unit.merge(own)
    return str(decision)
