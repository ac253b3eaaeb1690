"""What waits to be done. Each room registers its queues: this room knows none of the apps above it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Standing:
    """How a queue stands at a moment: how much is due, and since when the oldest of it is."""

    depth: int
    oldest: datetime | None

    def lag(self, now: datetime) -> float:
        """Return for how many seconds the oldest has been due; 0 where nothing is."""
        return max(0.0, (now - self.oldest).total_seconds()) if self.oldest else 0.0


@dataclass(frozen=True)
class Failures:
    """What came to an end without success, or was set aside: for a person to look at."""

    key: str
    label: Text
    count: Callable[[], int]
    url: Callable[[], str]


@dataclass(frozen=True)
class Queue:
    """One kind of work that is done outside the request."""

    key: str
    label: Text
    explains: Text
    # The periodic task that works it off, or takes up what was left lying.
    task: str
    # A lag of more seconds than these is worth looking at.
    patience: float
    look: Callable[[datetime], Standing]
    # How many pieces were done from a moment up to another. One of the two:
    done: Callable[[datetime, datetime], int] | None = None
    # Audited actions, each of which is one piece done: (kind of object, action).
    acts: frozenset[tuple[str, str]] = frozenset()
    failures: tuple[Failures, ...] = ()
    order: int = 100


_queues: dict[str, Queue] = {}


def register_queue(queue: Queue) -> None:
    """Add a room's queue. Called once from `AppConfig.ready`; a second time replaces the first."""
    _queues[queue.key] = queue


def all_queues() -> list[Queue]:
    """Return the queues in the order in which work flows through them."""
    return sorted(_queues.values(), key=lambda queue: (queue.order, queue.key))


def acts_of(queues: Iterable[Queue]) -> set[tuple[str, str]]:
    """Return all audited actions that count as work done."""
    return {act for queue in queues for act in queue.acts}
