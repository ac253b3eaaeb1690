"""Start Celery tasks by name, so that services import no tasks.

`enqueue_once` sends one message for a burst of commits: a task that takes all the work that waits needs no more.
"""

from celery import Task, current_app
from django.core.cache import cache

SECONDS = 5  # after which a message that got lost is sent again


def enqueue(task: str, *arguments: object) -> None:
    """Start the task of this name with these arguments. Call it after the commit."""
    current_app.tasks[task].delay(*arguments)


def enqueue_once(task: str) -> None:
    """Start the task of this name, unless a message for it is still on its way. Call it after the commit.

    The task calls `mark_begun` before it looks for work, so that whatever is committed later sends a new message.
    Raises the broker's error when it is down.
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
    """Let the next `enqueue_once` send a message again."""
    cache.delete(_key(task))


def _key(task: str) -> str:
    return f"enqueued:{task}"
