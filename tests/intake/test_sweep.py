"""T1: every submission is answered in two business days, exactly once."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.business_time import respond_by
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.intake import review
from gcc_portal.intake.auto_review.sweep import sweep
from gcc_portal.intake.late_warnings import about_to_be_late, warn_reviewers
from gcc_portal.intake.models import FormState, IntakeForm, Submission
from partners.models import Partner, PartnerForm
from tests.intake import making

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=5)


def answers_sent() -> list[str]:
    """Return the keys of the answers in the outbox."""
    return sorted(OutboxMail.objects.filter(key__startswith="answer:").values_list("key", flat=True))


def test_sweeping_twice_answers_once() -> None:
    form = making.due_form()
    sweep()
    assert sweep() == {}
    assert len(answers_sent()) == 1
    assert Submission.objects.get().answer == "approved"
    entries = AuditEntry.objects.filter(object_type="intakeform", object_id=str(form.pk))
    assert list(entries.order_by("id").values_list("action", flat=True)) == ["take", "approve"]


def test_what_is_not_due_waits() -> None:
    making.due_form(auto_review_at=timezone.now() + timedelta(hours=1))
    assert sweep() == {}
    assert answers_sent() == []


def test_one_bad_form_holds_nobody_up(monkeypatch: Any) -> None:
    forms = [making.due_form(timezone.now() - timedelta(minutes=minutes)) for minutes in (9, 8, 7)]
    bad = forms[0]
    from partners.intake import PartnerKind

    real = PartnerKind.checks

    def checks(self: PartnerKind, context: Any) -> Any:
        if context.form.pk == bad.pk:
            raise ValueError("no such thing")
        return real(self, context)

    monkeypatch.setattr(PartnerKind, "checks", checks)
    assert sweep() == {"set_aside": 1, "approve": 2}
    bad_now = PartnerForm.objects.get(pk=bad.pk)
    assert (bad_now.state, bad_now.error) == (FormState.SUBMITTED, "ValueError: no such thing")
    assert sweep() == {}
    assert AuditEntry.objects.filter(action="set_aside").count() == 1


def test_a_bad_email_leaves_nothing_half_done(monkeypatch: Any) -> None:
    form = making.due_form()
    from partners.intake import PartnerKind

    def emails(_self: PartnerKind, _context: Any) -> Any:
        raise KeyError("e-mail")

    monkeypatch.setattr(PartnerKind, "approval_emails", emails)
    sweep()
    fresh = PartnerForm.objects.get(pk=form.pk)
    assert (fresh.state, fresh.partner.qualification) == (FormState.SUBMITTED, "pending")
    assert answers_sent() == []
    assert Submission.objects.get().answer == ""


def test_at_its_deadline_a_held_form_gets_a_notice_and_is_escalated(
    reviewer: User, reviewer_actor: Actor, second_reviewer_actor: Actor
) -> None:
    form = making.due_form(timezone.now() - LONG_AGO)
    missed = form.respond_by
    review.take(reviewer_actor, form.pk)
    assert sweep() == {"notice": 1}
    fresh = PartnerForm.objects.get(pk=form.pk)
    submission = Submission.objects.get()
    assert missed is not None
    assert fresh.respond_by is not None
    assert (fresh.state, fresh.reviewer_id) == (FormState.IN_REVIEW, reviewer.pk)
    assert fresh.respond_by > timezone.now() > missed
    assert (submission.notices, submission.answer) == (1, "under_review")
    assert answers_sent() == [f"answer:{submission.pk}:0"]
    assert OutboxMail.objects.filter(kind="intake.escalation").count() == 2
    assert sweep() == {}
    review.approve(reviewer_actor, form.pk)
    assert answers_sent() == [f"answer:{submission.pk}:0", f"answer:{submission.pk}:1:partner-0"]


def test_a_resubmission_waits_for_its_reviewer(
    fabrikam: Partner, applicant: Actor, reviewer_actor: Actor
) -> None:
    form = making.draft(fabrikam)
    making.signed(form, applicant)
    review.take(reviewer_actor, form.pk)
    review.ask_information(reviewer_actor, form.pk, [("sponsor", "Who sponsors you?")])
    making.signed(form, applicant)
    assert sweep() == {}
    fresh = PartnerForm.objects.get(pk=form.pk)
    assert (fresh.state, fresh.reviewer_id, fresh.auto_review_at) == (
        FormState.SUBMITTED,
        reviewer_actor.user_id,
        None,
    )
    assert OutboxMail.objects.filter(kind="intake.returned").count() == 1
    IntakeForm.objects.filter(pk=form.pk).update(respond_by=timezone.now())
    assert sweep() == {"notice": 1}


def test_with_the_desk_off_the_notice_goes_at_the_deadline(settings: Any) -> None:
    settings.INTAKE_DESK_PACE = "off"
    making.due_form(timezone.now() - LONG_AGO)
    making.due_form()
    assert sweep() == {"notice": 1}


def test_the_notice_goes_before_the_deadline_not_after(settings: Any) -> None:
    settings.INTAKE_DESK_PACE = "off"
    form = making.due_form()
    assert form.respond_by is not None
    with time_machine.travel(form.respond_by - timedelta(minutes=20), tick=False):
        assert sweep() == {}
    with time_machine.travel(form.respond_by - timedelta(minutes=10), tick=False):
        assert sweep() == {"notice": 1}
    again = PartnerForm.objects.get(pk=form.pk)
    assert again.respond_by == respond_by(form.respond_by)
    assert Submission.objects.get().answered_at < form.respond_by


def test_a_form_set_aside_is_told_at_its_deadline() -> None:
    making.due_form(timezone.now() - LONG_AGO, error="ValueError: x")
    assert sweep() == {"notice": 1}


def test_a_form_that_the_desk_is_late_for_is_still_answered_once() -> None:
    making.due_form(timezone.now() - LONG_AGO)
    assert sweep() == {"approve": 1}
    assert len(answers_sent()) == 1


def test_reviewers_are_warned_once_before_it_is_late(
    settings: Any, reviewer_actor: Actor, second_reviewer_actor: Actor
) -> None:
    settings.INTAKE_DESK_PACE = "off"
    now = timezone.now()
    late, early = making.due_form(), making.due_form()
    IntakeForm.objects.filter(pk=late.pk).update(respond_by=now + timedelta(minutes=1))
    IntakeForm.objects.filter(pk=early.pk).update(respond_by=respond_by(now) + timedelta(days=1))
    assert [form.pk for form in about_to_be_late(now)] == [late.pk]
    assert warn_reviewers() == 1
    assert warn_reviewers() == 0
    assert OutboxMail.objects.filter(kind="intake.warning").count() == 2
    assert late.reference in OutboxMail.objects.filter(kind="intake.warning")[0].email.message


def test_what_the_desk_answers_in_time_is_no_warning(reviewer_actor: Actor) -> None:
    form = making.due_form(auto_review_at=timezone.now() + timedelta(seconds=30))
    IntakeForm.objects.filter(pk=form.pk).update(respond_by=timezone.now() + timedelta(minutes=1))
    assert warn_reviewers() == 0


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_answer_each_form_once() -> None:
    forms = [making.due_form() for _ in range(24)]
    done: Counter[str] = Counter()

    def run() -> None:
        try:
            done.update(sweep())
        finally:
            connection.close()

    sweeps = [threading.Thread(target=run) for _ in range(3)]
    for one in sweeps:
        one.start()
    for one in sweeps:
        one.join()
    assert done["approve"] == len(forms)
    assert len(answers_sent()) == len(set(answers_sent())) == len(forms)
    assert AuditEntry.objects.filter(action="approve").count() == len(forms)
    assert Partner.objects.filter(qualification="qualified").count() == len(forms)


def test_the_work_for_one_form_does_not_grow_with_the_queue(django_assert_max_num_queries: Any) -> None:
    for _ in range(10):
        making.due_form()
    with django_assert_max_num_queries(10 * 45):
        sweep()
