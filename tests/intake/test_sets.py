"""The sweep in sets: what a batch costs, and one bad form in the middle of it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.intake import CustomerKind
from customers.models import CustomerForm, ValidationId
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.intake.auto_review import sweep as sweeping
from gcc_portal.intake.auto_review.sweep import sweep
from gcc_portal.intake.models import Check, FormState, IntakeForm, Submission
from partners.models import Partner, PartnerForm
from tests.intake import making

pytestmark = pytest.mark.django_db


def answers_of(submissions: Any) -> list[str]:
    """Return the answers that were given, in the order of the submissions."""
    return list(submissions.order_by("pk").values_list("answer", flat=True))


def statements_for(count: int, contoso: Partner) -> int:
    """Return how many statements the answers to so many clear forms take."""
    making.customer_forms(count, contoso)
    with CaptureQueriesContext(connection) as asked:
        assert sweep() == {"approve": count}
    return len(asked)


def test_a_batch_asks_the_same_for_ten_and_for_a_hundred(contoso: Partner) -> None:
    assert statements_for(10, contoso) == statements_for(100, contoso)
    assert ValidationId.objects.count() == 110
    assert OutboxMail.objects.filter(kind="intake.approved").count() == 110


def test_notices_ask_the_same_for_ten_and_for_fifty(
    contoso: Partner, settings: Any, reviewer_actor: Actor
) -> None:
    settings.INTAKE_DESK_PACE = "off"
    counts = []
    for count in (10, 50):
        forms = making.customer_forms(count, contoso)
        IntakeForm.objects.filter(pk__in=[form.pk for form in forms]).update(respond_by=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            assert sweep() == {"notice": count}
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert OutboxMail.objects.filter(kind="intake.escalation").count() == 60


def test_every_consequence_of_a_set_is_as_of_one(contoso: Partner) -> None:
    forms = making.customer_forms(12, contoso)
    sweep()
    for form in forms:
        fresh = CustomerForm.objects.get(pk=form.pk)
        issued = ValidationId.objects.get(form=fresh)
        assert (fresh.state, issued.partner, issued.web_domain) == (
            "approved",
            contoso,
            form.answers["web_domain"],
        )
        own = AuditEntry.objects.filter(object_type="intakeform", object_id=str(form.pk)).order_by("id")
        assert list(own.values_list("action", "from_state", "to_state")) == [
            ("take", "submitted", "in_review"),
            ("approve", "in_review", "approved"),
        ]
        assert AuditEntry.objects.filter(object_type="validationid", object_id=str(issued.pk)).count() == 1
        told = OutboxMail.objects.filter(about_type="intakeform", about_id=str(form.pk)).get()
        assert issued.number in told.email.message
        assert told.email.to == [form.contact_email]
        assert Check.objects.filter(submission__form=form).count() == 9


@pytest.mark.parametrize("where", ["checks", "approval_emails"])
def test_one_form_that_raises_among_a_hundred_is_set_aside_alone(
    contoso: Partner, monkeypatch: Any, where: str, reviewer: User, client_of: Callable[[User], Client]
) -> None:
    forms = making.customer_forms(100, contoso)
    bad = forms[41]
    real = getattr(CustomerKind, where)

    def raising(self: CustomerKind, context: Any) -> Any:
        if context.form.pk == bad.pk:
            raise ValueError("no such thing")
        return real(self, context)

    monkeypatch.setattr(CustomerKind, where, raising)
    assert sweep() == {"approve": 99, "set_aside": 1}
    only_this_one_is_set_aside(bad, "ValueError: no such thing")
    shown = client_of(reviewer).get(reverse("review:queue")).content.decode()
    assert shown.count("Set aside") >= 1
    assert bad.reference in shown


def test_one_form_that_the_database_refuses_among_a_hundred_is_set_aside_alone(
    contoso: Partner, monkeypatch: Any
) -> None:
    forms = making.customer_forms(100, contoso)
    bad = forms[41]
    real = CustomerKind.approval_emails

    def emails(self: CustomerKind, context: Any) -> Any:
        found = real(self, context)
        # Two mails of one act: the outbox takes no second one with a key.
        return found * 2 if context.form.pk == bad.pk else found

    monkeypatch.setattr(CustomerKind, "approval_emails", emails)
    assert sweep() == {"approve": 99, "set_aside": 1}
    only_this_one_is_set_aside(bad, "IntegrityError: duplicate key value violates unique constraint")


def only_this_one_is_set_aside(bad: CustomerForm, why: str) -> None:
    """Assert that all but one of a hundred forms were answered, and that nothing of that one was written."""
    fresh = CustomerForm.objects.get(pk=bad.pk)
    assert fresh.state == FormState.SUBMITTED
    assert fresh.error.startswith(why)
    assert IntakeForm.objects.exclude(error="").count() == 1
    assert not Check.objects.filter(submission__form=bad).exists()
    assert not ValidationId.objects.filter(form=fresh).exists()
    assert ValidationId.objects.count() == 99
    assert OutboxMail.objects.filter(kind="intake.approved").count() == 99
    entries = AuditEntry.objects.filter(object_type="intakeform", object_id=str(bad.pk))
    assert list(entries.values_list("action", flat=True)) == ["set_aside"]


def test_the_earliest_are_answered_first(contoso: Partner, settings: Any) -> None:
    settings.INTAKE_BATCH = 5
    forms = making.customer_forms(20, contoso)
    # Due the other way round than they were made.
    now = timezone.now()
    for minutes, form in enumerate(forms):
        IntakeForm.objects.filter(pk=form.pk).update(auto_review_at=now - timedelta(minutes=minutes))
    queue = sweeping._Queue(sweeping.due_for_auto_review, sweeping.decide_forms)
    assert list(queue.batch()) == [form.pk for form in reversed(forms[-5:])]
    assert list(queue.batch()) == [form.pk for form in reversed(forms[-10:-5])]
    mails = OutboxMail.objects.filter(kind="intake.approved").order_by("id")
    assert [int(mail.about_id) for mail in mails] == [form.pk for form in reversed(forms[-10:])]


def test_nothing_is_asked_of_the_network_while_rows_are_locked(monkeypatch: Any) -> None:
    from gcc_portal.identity.tenants.demo import DemoDirectory

    forms = [making.due_form() for _each in range(3)]
    real, depths = DemoDirectory.find, []
    outside = len(connection.savepoint_ids)

    def find(self: DemoDirectory, identifier: str) -> Any:
        depths.append(len(connection.savepoint_ids) - outside)
        return real(self, identifier)

    monkeypatch.setattr(DemoDirectory, "find", find)
    assert sweep() == {"approve": 3}
    assert depths == [0] * len(forms)


def test_a_mixed_batch_answers_each_kind_in_its_own_way(contoso: Partner) -> None:
    making.customer_forms(2, contoso)
    making.customer_forms(1, contoso, first=10, web_domain="nowhere.example")
    making.customer_forms(1, contoso, first=20, category="international")
    partner_form = making.due_form()
    assert sweep() == {"approve": 3, "ask": 1, "decline": 1}
    assert PartnerForm.objects.get(pk=partner_form.pk).partner.qualification == "qualified"
    assert sorted(answers_of(Submission.objects)) == [
        "approved", "approved", "approved", "declined", "information_requested",
    ]  # fmt: skip


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_over_two_hundred_forms_answer_each_once(contoso: Partner, settings: Any) -> None:
    settings.INTAKE_BATCH = 20
    making.customer_forms(200, contoso)
    done: list[dict[str, int]] = []

    def run() -> None:
        try:
            done.append(sweep())
        finally:
            connection.close()

    sweeps = [threading.Thread(target=run) for _each in range(2)]
    for one in sweeps:
        one.start()
    for one in sweeps:
        one.join()
    assert sum(each["approve"] for each in done) == 200
    assert answers_of(Submission.objects) == ["approved"] * 200
    assert ValidationId.objects.count() == 200
    assert OutboxMail.objects.filter(kind="intake.approved").count() == 200
    assert AuditEntry.objects.filter(action="approve").count() == 200


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_partner_that_is_revoked_while_a_batch_is_decided(
    contoso: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1: what was loaded at the batch's begin is not what the approval is asked of."""
    making.customer_forms(2, contoso)
    contexts = CustomerKind.contexts

    def revoke() -> None:
        Partner.objects.filter(pk=contoso.pk).update(qualification="revoked")
        connections.close_all()

    def revoked_after(kind: CustomerKind, forms: Any) -> Any:
        found = contexts(kind, forms)
        thread = threading.Thread(target=revoke)
        thread.start()
        thread.join(30)
        return found

    monkeypatch.setattr(CustomerKind, "contexts", revoked_after)
    assert sweep() == {"leave": 2}
    assert not ValidationId.objects.exists()
    assert not OutboxMail.objects.exists()
