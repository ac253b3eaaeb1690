"""What the tests of operations share."""

import pytest
from django.conf import settings
from redis import Redis

from gcc_portal.core.people.models import User
from gcc_portal.operations import notes


@pytest.fixture
def operator(db: None) -> User:
    """An operator, who is neither an agent nor a reviewer."""
    return User.objects.create_superuser("operator@portal.example", "demo", name="Olga Operator")


@pytest.fixture
def at_work(db: None) -> None:
    """A worker is there, its broker is empty, and every periodic task ran a moment ago, as notes in Redis say."""
    with Redis.from_url(settings.BROKER_REDIS_URL) as broker:
        broker.flushdb()
    notes.note_worker("worker@here")
    for task, _seconds in settings.EVERY.values():
        notes.note(notes.RAN, task)
        notes.note(notes.SENT, task)
