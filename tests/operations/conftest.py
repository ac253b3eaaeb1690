"""What the tests of operations share."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import cache
from redis import Redis

from gcc_portal.core.people.models import User
from gcc_portal.operations import workers

Answering = Callable[..., None]


@pytest.fixture
def operator(db: None) -> User:
    """An operator, who is neither an agent nor a reviewer."""
    return User.objects.create_superuser("operator@portal.example", "demo", name="Olga Operator")


@pytest.fixture
def answering(db: None, monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Return a function that sets which workers answer a ping; the broker is empty."""
    with Redis.from_url(settings.BROKER_REDIS_URL) as broker:
        broker.flushdb()

    def answer(*names: str) -> None:
        cache.delete(workers.CACHE_KEY)
        monkeypatch.setattr(
            workers.app.control, "ping", lambda **_options: [{name: {"ok": "pong"}} for name in names]
        )

    answer()
    return answer


@pytest.fixture
def at_work(answering: Answering) -> None:
    """A worker answers, and the broker is empty."""
    answering("worker@here")
