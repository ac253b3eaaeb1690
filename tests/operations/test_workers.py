"""What is known of workers: asked of Celery itself, and kept for some seconds."""

from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from kombu.exceptions import OperationalError
from redis import Redis

from gcc_portal.operations import workers
from gcc_portal.operations.queues import Backlog, Pace, Queue, pace_of
from tests.operations.conftest import Answering

QUEUE = Queue("answers", "Answers", "", 300, lambda _now: Backlog(0, None))


def test_those_that_answer_and_what_waits(answering: Answering) -> None:
    answering("worker@b", "worker@a")
    with Redis.from_url(settings.BROKER_REDIS_URL) as broker:
        broker.lpush(workers.WAITING, "one", "two")
        broker.hset(workers.TAKEN, "three", "x")
    assert workers.look() == workers.Workers(True, ("worker@a", "worker@b"), 2, 1)


def test_the_answer_is_kept_for_some_seconds(answering: Answering, monkeypatch: Any) -> None:
    answering("worker@a")
    assert workers.look().names == ("worker@a",)
    monkeypatch.setattr(workers.app.control, "ping", lambda **_options: [])
    assert workers.look().names == ("worker@a",)
    cache.delete(workers.CACHE_KEY)
    assert workers.look().names == ()


def test_a_broker_that_is_away_is_an_answer(answering: Answering, monkeypatch: Any) -> None:
    def gone(**_options: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(workers.app.control, "ping", gone)
    assert workers.look() == workers.Workers(broker_is_up=False)


@pytest.mark.parametrize(
    ("lag", "with_workers", "pace"),
    [
        (0, True, Pace.KEEPING_UP),
        (300, True, Pace.KEEPING_UP),
        (301, True, Pace.BEHIND),
        (0, False, Pace.STOPPED),
        (301, False, Pace.STOPPED),
    ],
)
def test_how_a_queue_does(lag: float, with_workers: bool, pace: Pace) -> None:
    assert pace_of(QUEUE, lag, with_workers=with_workers) == pace
