"""The sweep: answers what is due (T1), each form in a transaction of its own.

Any number of workers may sweep at once and any of them may die at any moment. A form is taken with its row locked,
skipped where another has it, and looked at anew under the lock; so each submission is answered exactly once. What the
network must tell is gathered before the lock.
"""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.errors import DeadlockDetected, SerializationFailure

from gcc_portal.audit.record import record
from gcc_portal.gates import Refusal
from gcc_portal.intake import checks, decisions
from gcc_portal.intake.desk import Decision, carry_out, leave_refused
from gcc_portal.intake.desk_clock import desk_is_off, left_to_the_desk
from gcc_portal.intake.kinds import CheckResult
from gcc_portal.intake.models import WAITING_STATES, IntakeForm, Submission
from gcc_portal.people.actors import portal

logger = logging.getLogger(__name__)
BATCH = 100
# One sweep ends after these seconds and the next goes on: mail waits for the same workers.
BUDGET = 30.0
# The notice is an answer too, so it goes before the deadline; in this time two workers write 20,000 of them.
NOTICE_LEAD = timedelta(minutes=15)
NOTICE, SET_ASIDE, SKIPPED = "notice", "set_aside", "skipped"
ERROR_MAX = 2000

Work = Callable[[int, datetime], str]


def sweep(budget: float = BUDGET) -> Counter[str]:
    """Answer what is due now; return how many forms were answered how. Stops after `budget` seconds."""
    end = time.monotonic() + budget
    done = _work_off(due_for_notice, _notice_one, end)
    if not desk_is_off():
        done += _work_off(due_for_desk, _desk_one, end)
    return done


def due_for_desk(now: datetime) -> QuerySet[IntakeForm]:
    """Return the forms that the desk answers now: no reviewer took them, and none was set aside."""
    return IntakeForm.objects.filter(left_to_the_desk(), desk_at__lte=now).order_by("desk_at", "pk")


def due_for_notice(now: datetime) -> QuerySet[IntakeForm]:
    """Return the forms whose deadline has come and that only a reviewer can decide (all, while the desk is off)."""
    due = IntakeForm.objects.filter(state__in=WAITING_STATES, respond_by__lte=now + NOTICE_LEAD)
    return (due if desk_is_off() else due.exclude(left_to_the_desk())).order_by("respond_by", "pk")


def _work_off(due: Callable[[datetime], QuerySet[IntakeForm]], work: Work, end: float) -> Counter[str]:
    done: Counter[str] = Counter()
    passed: set[int] = set()  # not answered in this sweep; answered ones are not due any more
    while time.monotonic() < end:
        now = timezone.now()
        batch = list(due(now).exclude(pk__in=passed).values_list("pk", flat=True)[:BATCH])
        if not batch:
            break
        # Workers that sweep at the same time begin at different forms.
        random.shuffle(batch)
        for form_id in batch:
            outcome = _one(work, form_id, now)
            done[outcome] += 1
            if outcome in (SKIPPED, SET_ASIDE):
                passed.add(form_id)
            if time.monotonic() > end:
                break
    return done


def _one(work: Work, form_id: int, now: datetime) -> str:
    """Answer one form; set it aside with its error when that fails, so that it holds nobody up."""
    try:
        return work(form_id, now)
    except OperationalError as problem:
        if not isinstance(problem.__cause__, DeadlockDetected | SerializationFailure):
            raise
        logger.warning("intake form %s was in another's way and is taken up again later", form_id)
        return SKIPPED
    except Exception as problem:
        # Whatever one form's answers or an app's code do: the others' answers are due as well.
        logger.exception("intake form %s was set aside", form_id)
        set_aside(form_id, problem)
        return SET_ASIDE


def _notice_one(form_id: int, now: datetime) -> str:
    with transaction.atomic():
        form = _locked(due_for_notice(now), form_id)
        if form is None:
            return SKIPPED
        decisions.give_notice(form, now)
    return NOTICE


def _desk_one(form_id: int, now: datetime) -> str:
    form = IntakeForm.objects.get(pk=form_id).specific
    submission = decisions.newest_submission(form)
    # Asking the tenant directory takes seconds when it is slow: not while the row is locked.
    results = None if submission.checks.exists() else checks.gather(form, submission)
    with transaction.atomic():
        form = _locked(due_for_desk(now), form_id)
        if form is None or form.latest != submission:
            return SKIPPED
        return str(_answer(form, submission, results))


def _answer(form: IntakeForm, submission: Submission, results: list[CheckResult] | None) -> Decision:
    found = list(submission.checks.all())
    if not found and results is not None:
        found = checks.write_down(submission, results)
    try:
        with transaction.atomic():
            return carry_out(form, submission, found)
    except Refusal as refusal:
        # The savepoint is rolled back; the row in memory is not.
        leave_refused(IntakeForm.objects.get(pk=form.pk).specific, refusal)
        return Decision.LEAVE


def _locked(due: QuerySet[IntakeForm], form_id: int) -> IntakeForm | None:
    """Return the form under its lock if it is still due and nobody else has it, else None."""
    row = due.filter(pk=form_id).order_by().select_for_update(skip_locked=True, of=("self",)).first()
    return row.specific if row is not None else None


def set_aside(form_id: int, problem: Exception) -> None:
    """Keep the desk away from a form that it can't answer, and show reviewers why."""
    why = f"{type(problem).__name__}: {problem}"[:ERROR_MAX].replace("\x00", "")
    with transaction.atomic():
        form = IntakeForm.objects.select_for_update().filter(pk=form_id).first()
        if form is None or form.error == why:
            return
        form.error = why
        form.save(update_fields=["error"])
        # The error itself is for reviewers: a partner reads its form's history in its own audit list.
        record(portal(), "set_aside", form, reason=_("The desk could not work on it. A reviewer will."))
