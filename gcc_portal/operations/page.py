"""What the operators' page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from gcc_portal.operations.charts import Hour, last_hour
from gcc_portal.operations.notes import Heard, heard
from gcc_portal.operations.queues import all_queues
from gcc_portal.operations.state import Pace, QueueState, moment, state_of

ADVICE: dict[str, str | Promise] = {
    Pace.KEEPING_UP: _("What is due is done as it comes."),
    Pace.BEHIND: _("Work comes in faster than it is done. More workers take it off sooner."),
    Pace.STOPPED: _("Nothing is being done. See that a worker and beat run, and read their logs."),
}


@dataclass(frozen=True)
class Failed:
    """A figure of what a person should look at, with the way to it."""

    label: Any
    count: int
    url: str


@dataclass(frozen=True)
class Row:
    """One queue on the page."""

    state: QueueState
    lag_words: str
    advice: Any
    failed: list[Failed]
    hour: Hour | None
    lag_most: str


@dataclass(frozen=True)
class TaskRow:
    """One periodic task on the page."""

    label: str
    every: str
    last_run: datetime | None
    last_sent: datetime | None
    failures: int


def overview(now: datetime) -> dict[str, Any]:
    """Return the page's context: queues, tasks, workers, and what is wrong in one word."""
    notes, redis_up = _notes()
    hours = last_hour(now)
    rows = [_row(state_of(queue, notes, now), hours) for queue in all_queues()]
    return {
        "rows": rows,
        "tasks": [_task(name, task, seconds, notes) for name, (task, seconds) in settings.EVERY.items()],
        "workers": notes.workers,
        "waiting_tasks": notes.waiting,
        "taken_tasks": notes.taken,
        "redis_up": redis_up,
        "at": now,
        "behind": [row for row in rows if row.state.pace == Pace.BEHIND],
        "stopped": [row for row in rows if row.state.pace == Pace.STOPPED],
    }


def _notes() -> tuple[Heard, bool]:
    try:
        return heard(), True
    except RedisError:
        return Heard(), False


def _row(state: QueueState, hours: Mapping[str, Hour]) -> Row:
    hour = hours.get(state.queue.key)
    failed = [
        Failed(each.label, state.failures[each.key], each.url())
        for each in state.queue.failures
        if state.failures[each.key]
    ]
    most = duration(hour.lag.most) if hour else ""
    return Row(state, duration(state.lag), ADVICE[state.pace], failed, hour, most)


def _task(name: str, task: str, seconds: float, notes: Heard) -> TaskRow:
    return TaskRow(
        capfirst(gettext(name)),
        duration(seconds),
        moment(notes.ran.get(task)),
        moment(notes.sent.get(task)),
        notes.failures.get(task, 0),
    )


def duration(seconds: float) -> str:
    """Return a duration in its largest whole unit: "40 seconds", "12 minutes", "3 hours", "5 days"."""
    whole = int(seconds)
    if whole < 120:
        return ngettext("%(n)s second", "%(n)s seconds", whole) % {"n": whole}
    if whole < 7200:
        return ngettext("%(n)s minute", "%(n)s minutes", whole // 60) % {"n": whole // 60}
    if whole < 172800:
        return ngettext("%(n)s hour", "%(n)s hours", whole // 3600) % {"n": whole // 3600}
    return ngettext("%(n)s day", "%(n)s days", whole // 86400) % {"n": whole // 86400}
