"""Telling the workers that something waits: many acts in a moment send one message, and its task takes all there is."""

from functools import cache
from typing import Any

from celery import Task
from django.core.cache import caches

SECONDS = 5  # after which a message that got lost is sent again


Worker = tuple[str, "Task[Any, Any]"]  # the key under which it is woken, and what it does


def wake(*workers: Worker) -> None:
    """Start each task soon, unless one that was started under its key has not begun yet.

    Call it after the commit. The task calls `awake` before it looks for work.
    """
    asleep = _ask(*(("SET", _name(key), "1", "EX", SECONDS, "NX") for key, _task in workers))
    waking = [worker for worker, slept in zip(workers, asleep, strict=True) if slept]
    for place, (_key, task) in enumerate(waking):
        try:
            task.delay()
        except Exception:
            # Neither this one nor those after it were woken, so the next one shall not believe it.
            for key, _unwoken in waking[place:]:
                awake(key)
            raise


def awake(key: str) -> None:
    """Let what comes from now on wake another."""
    _client().delete(_name(key))


def _ask(*commands: tuple[Any, ...]) -> list[Any]:
    """Send commands to Redis as one message and return its answers."""
    if len(commands) == 1:
        return [_client().execute_command(*commands[0])]
    with _client().pipeline(transaction=False) as sent:
        for command in commands:
            sent.execute_command(*command)
        return list(sent.execute())


def _name(key: str) -> str:
    return caches["default"].make_key(key)


@cache
def _client() -> Any:
    """Return one client for the life of the process: the cache makes a new one for every call, which takes longer
    than the call. Its pool of connections is the cache's own, and knows of threads and of forks.
    """
    held: Any = caches["default"]
    return held._cache.get_client(None, write=True)
