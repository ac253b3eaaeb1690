"""Rows written in sets, and workers woken together."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from post_office.models import STATUS, Email, Log

from gcc_portal.core import enqueue as waking
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.mail.outbox import build_email, queue_emails
from gcc_portal.core.rows import insert_rows, send, update_of, update_rows
from partners.models import Partner

LETTER = EmailContent(subject="It is so", paragraphs=["Because of this."])
COUNT = 300


class Task:
    """A task that counts how often it was sent, or can't be."""

    def __init__(self, *, broken: bool = False) -> None:
        self.sent, self.broken = 0, broken

    def delay(self) -> None:
        """Be sent."""
        if self.broken:
            raise ConnectionError
        self.sent += 1


@pytest.mark.django_db
def test_each_mail_stands_with_its_own(contoso: Partner) -> None:
    drafts = [
        build_email("x", LETTER, f"p{n}@contoso.example", contoso, key=f"p{n}@contoso.example")
        for n in range(COUNT)
    ]
    told = queue_emails(drafts)
    assert [email.to for email in told] == [[f"p{n}@contoso.example"] for n in range(COUNT)]
    for email, drawn in zip(told, drafts, strict=True):
        assert drawn.outbox.email_id == email.pk
        assert Email.objects.get(pk=email.pk).to == email.to == [OutboxMail.objects.get(email=email).key]
        assert OutboxMail.objects.get(pk=drawn.outbox.pk).email_id == email.pk


@pytest.mark.django_db
def test_a_key_that_was_used_writes_no_mail(contoso: Partner) -> None:
    queue_emails([build_email("x", LETTER, "p@contoso.example", contoso, key="once")])
    before = Email.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        queue_emails(
            [build_email("x", LETTER, "p@contoso.example", contoso, key=key) for key in ("new", "once")]
        )
    assert Email.objects.count() == before


@pytest.mark.django_db
def test_new_rows_are_told_their_keys_and_texts_stay_as_they_are(contoso: Partner) -> None:
    email = queue_emails([build_email("x", LETTER, "p@contoso.example", contoso, key="k")])[0]
    texts = ["", "NULL", "{a,b}", 'it\'s; 100 %s \\ "x"', "\u202e\U0001f600"]
    logs = [Log(email=email, status=STATUS.sent, message=text) for text in texts]
    insert_rows(Log, logs)
    assert [Log.objects.get(pk=log.pk).message for log in logs] == texts
    assert not any(log._state.adding for log in logs)
    insert_rows(Log, [])


@pytest.mark.django_db
def test_a_row_that_is_gone_is_told_of(contoso: Partner) -> None:
    contoso.name = "Fresh"
    update_rows(Partner, [contoso], ["name"])
    assert Partner.objects.get(pk=contoso.pk).name == "Fresh"
    with pytest.raises(DatabaseError):
        update_rows(Partner, [contoso, Partner(pk=0, name="Nobody")], ["name"])


@pytest.mark.django_db
def test_several_statements_are_one_message(contoso: Partner, django_assert_num_queries: Callable) -> None:
    contoso.name, contoso.qualified_at = "One", timezone.now()
    with django_assert_num_queries(1):
        send([update_of(Partner, [contoso], (field,)) for field in ("name", "qualified_at")])
    kept = Partner.objects.get(pk=contoso.pk)
    assert (kept.name, kept.qualified_at) == ("One", contoso.qualified_at)
    assert send([]) == []


def test_workers_are_woken_once_together_or_alone() -> None:
    first, second = Task(), Task()
    for key in ("one", "two"):
        waking.awake(key)
    waking.wake(("one", first))
    waking.wake(("one", first), ("two", second))
    waking.wake(("two", second))
    assert (first.sent, second.sent) == (1, 1)
    waking.awake("one")
    waking.wake(("two", second), ("one", first))
    assert (first.sent, second.sent) == (2, 1)


def test_who_could_not_be_woken_is_not_taken_for_awake() -> None:
    for key in ("one", "two"):
        waking.awake(key)
    with pytest.raises(ConnectionError):
        waking.wake(("one", Task(broken=True)), ("two", Task()))
    first, second = Task(), Task()
    waking.wake(("one", first), ("two", second))
    assert (first.sent, second.sent) == (1, 1)
