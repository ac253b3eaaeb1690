"""The outbox with many e-mails: statements a batch, the index of those that wait, and retries among others."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from post_office.models import STATUS, Email, Log

from gcc_portal.core.mail import tasks
from gcc_portal.core.mail.tasks import deliver_batch, deliver_outbox, waiting

pytestmark = pytest.mark.django_db
MAILS = """
INSERT INTO post_office_email (from_email, "to", cc, bcc, subject, message, html_message, status, priority, created,
    last_updated, backend_alias)
SELECT 'portal@example.org', 'p' || n || %s, '', '', 'Subject', 'Text', '<p>Text</p>', %s, 1 + n %% 2, now(), now(), ''
FROM generate_series(1, %s) AS n
"""


def write(count: int, status: int = STATUS.queued, domain: str = "@example.org") -> None:
    """Write so many mails."""
    with connection.cursor() as cursor:
        cursor.execute(MAILS, [domain, status, count])


def statements(act: Callable[[], Any]) -> int:
    """Return how many statements the act takes."""
    with CaptureQueriesContext(connection) as counted:
        act()
    return len(counted)


def test_a_batch_takes_the_same_statements_for_any_number_of_mails() -> None:
    write(1)
    few = statements(lambda: deliver_batch(500))
    write(400)
    write(50, domain="@nowhere.invalid")
    assert statements(lambda: deliver_batch(500)) <= few + 1  # and one that puts off what was refused
    assert Email.objects.filter(status=STATUS.sent).count() == 401
    assert Email.objects.filter(status=STATUS.requeued, number_of_retries=1).count() == 50
    assert Log.objects.filter(status=STATUS.sent).count() == 401


def test_a_backlog_is_sent_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    write(1200)
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks, "send", lambda email: sent.append((-email.priority, email.pk)))
    assert deliver_outbox() == 1200
    assert len(set(sent)) == 1200
    assert sent == sorted(sent)
    assert deliver_outbox() == 0


def test_waiting_mails_among_a_hundred_thousand_are_found_by_their_index() -> None:
    write(100_000, STATUS.sent)
    write(5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE post_office_email")
    plan = waiting(Q(scheduled_time=None))[:50].explain()
    assert "outbox_waits" in plan
    assert "Sort" not in plan
    assert "Seq Scan" not in plan


def test_a_server_that_hangs_up_delays_one_mail_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(3)
    refused = iter([None, ConnectionResetError("gone"), None])
    monkeypatch.setattr(tasks, "send", lambda _email: next(refused))
    assert deliver_batch(10) == (3, 2)
    late = Email.objects.get(status=STATUS.requeued)
    assert late.number_of_retries == 1
    assert late.scheduled_time is not None
    assert Log.objects.get(email=late).exception_type == "ConnectionResetError"
