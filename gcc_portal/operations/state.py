"""How each queue does, in words: keeping up, behind, or stopped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gcc_portal.operations.notes import Heard
from gcc_portal.operations.queues import Queue, Standing

# A periodic task that did not run for so many of its periods, and at least so many seconds, has stopped.
PERIODS, QUIET = 3, 120.0


class Pace(models.TextChoices):
    """How a queue does."""

    KEEPING_UP = "keeping_up", _("Keeping up")
    BEHIND = "behind", _("Behind")
    STOPPED = "stopped", _("Stopped")


TONES = {Pace.KEEPING_UP: "success", Pace.BEHIND: "warning", Pace.STOPPED: "danger"}


@dataclass(frozen=True)
class QueueState:
    """How one queue stands and does."""

    queue: Queue
    depth: int
    lag: float  # seconds
    pace: Pace
    # Since when it is behind or stopped; None where it keeps up, or nobody can tell.
    since: datetime | None
    last_run: datetime | None
    failures: Mapping[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """Return how much of it a person should look at."""
        return sum(self.failures.values())

    @property
    def tone(self) -> str:
        """Return the tone of its tag."""
        return TONES[self.pace]


def period_of(task: str) -> float:
    """Return how many seconds lie between two runs of a periodic task."""
    return next((seconds for name, seconds in settings.EVERY.values() if name == task), 60.0)


def moment(seconds: float | None) -> datetime | None:
    """Return a moment noted in Redis."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def state_of(queue: Queue, heard: Heard, now: datetime) -> QueueState:
    """Return how a queue stands and does. Asks the database for its depth and its failures."""
    standing = queue.look(now)
    last_run = moment(heard.ran.get(queue.task))
    pace, since = judge(queue, standing, heard, now)
    failures = {each.key: each.count() for each in queue.failures}
    return QueueState(queue, standing.depth, standing.lag(now), pace, since, last_run, failures)


def judge(queue: Queue, standing: Standing, heard: Heard, now: datetime) -> tuple[Pace, datetime | None]:
    """Return how a queue does, and since when it has not kept up.

    It has stopped when no worker is there or its task has not run for long; it is behind when the oldest that is due
    has been so for longer than the queue's patience.
    """
    last_run = moment(heard.ran.get(queue.task))
    longest = max(PERIODS * period_of(queue.task), QUIET)
    silent = last_run is not None and (now - last_run).total_seconds() > longest
    if not heard.workers or silent:
        return Pace.STOPPED, last_run
    if standing.lag(now) > queue.patience:
        return Pace.BEHIND, standing.oldest
    return Pace.KEEPING_UP, None
