"""Telling the workers that something waits: many acts in a moment send one message, and its task takes all there is."""

from functools import cache
from typing import Any

from celery import Task
from django.core.cache import caches

SECONDS = 5  # after which a message that got lost is sent again


def wake(key: str, task: "Task[Any, Any]") -> None:
    """Start the task soon, unless one that was started under this key has not begun yet.

    Call it after the commit. The task calls `awake` before it looks for work.
    """
    if not _client().set(_name(key), 1, ex=SECONDS, nx=True):
        return
    try:
        task.delay()
    except Exception:
        # Nobody was woken, so the next one shall not believe it.
        awake(key)
        raise


def awake(key: str) -> None:
    """Let what comes from now on wake another."""
    _client().delete(_name(key))


def _name(key: str) -> str:
    return caches["default"].make_key(key)


@cache
def _client() -> Any:
    """Return one client for the life of the process: the cache makes a new one for every call, which takes longer
    than the call. Its pool of connections is the cache's own, and knows of threads and of forks.
    """
    held: Any = caches["default"]
    return held._cache.get_client(None, write=True)
