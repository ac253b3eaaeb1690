"""What workers and beat leave of their being there, and what is made of it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from celery import signals
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisGone

from gcc_portal.intake import tasks
from gcc_portal.operations import notes
from gcc_portal.operations import signals as ours
from gcc_portal.operations.notes import Heard
from gcc_portal.operations.queues import Queue, Standing
from gcc_portal.operations.state import Pace, judge

SWEEP = "gcc_portal.intake.tasks.sweep"


def test_a_periodic_task_that_ran_is_noted(db: None, eager: None) -> None:
    tasks.sweep.delay()
    heard = notes.heard()
    assert SWEEP in heard.ran
    assert heard.sent == {}


def test_a_task_that_failed_is_counted_and_did_not_run(
    db: None, eager: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ValueError("no")

    monkeypatch.setattr(tasks.sweeping, "sweep", broken)
    for _each in range(2):
        tasks.sweep.apply(throw=False)
    heard = notes.heard()
    assert heard.failures == {SWEEP: 2}
    assert SWEEP not in heard.ran


def test_only_what_the_clock_sends_is_noted() -> None:
    ours.task_ran(sender=SimpleNamespace(name="orders.tasks.fulfil"))
    assert notes.heard().ran == {}


def test_a_web_process_that_sends_a_task_is_no_beat() -> None:
    signals.after_task_publish.send(sender=SWEEP)
    assert notes.heard().sent == {}
    try:
        signals.beat_init.send(sender=None)
        signals.after_task_publish.send(sender=SWEEP)
        assert SWEEP in notes.heard().sent
    finally:
        signals.after_task_publish.disconnect(ours.beat_sent)


def test_a_worker_is_noted_now_and_then_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[str] = []
    monkeypatch.setattr(ours, "_noted", float("-inf"))
    monkeypatch.setattr(notes, "note_worker", left.append)
    heart = Mock(**{"eventer.hostname": "celery@one"})
    for _each in range(5):
        signals.heartbeat_sent.send(sender=heart)
    assert left == ["celery@one"]


def test_a_worker_that_said_nothing_for_long_is_gone() -> None:
    notes.note_worker("celery@one")
    now = timezone.now().timestamp()
    assert notes.heard(now).workers == ("celery@one",)
    assert notes.heard(now + notes.WORKER_BELIEVED + 5).workers == ()


def test_a_redis_that_is_away_fails_no_task(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Any:
        raise RedisGone("refused")

    monkeypatch.setattr(notes, "redis", gone)
    notes.note(notes.RAN, SWEEP)
    notes.note_failure(SWEEP)
    notes.note_worker("celery@one")


NOW = timezone.now()
QUEUE = Queue("q", "Q", "", task=SWEEP, patience=300, look=lambda _now: Standing(0, None))


def heard(ago: float | None, *workers: str) -> Heard:
    """Return notes of a sweep so many seconds ago."""
    return Heard(ran={} if ago is None else {SWEEP: NOW.timestamp() - ago}, workers=workers)


@pytest.mark.parametrize(
    ("notes_", "late", "pace"),
    [
        (heard(5, "w"), None, Pace.KEEPING_UP),
        (heard(5, "w"), 299, Pace.KEEPING_UP),
        (heard(5, "w"), 301, Pace.BEHIND),
        (heard(121, "w"), None, Pace.STOPPED),
        (heard(119, "w"), None, Pace.KEEPING_UP),
        (heard(5), None, Pace.STOPPED),
        (heard(5), 301, Pace.STOPPED),
        # A portal that has just started: nothing ran yet, and nothing is late.
        (heard(None, "w"), None, Pace.KEEPING_UP),
        (heard(None, "w"), 301, Pace.BEHIND),
    ],
)
def test_how_a_queue_does(notes_: Heard, late: float | None, pace: Pace) -> None:
    standing = Standing(0, None) if late is None else Standing(1, NOW - timedelta(seconds=late))
    found, since = judge(QUEUE, standing, notes_, NOW)
    assert found == pace
    if pace == Pace.BEHIND:
        assert since == standing.oldest
