"""The samples: one a minute whoever asks, what was done counted once, old ones forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.operations import sampling
from gcc_portal.operations.models import QueueSample
from gcc_portal.operations.queues import all_queues
from tests.intake import making

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, 0, 5, tzinfo=UTC)
QUEUES = {"answers", "creations", "mails", "orders"}


def act(kind: str, action: str, at: datetime, **more: object) -> None:
    """Write an audit entry of that moment."""
    AuditEntry.objects.create(
        at=at, actor_label="The portal", role="system", channel="task", action=action, object_type=kind,
        object_id="1", object_label="x", **more,
    )  # fmt: skip


def done(queue: str) -> list[tuple[int, int]]:
    """Return what the samples say was done, and in all, oldest first."""
    return list(QueueSample.objects.filter(queue=queue).order_by("minute").values_list("done", "done_total"))


def test_every_room_has_said_what_waits() -> None:
    assert {queue.key for queue in all_queues()} == QUEUES


def test_a_minute_is_written_once() -> None:
    assert sampling.take(NOON) == len(QUEUES)
    assert sampling.take(NOON + timedelta(seconds=40)) == 0
    assert sampling.take(NOON + timedelta(seconds=60)) == len(QUEUES)
    assert QueueSample.objects.count() == 2 * len(QUEUES)


def test_a_late_one_writes_nothing_into_the_past() -> None:
    sampling.take(NOON + timedelta(minutes=1))
    assert sampling.take(NOON) == 0


def test_the_database_refuses_a_second_row_of_a_minute() -> None:
    sampling.take(NOON)
    row = QueueSample.objects.first()
    assert row is not None
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_what_was_done_is_counted_once_also_over_a_gap() -> None:
    sampling.take(NOON)
    for seconds in (-50, 10, 70, 200):
        act("intakeform", "approve", NOON + timedelta(seconds=seconds))
    act("intakeform", "approve", NOON, refused=True)
    act("order", "submit", NOON)
    act("order", "fail", NOON)
    for minutes in (1, 2, 5, 6, 7):
        sampling.take(NOON + timedelta(minutes=minutes))
    # From the beginning of the minute before the first sample, each minute counted when it is over by one more.
    assert done("answers") == [(0, 0), (1, 1), (1, 2), (2, 4), (0, 4), (0, 4)]
    assert done("orders")[-1] == (0, 1)


def test_what_waits_stands_in_the_sample() -> None:
    now = timezone.now()
    making.due_form(now - timedelta(minutes=7))
    making.due_form(now - timedelta(minutes=3))
    making.due_form(now + timedelta(minutes=3))
    making.due_form(now - timedelta(minutes=9), error="ValueError: no")
    sampling.take(now)
    row = QueueSample.objects.get(queue="answers")
    assert (row.depth, row.lag, row.failed) == (2, 420, 1)


def test_a_day_is_kept() -> None:
    sampling.take(NOON - timedelta(days=1, minutes=1))
    sampling.take(NOON - timedelta(days=1))
    sampling.take(NOON)
    kept = QueueSample.objects.order_by("minute").values_list("minute", flat=True).distinct()
    assert list(kept) == [each.replace(second=0) for each in (NOON - timedelta(days=1), NOON)]
