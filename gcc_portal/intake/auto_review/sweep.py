"""The sweep: answers what is due (T1), a batch of forms in a transaction.

Any number of workers may sweep at once and any of them may die at any moment. A batch is taken with its rows locked,
skipping what another worker has, and is decided under the lock; so each submission is answered exactly once, and a
batch that was not finished is answered by the next worker. Nothing waits for the network under the lock: a form about
which the tenant directory must be asked first is put back, the answer is kept on it, and it is taken again.
"""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.errors import DeadlockDetected, SerializationFailure
from redis.exceptions import RedisError

from gcc_portal.core.audit.record import record
from gcc_portal.core.people.actors import portal
from gcc_portal.intake.auto_review.batch import Work, decide_forms, send_notices
from gcc_portal.intake.auto_review.schedule import auto_review_is_off
from gcc_portal.intake.kinds import KINDS
from gcc_portal.intake.models import FOR_AUTO_REVIEW, WAITING_STATES, IntakeForm
from gcc_portal.intake.tenant_answers import ask_directory, keep_for_review

logger = logging.getLogger(__name__)
# One sweep ends after these seconds and the next goes on: mail waits for the same workers.
BUDGET = 30.0
# For so many seconds the directory is asked between two batches.
ASKING = 5.0
# The notice is an answer, too, so it is sent before the deadline; in this time two workers write 20,000 of them.
NOTICE_LEAD = timedelta(minutes=15)
SET_ASIDE, SKIPPED = "set_aside", "skipped"
ERROR_MAX = 2000

DueForms = Callable[[datetime], QuerySet[IntakeForm]]


def sweep(budget: float = BUDGET) -> Counter[str]:
    """Answer what is due now; return how many forms were answered how. Stops after `budget` seconds."""
    end = time.monotonic() + budget
    done = _Queue(due_for_notice, send_notices).work_off(end)
    if not auto_review_is_off():
        done += _Queue(due_for_auto_review, decide_forms).work_off(end)
    return done


def due_for_auto_review(now: datetime) -> QuerySet[IntakeForm]:
    """Return the forms that are to be reviewed automatically now."""
    return IntakeForm.objects.filter(FOR_AUTO_REVIEW, auto_review_at__lte=now).order_by(
        "auto_review_at", "pk"
    )


def due_for_notice(now: datetime) -> QuerySet[IntakeForm]:
    """Return the forms whose deadline has come and that a reviewer has to decide (all, without automatic review)."""
    due = IntakeForm.objects.filter(state__in=WAITING_STATES, respond_by__lte=now + NOTICE_LEAD)
    return (due if auto_review_is_off() else due.exclude(FOR_AUTO_REVIEW)).order_by("respond_by", "pk")


@dataclass
class _Queue:
    """What is due in one way, as this sweep works it off: the earliest first."""

    due: DueForms
    work: Work
    # Not answered in this sweep; answered ones are not due any more.
    passed: set[int] = field(default_factory=set)
    # About which tenant IDs the directory must be asked before a form is taken again, by form.
    to_ask: dict[int, str] = field(default_factory=dict)
    # The forms about which it was asked, and its answers by tenant ID.
    asked: set[int] = field(default_factory=set)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def work_off(self, end: float) -> Counter[str]:
        """Answer one batch after the other until none is due or the time is over; return how many ended how."""
        done: Counter[str] = Counter()
        while time.monotonic() < end:
            outcomes = self.batch()
            if self.to_ask:
                outcomes |= self.ask(min(end, time.monotonic() + ASKING))
            elif not outcomes:
                break
            done.update(outcomes.values())
            self.passed |= {pk for pk, outcome in outcomes.items() if outcome in (SKIPPED, SET_ASIDE)}
        return done

    def batch(self, only: Sequence[int] | None = None) -> dict[int, str]:
        """Answer what is due first, or `only` these; return how each form was answered.

        A batch that fails is tried again in halves, until the form on which it fails stands alone and is set aside.
        """
        now = timezone.now()
        taken: list[int] = []
        try:
            with transaction.atomic():
                rows = self.locked(now, only)
                taken += [pk for pk, _kind in rows]
                answered = self.work(own_rows(rows), now, self.asked)
        except OperationalError as problem:
            if not isinstance(problem.__cause__, DeadlockDetected | SerializationFailure) or not taken:
                raise
            logger.warning("%d intake forms met a deadlock and are taken again", len(taken))
            return dict.fromkeys(taken, SKIPPED) if len(taken) == 1 else self.halves(taken)
        except Exception as problem:
            # Whatever one form's answers or an app's code do: the others' answers are due as well.
            if not taken:
                raise
            return self.halves(taken) if len(taken) > 1 else _set_aside({taken[0]: problem})
        self.to_ask.update(answered.to_ask)
        return answered.outcomes

    def halves(self, forms: Sequence[int]) -> dict[int, str]:
        """Answer the two halves of a batch, each by itself."""
        middle = len(forms) // 2
        return self.batch(forms[:middle]) | self.batch(forms[middle:])

    def locked(self, now: datetime, only: Sequence[int] | None) -> list[tuple[int, str]]:
        """Return keys and kinds of the forms that are due first, locked, without those that other workers have."""
        due = self.due(now).exclude(pk__in=self.passed | self.to_ask.keys())
        if only is not None:
            due = due.filter(pk__in=only)
        rows = due.select_for_update(skip_locked=True).values_list("pk", "kind")
        return list(rows[: settings.INTAKE_BATCH])

    def ask(self, end: float) -> dict[int, str]:
        """Ask the directory about forms that were put back, until `end`; no row is locked meanwhile.

        Its answers are kept on the forms. Returns the forms on which it fails: they are set aside.
        """
        failed: dict[int, Exception] = {}
        waiting = list(self.to_ask.items())
        # Workers that sweep at the same time begin at different questions; answers of one are cached for the others.
        random.shuffle(waiting)
        for form_id, tenant_id in waiting:
            if time.monotonic() > end and tenant_id not in self.answers:
                continue
            try:
                if tenant_id not in self.answers:
                    self.answers[tenant_id] = ask_directory(tenant_id)
                keep_for_review(form_id, self.answers[tenant_id])
            except (OperationalError, RedisError):
                raise  # the database or the cache is away, which is no form's fault
            except Exception as problem:  # noqa: BLE001 - as in `batch`: the others are due as well
                failed[form_id] = problem
            self.asked.add(form_id)
            del self.to_ask[form_id]
        return _set_aside(failed)


def own_rows(rows: Sequence[tuple[int, str]]) -> list[IntakeForm]:
    """Return the forms as rows of their own kinds, in the same order. Raises `KeyError` for one that has none."""
    found: dict[int, IntakeForm] = {}
    for name in sorted({kind for _pk, kind in rows}):
        own = KINDS[name].model._default_manager.filter(pk__in=[pk for pk, kind in rows if kind == name])
        found |= {form.pk: form for form in own.select_related(*KINDS[name].select_related)}
    return [found[pk] for pk, _kind in rows]


def _set_aside(failed: dict[int, Exception]) -> dict[int, str]:
    for form_id, problem in failed.items():
        logger.error("intake form %s was set aside", form_id, exc_info=problem)
        set_aside(form_id, problem)
    return dict.fromkeys(failed, SET_ASIDE)


def set_aside(form_id: int, problem: Exception) -> None:
    """Take a form on which the automatic review fails out of it, and show the reviewers why."""
    why = f"{type(problem).__name__}: {problem}"[:ERROR_MAX].replace("\x00", "")
    with transaction.atomic():
        form = IntakeForm.objects.select_for_update().filter(pk=form_id).first()
        # It may have been answered meanwhile.
        if form is None or form.state not in WAITING_STATES or form.error == why:
            return
        form.error = why
        form.save(update_fields=["error"])
        # The error itself is for reviewers: a partner reads its form's history in its own audit list.
        record(portal(), "set_aside", form, reason=_("The desk could not work on it. A reviewer will."))
