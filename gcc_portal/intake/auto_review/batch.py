"""What the sweep does with the forms of one batch: decided in memory each by itself, written together.

The forms are locked and rows of their own kinds; nothing of a form that fails is written.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from gcc_portal.core.gates import Refusal
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.identity.tenants.directory import NotAskedYet
from gcc_portal.intake import checks
from gcc_portal.intake import decisions as answers
from gcc_portal.intake.auto_review import decide
from gcc_portal.intake.auto_review.decide import Decision, Verdict
from gcc_portal.intake.kinds import Kind, kind_of
from gcc_portal.intake.loading import loaded
from gcc_portal.intake.models import Check, IntakeForm, Submission

NOTICE = "notice"


@dataclass
class Answered:
    """How the forms of a batch were answered, by form; on which the desk failed, and what must be asked first."""

    outcomes: dict[int, str] = field(default_factory=dict)
    failed: dict[int, Exception] = field(default_factory=dict)
    asking: dict[int, str] = field(default_factory=dict)

    def attempt(self, form: IntakeForm, work: Callable[[], str | None]) -> None:
        """Keep the outcome of work on one form, or why there is none; None is no outcome yet."""
        try:
            outcome = work()
        except NotAskedYet as question:
            self.asking[form.pk] = question.identifier
        except Exception as problem:  # noqa: BLE001 - one form's failure is its own, and is shown to reviewers
            self.failed[form.pk] = problem
        else:
            if outcome is not None:
                self.outcomes[form.pk] = outcome


@dataclass
class Case:
    """A form on the desk: what its checks found, and the verdict."""

    form: IntakeForm
    submission: Submission
    verdict: Verdict
    fresh: list[Check]


def notices(forms: Sequence[IntakeForm], now: datetime) -> Answered:
    """Answer that these forms are still under review, and by when (T1)."""
    done, out = Answered(), UnitOfWork()
    told = answers.reviewers() if forms else []

    def tell(form: IntakeForm) -> str:
        own = UnitOfWork()
        answers.notice(form, now, told, own)
        out.merge(own)
        return NOTICE

    with loaded(forms):
        for form in forms:
            done.attempt(form, lambda form=form: tell(form))  # type: ignore[misc]
    out.write()
    return done


def decisions(forms: Sequence[IntakeForm], now: datetime) -> Answered:
    """Answer these forms as the desk decides from their checks."""
    done, out = Answered(), UnitOfWork()
    with loaded(forms):
        cases: list[Case] = []
        for form in forms:
            done.attempt(form, lambda form=form: cases.append(examined(form)))  # type: ignore[func-returns-value,misc]
        prepare(cases)
        for case in cases:
            done.attempt(case.form, lambda case=case: decided(case, out))  # type: ignore[misc]
    out.write()
    return done


def examined(form: IntakeForm) -> Case:
    """Return the form with its checks, those on record or new ones, and the verdict."""
    submission = answers.newest_submission(form)
    found = form.prefetched.checks if form.prefetched is not None else []
    fresh = [] if found else checks.rows_of(submission, checks.gather(form, submission))
    return Case(form, submission, decide.verdict(found or fresh, submission.answers, kind_of(form)), fresh)


def prepare(cases: Iterable[Case]) -> None:
    """Let each kind lock and draw what its forms' decisions need."""
    for decision, ready in ((Decision.APPROVE, _before_approval), (Decision.DECLINE, _before_close)):
        forms = [case.form for case in cases if case.verdict.decision == decision]
        for _name, group in groupby(sorted(forms, key=lambda form: form.kind), key=lambda form: form.kind):
            own = list(group)
            ready(kind_of(own[0]), own)


def decided(case: Case, out: UnitOfWork) -> str:
    """Carry the verdict out in memory; return the decision. What a rule refuses by now is left to a reviewer."""
    own = UnitOfWork()
    try:
        decision = decide.carry_out(case.form, case.submission, case.verdict, own)
    except Refusal as refusal:
        own, decision = UnitOfWork(), Decision.LEAVE
        decide.leave_refused(case.form, refusal, own)
    out.create(*case.fresh)
    out.merge(own)
    return str(decision)


def _before_approval(kind: Kind, forms: Sequence[IntakeForm]) -> None:
    kind.before_approval(forms)


def _before_close(kind: Kind, forms: Sequence[IntakeForm]) -> None:
    kind.before_close(forms)
