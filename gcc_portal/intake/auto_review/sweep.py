"""The sweep: answers what is due (T1), a batch of forms in a transaction.

Any number of workers may sweep at once and any of them may die at any moment. A batch is taken with its rows locked,
skipping what another has, and decided on under the lock; so each submission is answered exactly once, and a batch that
did not come to its end is answered by whoever comes next. Nothing waits for the network under the lock: a form about
which the tenant directory must be asked first is put back, asked about, and taken again.
"""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.errors import DeadlockDetected, SerializationFailure
from redis.exceptions import RedisError

from gcc_portal.core.audit.record import record
from gcc_portal.core.people.actors import portal
from gcc_portal.identity.tenants.directory import nobody_asked, tenant_directory
from gcc_portal.identity.tenants.kinds import TenantAnswer
from gcc_portal.intake.auto_review import batch as batches
from gcc_portal.intake.auto_review.batch import Answered
from gcc_portal.intake.auto_review.schedule import auto_review_is_off, left_to_auto_review
from gcc_portal.intake.kinds import KINDS
from gcc_portal.intake.models import WAITING_STATES, IntakeForm

logger = logging.getLogger(__name__)
# One sweep ends after these seconds and the next goes on: mail waits for the same workers.
BUDGET = 30.0
# So long the directory is asked between two batches.
ASKING = 5.0
# The notice is an answer too, so it goes before the deadline; in this time two workers write 20,000 of them.
NOTICE_LEAD = timedelta(minutes=15)
SET_ASIDE, SKIPPED = "set_aside", "skipped"
ERROR_MAX = 2000

Due = Callable[[datetime], QuerySet[IntakeForm]]
Work = Callable[[Sequence[IntakeForm], datetime], Answered]


def sweep(budget: float = BUDGET) -> Counter[str]:
    """Answer what is due now; return how many forms were answered how. Stops after `budget` seconds."""
    end = time.monotonic() + budget
    done = _Queue(due_for_notice, batches.notices).work_off(end)
    if not auto_review_is_off():
        done += _Queue(due_for_auto_review, batches.decisions).work_off(end)
    return done


def due_for_auto_review(now: datetime) -> QuerySet[IntakeForm]:
    """Return the forms that the desk answers now: no reviewer took them, and none was set aside."""
    return IntakeForm.objects.filter(left_to_auto_review(), auto_review_at__lte=now).order_by(
        "auto_review_at", "pk"
    )


def due_for_notice(now: datetime) -> QuerySet[IntakeForm]:
    """Return the forms whose deadline has come and that only a reviewer can decide (all, while the desk is off)."""
    due = IntakeForm.objects.filter(state__in=WAITING_STATES, respond_by__lte=now + NOTICE_LEAD)
    return (due if auto_review_is_off() else due.exclude(left_to_auto_review())).order_by("respond_by", "pk")


@dataclass
class _Queue:
    """What is due in one way, as this sweep works it off: the earliest first."""

    due: Due
    work: Work
    # Not answered in this sweep; answered ones are not due any more.
    passed: set[int] = field(default_factory=set)
    # What the directory said, and what it must be asked, by form.
    known: dict[str, TenantAnswer] = field(default_factory=dict)
    asking: dict[int, str] = field(default_factory=dict)

    def work_off(self, end: float) -> Counter[str]:
        """Answer a batch after the other until none is due or the time is over; return how many were answered how."""
        done: Counter[str] = Counter()
        while time.monotonic() < end:
            outcomes = self.batch()
            if self.asking:
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
                forms = own_rows(rows)
                with nobody_asked(self.known):
                    answered = self.work(forms, now)
        except OperationalError as problem:
            if not isinstance(problem.__cause__, DeadlockDetected | SerializationFailure) or not taken:
                raise
            logger.warning("%d intake forms were in another's way and are taken up again", len(taken))
            return dict.fromkeys(taken, SKIPPED) if len(taken) == 1 else self.halves(taken)
        except Exception as problem:
            # Whatever one form's answers or an app's code do: the others' answers are due as well.
            if not taken:
                raise
            return self.halves(taken) if len(taken) > 1 else _aside({taken[0]: problem})
        self.asking.update(answered.asking)
        return answered.outcomes | _aside(answered.failed)

    def halves(self, forms: Sequence[int]) -> dict[int, str]:
        """Answer the two halves of a batch, each by itself."""
        middle = len(forms) // 2
        return self.batch(forms[:middle]) | self.batch(forms[middle:])

    def locked(self, now: datetime, only: Sequence[int] | None) -> list[tuple[int, str]]:
        """Return keys and kinds of the forms that are due first, locked, in their order, but for those others have."""
        due = self.due(now).exclude(pk__in=self.passed | self.asking.keys())
        if only is not None:
            due = due.filter(pk__in=only)
        rows = due.select_for_update(skip_locked=True).values_list("pk", "kind")
        return list(rows[: settings.INTAKE_BATCH])

    def ask(self, end: float) -> dict[int, str]:
        """Ask the directory about forms that were put back, for some seconds; no row is locked.

        Return those on which it fails: they are set aside.
        """
        failed: dict[int, Exception] = {}
        waiting = list(self.asking.items())
        # Workers that sweep at the same time begin at different questions; what one has asked the others remember.
        random.shuffle(waiting)
        for form_id, identifier in waiting:
            if identifier not in self.known:
                if time.monotonic() > end:
                    continue
                try:
                    self.known[identifier] = tenant_directory().find(identifier)
                except (OperationalError, RedisError):
                    raise  # the database or the cache is away, which is no form's fault
                except Exception as problem:  # noqa: BLE001 - as in `batch`: the others are due as well
                    failed[form_id] = problem
            del self.asking[form_id]
        return _aside(failed)


def own_rows(rows: Sequence[tuple[int, str]]) -> list[IntakeForm]:
    """Return the forms as rows of their own kinds, in the same order. Raises `KeyError` for one that has none."""
    found: dict[int, IntakeForm] = {}
    for name in sorted({kind for _pk, kind in rows}):
        own = [pk for pk, kind in rows if kind == name]
        found |= {form.pk: form for form in KINDS[name].forms(own)}
    return [found[pk] for pk, _kind in rows]


def _aside(failed: dict[int, Exception]) -> dict[int, str]:
    for form_id, problem in failed.items():
        logger.error("intake form %s was set aside", form_id, exc_info=problem)
        set_aside(form_id, problem)
    return dict.fromkeys(failed, SET_ASIDE)


def set_aside(form_id: int, problem: Exception) -> None:
    """Keep the desk away from a form that it can't answer, and show reviewers why."""
    why = f"{type(problem).__name__}: {problem}"[:ERROR_MAX].replace("\x00", "")
    with transaction.atomic():
        form = IntakeForm.objects.select_for_update().filter(pk=form_id).first()
        # By now it may have been answered: then nothing keeps anybody from anything.
        if form is None or form.state not in WAITING_STATES or form.error == why:
            return
        form.error = why
        form.save(update_fields=["error"])
        # The error itself is for reviewers: a partner reads its form's history in its own audit list.
        record(portal(), "set_aside", form, reason=_("The desk could not work on it. A reviewer will."))
