"""What a unit of work writes, and tasks that are started once for many commits."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from celery import current_app
from django.db import DatabaseError, IntegrityError, transaction
from post_office.models import STATUS, Email, Log

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import entry
from gcc_portal.core.enqueue import enqueue_once, mark_begun
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.mail.outbox import build_email, queue_emails
from gcc_portal.core.people.actors import portal
from gcc_portal.core.unit_of_work import UnitOfWork
from partners.models import Partner

CONTENT = EmailContent(subject="It is so", paragraphs=["Because of this."])
COUNT = 300
TASK = "tests.counted"


class Counted:
    """A task that counts how often it was sent, or can't be."""

    def __init__(self) -> None:
        self.sent, self.broken = 0, False

    def delay(self) -> None:
        """Be sent."""
        if self.broken:
            raise ConnectionError
        self.sent += 1


@pytest.fixture
def task() -> Iterator[Counted]:
    """A task that Celery knows for the length of a test."""
    mark_begun(TASK)
    current_app.tasks[TASK] = counted = Counted()
    yield counted
    del current_app.tasks[TASK]
    mark_begun(TASK)


@pytest.mark.django_db
def test_each_email_has_its_own_outbox_row(contoso: Partner) -> None:
    unsent = [
        build_email("x", CONTENT, f"p{n}@contoso.example", contoso, key=f"p{n}@contoso.example")
        for n in range(COUNT)
    ]
    queue_emails(unsent)
    for each in unsent:
        assert OutboxMail.objects.get(email=each.email).key == each.email.to[0]


@pytest.mark.django_db
def test_a_key_that_was_used_writes_no_email(contoso: Partner) -> None:
    queue_emails([build_email("x", CONTENT, "p@contoso.example", contoso, key="once")])
    before = Email.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        queue_emails(
            [build_email("x", CONTENT, "p@contoso.example", contoso, key=key) for key in ("new", "once")]
        )
    assert Email.objects.count() == before


@pytest.mark.django_db
def test_all_is_written_in_a_constant_number_of_statements(
    contoso: Partner, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    for count in (2, 30):
        unit = UnitOfWork()
        rows = [OutboxMail(kind="x", key=f"{count}:{n}", about_type="x", about_id="1") for n in range(count)]
        emails = Email.objects.bulk_create(
            [Email(from_email="a@x.example", to=["b@x.example"]) for _ in rows]
        )
        for row, email in zip(rows, emails, strict=True):
            row.email = email
            unit.create(Log(email=email, status=STATUS.sent, message=str(row.key)))
            email.subject = f"Number {row.key}"
            unit.update(email, ["subject"])
            unit.audit(entry(portal(), "note", contoso, data={"number": row.key}))
        with django_assert_num_queries(3):
            unit.write()
        assert {email.subject for email in Email.objects.filter(pk__in=[e.pk for e in emails])} == {
            f"Number {row.key}" for row in rows
        }
    assert AuditEntry.objects.filter(action="note").count() == 32


@pytest.mark.django_db
def test_a_row_that_is_gone_is_an_error(contoso: Partner) -> None:
    unit = UnitOfWork()
    contoso.name = "Fresh"
    unit.update(contoso, ["name"])
    unit.write()
    assert Partner.objects.get(pk=contoso.pk).name == "Fresh"
    unit.update(Partner(pk=0, name="Nobody"), ["name"])
    with pytest.raises(DatabaseError):
        unit.write()


@pytest.mark.django_db
def test_what_another_collected_is_written_after_ones_own(contoso: Partner) -> None:
    first, second = UnitOfWork(), UnitOfWork()
    first.audit(entry(portal(), "first", contoso))
    second.audit(entry(portal(), "second", contoso))
    second.enqueue(TASK)
    first.merge(second)
    first.merge(second)
    assert [each.action for each in first.entries] == ["first", "second", "second"]
    assert first.tasks == [TASK]


def test_a_task_is_started_once_until_it_begins(task: Counted) -> None:
    enqueue_once(TASK)
    enqueue_once(TASK)
    assert task.sent == 1
    mark_begun(TASK)
    enqueue_once(TASK)
    assert task.sent == 2


def test_a_task_that_could_not_be_sent_is_tried_again(task: Counted) -> None:
    task.broken = True
    with pytest.raises(ConnectionError):
        enqueue_once(TASK)
    task.broken = False
    enqueue_once(TASK)
    assert task.sent == 1


@pytest.mark.django_db
def test_tasks_start_after_the_commit(
    task: Counted, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]]
) -> None:
    unit = UnitOfWork()
    unit.enqueue(TASK)
    with django_capture_on_commit_callbacks(execute=True):
        unit.write()
        assert task.sent == 0
    assert task.sent == 1
