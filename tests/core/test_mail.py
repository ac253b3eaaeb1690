"""The outbox: written with the action, sent once after it, retried with growing waits, shown and resent."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.mail import get_connection, send_mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email

from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.mail.outbox import build_email, emails_about, queue_email, queue_emails
from gcc_portal.core.mail.states import mail_states
from gcc_portal.core.mail.tasks import deliver_batch
from gcc_portal.core.people.models import User
from partners.models import Partner

SignIn = Callable[[User], Client]
CONTENT = EmailContent(
    subject="Your form:\n was approved",
    greeting="Hello,",
    paragraphs=["Your organization <is> qualified. {{ not_a_template }} {% nor_this %}"],
    points=["First point"],
    action_label="See it",
    action_url="http://127.0.0.1:8000/organization/legal/",
)
NOWHERE = "nobody@nowhere.invalid"


@pytest.fixture
def written(contoso: Partner) -> Email:
    """A mail about Contoso that waits."""
    return queue_email("approved", CONTENT, "office@contoso.example", contoso, key="answer:1:0")


def test_text_and_html_say_the_same(written: Email) -> None:
    assert written.subject == "Your form: was approved"
    for body in (written.message, written.html_message):
        assert "First point" in body
        assert "http://127.0.0.1:8000/organization/legal/" in body
        assert "{{ not_a_template }} {% nor_this %}" in body
    assert "<is>" in written.message
    assert "&lt;is&gt;" in written.html_message


def test_a_key_is_used_once(written: Email, contoso: Partner) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        queue_email("approved", CONTENT, "office@contoso.example", contoso, key="answer:1:0")
    assert Email.objects.count() == 1


def test_a_mail_is_rolled_back_with_its_action(contoso: Partner) -> None:
    with transaction.atomic():
        queue_email("approved", CONTENT, "office@contoso.example", contoso, key="answer:1:0")
        transaction.set_rollback(True)
    assert not Email.objects.exists()


def test_it_is_sent_once(written: Email) -> None:
    assert deliver_batch(10) == (1, 1)
    assert deliver_batch(10) == (0, 0)
    written.refresh_from_db()
    assert written.status == STATUS.sent


def test_many_are_written_with_two_statements(contoso: Partner, django_assert_num_queries: Callable) -> None:
    unsent = [build_email("x", CONTENT, f"p{n}@contoso.example", contoso, key=f"k{n}") for n in range(100)]
    with django_assert_num_queries(2):
        queue_emails(unsent)
    assert OutboxMail.objects.filter(about_id=str(contoso.pk)).count() == 100


def test_a_bad_address_waits_longer_each_time_and_then_has_failed(contoso: Partner, settings) -> None:
    settings.MAIL_RETRY, settings.MAIL_TRIES = 30, 3
    email = queue_email("x", CONTENT, NOWHERE, contoso, key="k")
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            assert deliver_batch(10) == (1, 0)
            assert deliver_batch(10) == (0, 0)
            email.refresh_from_db()
            assert email.status == STATUS.requeued
            waits.append(email.scheduled_time - timezone.now())
            clock.move_to(email.scheduled_time)
        deliver_batch(10)
    email.refresh_from_db()
    assert waits == [timedelta(seconds=seconds) for seconds in (30, 120, 480)]
    assert email.status == STATUS.failed
    assert email.logs.count() == 4


def test_one_bad_address_does_not_hold_back_the_rest(contoso: Partner) -> None:
    bad = queue_email("x", CONTENT, NOWHERE, contoso, key="bad")
    good = queue_email("x", CONTENT, "office@contoso.example", contoso, key="good")
    assert deliver_batch(10) == (2, 1)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.status, good.status) == (STATUS.requeued, STATUS.sent)


@pytest.mark.parametrize("address", ["", "no at sign", "a,b@c.example", "x" * 300 + "@y.example"])
def test_an_invalid_address_never_blocks_the_action(contoso: Partner, address: str) -> None:
    email = queue_email("x", CONTENT, address, contoso, key="k")
    deliver_batch(10)
    email.refresh_from_db()
    assert email.status in (STATUS.requeued, STATUS.failed, STATUS.sent)


def test_what_django_sends_goes_to_the_outbox(db: None) -> None:
    backend = get_connection("gcc_portal.core.mail.backend.OutboxBackend")
    send_mail("Reset", "{{ text }}", None, ["person@contoso.example"], connection=backend)
    email = Email.objects.get()
    waiting = (email.to, email.message, email.status)
    assert waiting == (["person@contoso.example"], "{{ text }}", STATUS.queued)


def test_the_record_shows_the_states_of_its_mails(written: Email, contoso: Partner) -> None:
    queue_email("x", CONTENT, NOWHERE, contoso, key="k")
    deliver_batch(10)
    states = [(state.to, str(state.status_label), bool(state.resend_url)) for state in mail_states(contoso)]
    assert states == [(NOWHERE, "Will be tried again", False), ("office@contoso.example", "Sent", True)]


def test_resend(client_of: SignIn, admin: User, written: Email) -> None:
    deliver_batch(10)
    answer = client_of(admin).post(reverse("mail:resend", args=[written.pk]))
    written.refresh_from_db()
    assert answer.status_code == 302
    assert written.status == STATUS.queued


def test_another_partners_mail_is_not_there(client_of: SignIn, stranger: User, written: Email) -> None:
    deliver_batch(10)
    answer = client_of(stranger).post(reverse("mail:resend", args=[written.pk]))
    written.refresh_from_db()
    assert answer.status_code == 404
    assert written.status == STATUS.sent


def test_the_mailbox_shows_what_was_sent(client: Client, written: Email) -> None:
    assert "No mail yet" in client.get(reverse("mailbox:list")).content.decode()
    deliver_batch(10)
    assert "Your form: was approved" in client.get(reverse("mailbox:list")).content.decode()
    message = client.get(reverse("mailbox:message", args=[written.pk])).content.decode()
    assert '<a href="http://127.0.0.1:8000/organization/legal/"' in message


def test_mails_about_an_object_are_newest_first(written: Email, contoso: Partner) -> None:
    second = queue_email("x", CONTENT, "office@contoso.example", contoso, key="k")
    assert [mail.email_id for mail in emails_about(contoso)] == [second.pk, written.pk]
