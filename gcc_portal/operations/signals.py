"""Where Celery tells us that a worker is there, a task has ended, or beat has sent one. Connected by `celery.py`."""

import time
from typing import Any

from celery import signals

from gcc_portal.operations import notes

_noted = 0.0  # when this process last noted its worker


@signals.heartbeat_sent.connect
def worker_is_there(sender: Any, **_more: Any) -> None:
    """Note the worker now and then; Celery calls this every two seconds."""
    global _noted
    if time.monotonic() - _noted >= notes.WORKER_NOTES:
        _noted = time.monotonic()
        notes.note_worker(str(sender.eventer.hostname))


@signals.worker_shutting_down.connect
def worker_goes(**_more: Any) -> None:
    """Leave no more notes: the last heartbeat says goodbye."""
    global _noted
    _noted = float("inf")


@signals.task_success.connect
def task_ran(sender: Any, **_more: Any) -> None:
    """Note that a periodic task ran to its end."""
    if notes.periodic(sender.name):
        notes.note(notes.RAN, sender.name)


@signals.task_failure.connect
def task_failed(sender: Any, **_more: Any) -> None:
    """Count a task that ended with an error."""
    notes.note_failure(sender.name)


@signals.beat_init.connect
def beat_begins(**_more: Any) -> None:
    """From here on this process is a beat: note what it sends."""
    signals.after_task_publish.connect(beat_sent)


def beat_sent(sender: str, **_more: Any) -> None:
    """Note that a periodic task was sent: what only a living beat does."""
    notes.note(notes.SENT, sender)
