"""What Celery itself says of its workers and its broker."""

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from gcc_portal.celery import app

PATIENCE = 1.0  # seconds that workers have to answer a ping
# The answer is kept for so many seconds, so that scrapes and pages do not each wait for it.
KEPT = 5
CACHE_KEY = "operations:workers"
# Names in the broker's Redis: Celery's default queue, and the hash of tasks that a worker has and has not finished.
WAITING, TAKEN = "celery", "unacked"
BROKER_ERRORS = (RedisError, OperationalError, OSError)


@dataclass(frozen=True)
class Workers:
    """The workers that answer, and the tasks in the broker. `broker_is_up` is false where Redis does not answer."""

    broker_is_up: bool
    names: tuple[str, ...] = ()
    waiting: int = 0
    taken: int = 0


def look() -> Workers:
    """Return what the broker and the workers answer, a few seconds old at most. Never raises."""
    try:
        found: Workers | None = cache.get(CACHE_KEY)
        if found is None:
            found = _ask()
            cache.set(CACHE_KEY, found, timeout=KEPT)
    except BROKER_ERRORS:
        return Workers(broker_is_up=False)
    return found


def _ask() -> Workers:
    answers = app.control.ping(timeout=PATIENCE) or []
    names = sorted(name for answer in answers for name in answer)
    with Redis.from_url(settings.BROKER_REDIS_URL, socket_timeout=PATIENCE) as broker:
        waiting, taken = cast(int, broker.llen(WAITING)), cast(int, broker.hlen(TAKEN))
    return Workers(broker_is_up=True, names=tuple(names), waiting=waiting, taken=taken)
