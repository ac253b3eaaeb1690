"""Saving and signing: P5 refuses and lets through, nothing is lost, nothing is written by half."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Blocked, NotAllowed, Stale, WrongState
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor
from gcc_portal.intake.models import FormState, IntakeForm, Submission
from gcc_portal.intake.services import save_step, sign_and_submit, withdraw
from partners.models import Partner, PartnerForm
from tests.intake import making

pytestmark = pytest.mark.django_db


def test_a_step_is_saved_as_a_draft(form: PartnerForm, applicant: Actor) -> None:
    saved = save_step(applicant, form.pk, "about-you", {"contact_name": "Sam Ärger 🙂", "stray": "x"}, 1)
    assert saved.revision == 2
    fresh = PartnerForm.objects.get(pk=form.pk)
    assert fresh.answers["contact_name"] == fresh.contact_name == "Sam Ärger 🙂"
    assert "stray" not in fresh.answers
    assert fresh.answers["description"] == form.answers["description"]


def test_saving_the_same_again_writes_nothing(form: PartnerForm, applicant: Actor) -> None:
    saved = save_step(applicant, form.pk, "about-you", {"contact_name": form.contact_name}, 1)
    assert saved.revision == 1


def test_an_old_tab_does_not_overwrite(form: PartnerForm, applicant: Actor) -> None:
    save_step(applicant, form.pk, "about-you", {"contact_name": "First Tab"}, 1)
    with pytest.raises(Stale):
        save_step(applicant, form.pk, "about-you", {"contact_name": "Second Tab"}, 1)
    assert PartnerForm.objects.get(pk=form.pk).contact_name == "First Tab"


def test_a_stranger_and_a_sales_agent_save_nothing(
    form: PartnerForm, stranger_actor: Actor, sales_actor: Actor
) -> None:
    for actor in (stranger_actor, sales_actor):
        with pytest.raises(NotAllowed):
            save_step(actor, form.pk, "about-you", {"contact_name": "X"}, 1)
    assert PartnerForm.objects.get(pk=form.pk).revision == 1


def test_signing_submits_and_confirms(form: PartnerForm, applicant: Actor) -> None:
    submission = making.signed(form, applicant)
    fresh = PartnerForm.objects.get(pk=form.pk)
    assert fresh.state == FormState.SUBMITTED
    assert fresh.respond_by == submission.respond_by
    assert fresh.auto_review_at is not None
    assert submission.answers == fresh.answers
    assert (submission.signatory_name, submission.signed_from) == ("Robin Office", applicant.address)
    assert submission.terms_version.startswith("partner-")
    assert set(OutboxMail.objects.values_list("kind", flat=True)) == {"intake.receipt"}
    entry = AuditEntry.objects.get(action="submit", object_type="intakeform")
    assert (entry.from_state, entry.to_state, entry.user_id) == ("draft", "submitted", applicant.user_id)
    assert Partner.objects.get(pk=form.partner_id).qualification == "pending"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"accepted": False}, "P5.terms"),
        ({"name": "  "}, "P5.signatory"),
        ({"title": ""}, "P5.signatory"),
        ({"name": "x" * 151}, "P5.signatory"),
    ],
)
def test_an_incomplete_signature_is_refused(
    form: PartnerForm, applicant: Actor, change: Any, code: str
) -> None:
    with pytest.raises(Blocked) as refused:
        sign_and_submit(applicant, form.pk, making.signature(form, **change))
    assert [blocker.code for blocker in refused.value.blockers] == [code]
    assert not Submission.objects.exists()
    assert AuditEntry.objects.get(refused=True).action == "submit"


def test_an_unfinished_step_is_named_with_the_way_to_it(form: PartnerForm, applicant: Actor) -> None:
    form.answers = {**form.answers, "description": "", "contact_phone": "nonsense"}
    form.save()
    with pytest.raises(Blocked) as refused:
        sign_and_submit(applicant, form.pk, making.signature(form))
    codes = [(blocker.code, blocker.field) for blocker in refused.value.blockers]
    assert codes == [("P5.incomplete", "contact_phone"), ("P5.incomplete", "description")]
    assert all(blocker.url for blocker in refused.value.blockers)


def test_other_terms_or_other_answers_than_shown_are_not_signed(form: PartnerForm, applicant: Actor) -> None:
    for change in ({"terms_version": "partner-2020-01"}, {"revision": 0}):
        with pytest.raises(Stale):
            sign_and_submit(applicant, form.pk, making.signature(form, **change))
    assert PartnerForm.objects.get(pk=form.pk).state == FormState.DRAFT


def test_a_signed_form_never_changes(submission: Submission, applicant: Actor) -> None:
    form = submission.form
    with pytest.raises(WrongState):
        save_step(applicant, form.pk, "about-you", {"contact_name": "X"}, 1)
    with pytest.raises(WrongState):
        sign_and_submit(applicant, form.pk, making.signature(form))
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    "field", ["answers", "signatory_name", "signed_at", "terms_version", "number", "respond_by"]
)
def test_the_database_refuses_a_change_of_what_was_signed(submission: Submission, field: str) -> None:
    other: dict[str, Any] = {
        "answers": {},
        "number": 9,
        "signed_at": "2020-01-01T00:00Z",
        "respond_by": "2020-01-01T00:00Z",
    }
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(**{field: other.get(field, "forged")})


def test_the_database_refuses_removal_and_a_second_decision(submission: Submission) -> None:
    row = Submission.objects.filter(pk=submission.pk)
    with pytest.raises(IntegrityError, match="never removed"), transaction.atomic():
        submission.delete()
    row.update(answer="under_review", answered_at=submission.signed_at)
    row.update(answer="approved", answered_at=submission.signed_at)
    with pytest.raises(IntegrityError, match="decided once"), transaction.atomic():
        row.update(answer="declined")


def test_withdrawing_a_signed_form(submission: Submission, applicant: Actor, stranger_actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        withdraw(stranger_actor, submission.form_id)
    withdraw(applicant, submission.form_id)
    form = PartnerForm.objects.get(pk=submission.form_id)
    assert (form.state, form.respond_by) == (FormState.WITHDRAWN, None)
    assert form.partner.qualification == "none"
    with pytest.raises(WrongState):
        withdraw(applicant, submission.form_id)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_double_click_signs_once(form: PartnerForm, applicant: Actor) -> None:
    given, refused = making.signature(form), []

    def click() -> None:
        try:
            sign_and_submit(applicant, form.pk, given)
        except WrongState as wrong:
            refused.append(wrong)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert Submission.objects.count() == 1
    assert len(refused) == 3
    assert IntakeForm.objects.get().state == FormState.SUBMITTED
