"""Start a task once for a burst of commits: the task takes all the work that waits, so one message is enough."""

from celery import Task, current_app
from django.core.cache import cache

SECONDS = 5  # after which a message that got lost is sent again


def enqueue(task: str, *arguments: object) -> None:
    """Start the task of this name with these arguments. Call it after the commit."""
    current_app.tasks[task].delay(*arguments)


def enqueue_once(task: str) -> None:
    """Start the task of this name soon, unless one that was started has not begun yet. Call it after the commit.

    The task calls `mark_begun` before it looks for work. Raises what the broker raises when it is away.
    """
    if not cache.add(_key(task), 1, SECONDS):
        return
    try:
        task_of(task).delay()
    except Exception:
        # Nothing was sent, so the next commit must try again.
        mark_begun(task)
        raise


def task_of(name: str) -> Task:
    """Return the task of this name. A worker imports all tasks when it starts, other processes when they need one."""
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()
    return current_app.tasks[name]


def mark_begun(task: str) -> None:
    """Let what is committed from now on start the task again."""
    cache.delete(_key(task))


def _key(task: str) -> str:
    return f"enqueued:{task}"
