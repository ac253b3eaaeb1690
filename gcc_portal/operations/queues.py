"""The queues of work that is done outside requests. Each app registers its own; operations knows none of the apps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Backlog:
    """How much of a queue is due and not done, and since when the oldest of it has been due."""

    depth: int
    oldest: datetime | None

    def lag(self, now: datetime) -> float:
        """Return for how many seconds the oldest has been due; 0 if nothing is."""
        return max(0.0, (now - self.oldest).total_seconds()) if self.oldest else 0.0


@dataclass(frozen=True)
class Failures:
    """Work that ended without success or was set aside, for a person to look at."""

    key: str
    label: Text
    count: Callable[[], int]
    url: Callable[[], str]


@dataclass(frozen=True)
class Queue:
    """One kind of work. A lag of more than `patience` seconds means that it falls behind."""

    key: str
    label: Text
    explains: Text
    patience: float
    backlog: Callable[[datetime], Backlog]
    failures: tuple[Failures, ...] = ()
    order: int = 100


class Pace(models.TextChoices):
    """Whether a queue's work is done as it comes."""

    KEEPING_UP = "keeping_up", _("Keeping up")
    BEHIND = "behind", _("Behind")
    STOPPED = "stopped", _("Stopped")


@dataclass(frozen=True)
class QueueState:
    """One queue at one moment."""

    queue: Queue
    backlog: Backlog
    lag: float  # seconds
    pace: Pace
    failures: Mapping[Failures, int]


_queues: dict[str, Queue] = {}


def register_queue(queue: Queue) -> None:
    """Register an app's queue. Called from `AppConfig.ready`; the same key again replaces the first."""
    _queues[queue.key] = queue


def all_queues() -> list[Queue]:
    """Return the queues in the order in which work flows through them."""
    return sorted(_queues.values(), key=lambda queue: (queue.order, queue.key))


def queue_states(now: datetime, *, with_workers: bool) -> list[QueueState]:
    """Return how each queue stands. Without workers every queue has stopped. Raises `django.db.Error`."""
    states = []
    for queue in all_queues():
        backlog = queue.backlog(now)
        failures = {each: each.count() for each in queue.failures}
        pace = pace_of(queue, backlog.lag(now), with_workers=with_workers)
        states.append(QueueState(queue, backlog, backlog.lag(now), pace, failures))
    return states


def pace_of(queue: Queue, lag: float, *, with_workers: bool) -> Pace:
    """Return whether a queue with this lag (seconds) keeps up."""
    if not with_workers:
        return Pace.STOPPED
    return Pace.BEHIND if lag > queue.patience else Pace.KEEPING_UP
