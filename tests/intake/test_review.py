"""Reviewers: who may do what with a form, and of two at once one wins and the other reads why."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Blocked, NotAllowed, Refusal, WrongState
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.intake import review
from gcc_portal.intake.models import FormState, Submission
from partners.models import PartnerForm
from tests.intake import making

pytestmark = pytest.mark.django_db

ACTS: list[Callable[[Actor, int], Any]] = [
    review.take,
    review.take_over,
    review.hand_back,
    review.approve,
    lambda actor, pk: review.decline(actor, pk, "evidence", "Because."),
    lambda actor, pk: review.ask_information(actor, pk, [("sponsor", "Who?")]),
]


def state(submission: Submission) -> str:
    """Return the state of the form now."""
    return str(PartnerForm.objects.get(pk=submission.form_id).state)


@pytest.mark.parametrize("number", range(len(ACTS)))
def test_agents_may_do_none_of_it(submission: Submission, applicant: Actor, number: int) -> None:
    with pytest.raises(NotAllowed):
        ACTS[number](applicant, submission.form_id)
    assert state(submission) == FormState.SUBMITTED


@pytest.mark.parametrize("number", range(2, len(ACTS)))
def test_nothing_is_decided_before_the_form_is_taken(
    submission: Submission, reviewer_actor: Actor, number: int
) -> None:
    with pytest.raises(WrongState, match="Take this form"):
        ACTS[number](reviewer_actor, submission.form_id)
    assert state(submission) == FormState.SUBMITTED


@pytest.mark.parametrize("number", [0, 2, 3, 4, 5])
def test_another_reviewer_reads_who_holds_it(
    submission: Submission, reviewer: User, reviewer_actor: Actor, second_reviewer_actor: Actor, number: int
) -> None:
    review.take(reviewer_actor, submission.form_id)
    with pytest.raises(WrongState, match=reviewer.name):
        ACTS[number](second_reviewer_actor, submission.form_id)


def test_taking_over_and_handing_back(
    submission: Submission, reviewer_actor: Actor, second_reviewer_actor: Actor
) -> None:
    with pytest.raises(WrongState):
        review.take_over(reviewer_actor, submission.form_id)
    review.take(reviewer_actor, submission.form_id)
    review.take_over(second_reviewer_actor, submission.form_id)
    form = PartnerForm.objects.get(pk=submission.form_id)
    assert form.reviewer_id == second_reviewer_actor.user_id
    review.hand_back(second_reviewer_actor, submission.form_id)
    form = PartnerForm.objects.get(pk=submission.form_id)
    assert (form.state, form.reviewer_id) == (FormState.SUBMITTED, None)
    actions = (
        AuditEntry.objects.filter(object_type="intakeform").order_by("id").values_list("action", flat=True)
    )
    assert list(actions) == ["submit", "take", "take_over", "hand_back"]


def test_approving_brings_the_qualification_and_the_mail(
    submission: Submission, reviewer_actor: Actor
) -> None:
    review.take(reviewer_actor, submission.form_id)
    review.approve(reviewer_actor, submission.form_id)
    fresh = PartnerForm.objects.get(pk=submission.form_id)
    assert (fresh.state, fresh.partner.qualification) == (FormState.APPROVED, "qualified")
    assert OutboxMail.objects.filter(kind="intake.approved").count() == 2
    submission.refresh_from_db()
    assert submission.answer == "approved"


def test_declining_needs_a_known_reason_and_words(submission: Submission, reviewer_actor: Actor) -> None:
    review.take(reviewer_actor, submission.form_id)
    for code, text in (("no_such", "Because."), ("evidence", "  "), ("evidence", "x" * 2001)):
        with pytest.raises(Blocked):
            review.decline(reviewer_actor, submission.form_id, code, text)
    review.decline(reviewer_actor, submission.form_id, "evidence", "The contract ended in 2020.")
    form = PartnerForm.objects.get(pk=submission.form_id)
    assert (form.state, form.decision_code, form.partner.qualification) == (
        FormState.DECLINED,
        "evidence",
        "none",
    )
    mail = OutboxMail.objects.filter(kind="intake.declined")[0].email
    assert "The contract ended in 2020." in mail.message
    assert "The contract ended in 2020." in mail.html_message


@pytest.mark.parametrize(
    "points",
    [[], [("no_such_field", "What?")], [("sponsor", "")], [("sponsor", "x")] * 11, [("sponsor", "x" * 2001)]],
)
def test_points_name_a_field_and_say_what(
    submission: Submission, reviewer_actor: Actor, points: list[tuple[str, str]]
) -> None:
    review.take(reviewer_actor, submission.form_id)
    with pytest.raises(Blocked):
        review.ask_information(reviewer_actor, submission.form_id, points)
    assert state(submission) == FormState.IN_REVIEW


def test_information_comes_back_to_the_same_reviewer(
    form: PartnerForm, submission: Submission, applicant: Actor, reviewer_actor: Actor
) -> None:
    review.take(reviewer_actor, form.pk)
    review.ask_information(
        reviewer_actor, form.pk, [("sponsor", "Who sponsors you?"), ("contract_number", "Which?")]
    )
    mail = OutboxMail.objects.filter(kind="intake.information")[0].email
    assert "Who sponsors you?" in mail.message
    assert "http" in mail.message
    second = making.signed(form, applicant)
    fresh = PartnerForm.objects.get(pk=form.pk)
    assert (second.number, fresh.state, fresh.reviewer_id) == (2, FormState.SUBMITTED, reviewer_actor.user_id)
    assert fresh.respond_by == second.respond_by
    review.take(reviewer_actor, form.pk)
    review.approve(reviewer_actor, form.pk)
    assert set(Submission.objects.values_list("answer", flat=True)) == {"information_requested", "approved"}


def test_a_form_whose_reviewer_left_goes_back_to_the_queue(
    form: PartnerForm, submission: Submission, applicant: Actor, reviewer: User, reviewer_actor: Actor
) -> None:
    review.take(reviewer_actor, form.pk)
    review.ask_information(reviewer_actor, form.pk, [("sponsor", "Who?")])
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    making.signed(form, applicant)
    fresh = PartnerForm.objects.get(pk=form.pk)
    assert fresh.reviewer_id is None
    assert fresh.auto_review_at is not None


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_wins_and_the_other_reads_why(
    submission: Submission, reviewer_actor: Actor
) -> None:
    review.take(reviewer_actor, submission.form_id)
    start, refused, won = threading.Barrier(2), [], []

    def decide(act: Callable[[Actor, int], Any]) -> None:
        start.wait()
        try:
            act(reviewer_actor, submission.form_id)
            won.append(act)
        except Refusal as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    both = [threading.Thread(target=decide, args=[act]) for act in (ACTS[3], ACTS[4])]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert (len(won), len(refused)) == (1, 1)
    assert "was faster" in str(refused[0])
    submission.refresh_from_db()
    assert submission.answer == state(submission)
    assert OutboxMail.objects.filter(key__startswith=f"answer:{submission.pk}:0").exists()
    assert len(set(OutboxMail.objects.filter(key__startswith="answer:").values_list("kind", flat=True))) == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_who_take_one_form_one_holds_it(
    submission: Submission, reviewer_actor: Actor, second_reviewer_actor: Actor
) -> None:
    start, refused = threading.Barrier(2), []

    def take(actor: Actor) -> None:
        start.wait()
        try:
            review.take(actor, submission.form_id)
        except WrongState as wrong:
            refused.append(str(wrong))
        finally:
            connection.close()

    both = [threading.Thread(target=take, args=[actor]) for actor in (reviewer_actor, second_reviewer_actor)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(refused) == 1
    holder = PartnerForm.objects.get(pk=submission.form_id).reviewer
    assert holder is not None
    assert holder.name in refused[0]
