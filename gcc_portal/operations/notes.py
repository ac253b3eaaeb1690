"""What workers and beat leave in Redis of their being there: a word each, so that a scrape need ask none of them.

A note that is lost or can't be left is no reason to fail: the figures then say that nothing was heard.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
RAN, SENT, FAILED, WORKERS = "operations:ran", "operations:sent", "operations:failed", "operations:workers"
BROKER_QUEUE = "celery"
UNACKNOWLEDGED = "unacked"
PATIENCE = 2.0  # seconds that Redis has to answer
# A worker notes itself this often, and is believed to be there for so long (seconds).
WORKER_NOTES, WORKER_BELIEVED = 10.0, 45.0


@dataclass(frozen=True)
class Heard:
    """What was found: moments are seconds since 1970, by the name of the task or the worker."""

    ran: Mapping[str, float] = field(default_factory=dict)
    sent: Mapping[str, float] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    workers: tuple[str, ...] = ()
    # Tasks that no worker has taken yet, and those that one has and has not finished.
    waiting: int = 0
    taken: int = 0


@cache
def redis() -> Redis:
    """Return this process's client of the Redis that the cache lives in."""
    return Redis.from_url(settings.CACHES["default"]["LOCATION"], socket_timeout=PATIENCE)


@cache
def broker() -> Redis:
    """Return this process's client of the broker's Redis."""
    return Redis.from_url(settings.BROKER_REDIS_URL, socket_timeout=PATIENCE)


def periodic(name: str) -> bool:
    """Return whether this is a task that beat sends by the clock."""
    return any(name == task for task, _seconds in settings.EVERY.values())


def note(kind: str, name: str) -> None:
    """Leave the moment of something: that a periodic task ran (RAN), or that beat sent it (SENT)."""
    _leave(lambda: redis().hset(kind, name, str(time.time())))


def note_failure(name: str) -> None:
    """Count a task that ended with an error."""
    _leave(lambda: redis().hincrby(FAILED, name, 1))


def note_worker(name: str) -> None:
    """Leave that a worker is there."""
    _leave(lambda: redis().zadd(WORKERS, {name: time.time()}))


def _leave(act: Any) -> None:
    try:
        act()
    except RedisError as problem:
        logger.warning("a note for the operators was not left: %s", type(problem).__name__)


def heard(now: float | None = None) -> Heard:
    """Return all notes and the length of the broker's queue, in two round trips. Raises `RedisError`."""
    moment = now or time.time()
    asked = redis().pipeline(transaction=False)
    asked.zremrangebyscore(WORKERS, 0, moment - 20 * WORKER_BELIEVED)
    for name in (RAN, SENT, FAILED):
        asked.hgetall(name)
    asked.zrangebyscore(WORKERS, moment - WORKER_BELIEVED, "+inf")
    _gone, ran, sent, failures, workers = asked.execute()
    counted = broker().pipeline(transaction=False)
    counted.llen(BROKER_QUEUE)
    counted.hlen(UNACKNOWLEDGED)
    lengths = counted.execute()
    return Heard(
        _moments(ran),
        _moments(sent),
        {_text(name): int(count) for name, count in failures.items()},
        tuple(sorted(_text(name) for name in workers)),
        *(cast(int, length) for length in lengths),
    )


def _moments(found: Mapping[bytes, bytes]) -> dict[str, float]:
    return {_text(name): float(moment) for name, moment in found.items()}


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name
