"""What the tests of this room share."""

import pytest
from django.conf import settings

from gcc_portal.core.people.models import User
from gcc_portal.operations import notes


@pytest.fixture
def operator(db: None) -> User:
    """An operator, who is neither an agent nor a reviewer."""
    return User.objects.create_superuser("operator@portal.example", "demo", name="Olga Operator")


@pytest.fixture
def at_work(db: None) -> None:
    """A worker is there and every periodic task ran a moment ago, as notes in Redis say."""
    notes.note_worker("worker@here")
    for task, _seconds in settings.EVERY.values():
        notes.note(notes.RAN, task)
        notes.note(notes.SENT, task)
