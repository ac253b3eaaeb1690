"""The desk: what it decides from the checks alone, and when it answers."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from gcc_portal.core.business_time import is_open, respond_by
from gcc_portal.core.people.actors import Actor
from gcc_portal.identity.tenants.models import DirectoryTenant
from gcc_portal.intake.auto_review.decide import Decision, verdict
from gcc_portal.intake.auto_review.schedule import draw_review_time
from gcc_portal.intake.auto_review.sweep import sweep
from gcc_portal.intake.checks import run_checks
from gcc_portal.intake.kinds import KINDS, CheckResult, IntakeKind
from gcc_portal.intake.models import Check, FormState, Submission
from partners.models import Partner, PartnerForm
from tests.intake import making

O = Check.Outcome  # noqa: E741 - short in the table below
NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("America/New_York"))


def found(
    outcome: str,
    field: str = "contact_email",
    *,
    forbids: bool = False,
    code: str = "one",
    question: str = "",
) -> CheckResult:
    """Return what a check found."""
    return CheckResult(code, "A check", "Asked?", "Came back.", outcome, field, forbids, question)


class Kindred:
    """A kind of which the desk asks two things."""

    steps: Any = ()

    def __init__(self, needs_reviewer: bool = False) -> None:
        self.steps = KINDS["partner"].steps
        self.answer = needs_reviewer

    def needs_reviewer(self, _answers: dict[str, Any]) -> bool:
        return self.answer


@pytest.mark.parametrize(
    ("checks", "needs_reviewer", "decision"),
    [
        ([found(O.PASS)], False, Decision.APPROVE),
        ([found(O.PASS), found(O.PASS)], False, Decision.APPROVE),
        ([found(O.PASS)], True, Decision.LEAVE),
        ([], False, Decision.LEAVE),
        ([found(O.PASS), found(O.WARN)], False, Decision.ASK),
        ([found(O.FAIL)], False, Decision.ASK),
        ([found(O.COULD_NOT_CHECK)], False, Decision.ASK),
        ([found(O.WARN)], True, Decision.ASK),
        ([found(O.FAIL, forbids=True)], False, Decision.DECLINE),
        ([found(O.WARN), found(O.FAIL, forbids=True)], True, Decision.DECLINE),
        # A rule that was asked and forbids nothing.
        ([found(O.PASS, forbids=True)], False, Decision.APPROVE),
    ],
)
def test_what_the_desk_decides(checks: list[CheckResult], needs_reviewer: bool, decision: Decision) -> None:
    kind: Any = Kindred(needs_reviewer)
    assert verdict(checks, {}, kind).decision == decision


def test_the_desk_asks_one_point_a_field() -> None:
    kind: Any = Kindred()
    checks = [
        found(O.WARN, question="First?"),
        found(O.FAIL, question="Second?"),
        found(O.WARN, question="First?"),
        found(O.WARN, "tenant_id"),
        found(O.WARN, "no_such_field"),
    ]
    points = verdict(checks, {}, kind).points
    assert [field for field, _text in points] == ["contact_email", "tenant_id", "contact_name"]
    assert points[0][1] == "First? Second?"
    assert "Came back." not in " ".join(text for _field, text in points)


def test_a_clear_form_is_approved(submission: Submission) -> None:
    assert sweep() == {"approve": 1}
    form = PartnerForm.objects.get(pk=submission.form_id)
    assert form.state == FormState.APPROVED
    assert form.partner.qualification == "qualified"
    assert set(submission.checks.values_list("outcome", flat=True)) == {"pass"}


def test_a_tenant_that_moved_to_azure_government_is_declined(submission: Submission) -> None:
    DirectoryTenant.objects.filter(pk=submission.answers["tenant_id"]).update(kind="azure_government")
    assert sweep() == {"decline": 1}
    form = PartnerForm.objects.get(pk=submission.form_id)
    assert (form.state, form.decision_code) == (FormState.DECLINED, "tenant")
    assert form.partner.qualification == "none"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contact_email": "robin@gmail.com"}, "contact_email"),
        ({"contact_email": "robin@elsewhere.example"}, "contact_email"),
        ({"contract_number": ""}, "contract_number"),
    ],
)
def test_what_is_not_clear_is_asked_for(
    fabrikam: Partner, applicant: Actor, change: dict[str, str], field: str
) -> None:
    submission = making.signed(making.draft(fabrikam, **change), applicant)
    assert sweep() == {"ask": 1}
    form = PartnerForm.objects.get(pk=submission.form_id)
    assert form.state == FormState.INFORMATION_REQUESTED
    assert list(submission.points.values_list("field", flat=True)) == [field]


def test_a_directory_that_does_not_answer_is_no_proof(submission: Submission) -> None:
    DirectoryTenant.objects.filter(pk=submission.answers["tenant_id"]).update(unreachable=True)
    sweep()
    assert submission.checks.get(code="tenant").outcome == O.COULD_NOT_CHECK
    assert PartnerForm.objects.get(pk=submission.form_id).state == FormState.INFORMATION_REQUESTED


@pytest.mark.django_db
def test_another_form_of_the_organization_is_seen(fabrikam: Partner, applicant: Actor) -> None:
    making.due_form(name="fabrikam distribution", state=FormState.IN_REVIEW)
    submission = making.signed(making.draft(fabrikam), applicant)
    check = next(check for check in run_checks(submission.form) if check.code == "earlier_form")
    assert check.outcome == O.WARN


def test_checks_are_written_once(submission: Submission) -> None:
    first = run_checks(submission.form)
    assert [check.pk for check in run_checks(submission.form)] == [check.pk for check in first]
    assert submission.checks.count() == len(first) >= 8


def test_a_form_that_needs_a_reviewer_is_left_to_one(submission: Submission, monkeypatch: Any) -> None:
    kind: IntakeKind = KINDS["partner"]
    monkeypatch.setattr(type(kind), "needs_reviewer", lambda _self, _answers: True)
    assert sweep() == {"leave": 1}
    form = PartnerForm.objects.get(pk=submission.form_id)
    assert (form.state, form.auto_review_at) == (FormState.SUBMITTED, None)
    assert sweep() == {}


def test_the_desk_does_not_ask_the_same_twice(fabrikam: Partner, applicant: Actor) -> None:
    form = making.draft(fabrikam, contact_email="robin@gmail.com")
    making.signed(form, applicant)
    sweep()
    making.signed(form, applicant)
    assert sweep() == {"leave": 1}
    assert form.submissions.count() == 2


def test_an_approval_that_a_rule_forbids_is_left_to_a_reviewer(
    submission: Submission, monkeypatch: Any
) -> None:
    Partner.objects.filter(pk=submission.form.specific.partner_id).update(qualification="none")
    assert sweep() == {"leave": 1}
    form = PartnerForm.objects.get(pk=submission.form_id)
    assert (form.state, form.reviewer, form.error) == (FormState.SUBMITTED, None, "")
    submission.refresh_from_db()
    assert submission.answer == ""


@pytest.mark.parametrize("number", range(8))
def test_at_the_real_pace_the_moment_lies_in_desk_hours_before_the_deadline(
    settings: Any, number: int
) -> None:
    settings.INTAKE_DESK_PACE = "real"
    moment = draw_review_time(NOON, f"REFERENCE:{number}")
    assert moment is not None
    assert NOON < moment < respond_by(NOON)
    assert is_open(moment)
    assert moment == draw_review_time(NOON, f"REFERENCE:{number}")


def test_other_paces(settings: Any) -> None:
    settings.INTAKE_DESK_PACE = "8"
    assert draw_review_time(NOON, "x") == NOON + timedelta(seconds=8)
    settings.INTAKE_DESK_PACE = "off"
    assert draw_review_time(NOON, "x") is None
    settings.INTAKE_DESK_PACE = "soon"
    with pytest.raises(ImproperlyConfigured):
        draw_review_time(NOON, "x")


def test_the_desk_that_is_off_answers_nothing(submission: Submission, settings: Any) -> None:
    settings.INTAKE_DESK_PACE = "off"
    assert sweep() == {}
    assert PartnerForm.objects.get(pk=submission.form_id).state == FormState.SUBMITTED
    assert timezone.now() < submission.respond_by
