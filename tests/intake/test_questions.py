"""What an applicant is asked when a check does not pass: a question to answer, and nothing of anybody else."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from customers.models import CustomerForm
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.identity.registry.models import GovDomain
from gcc_portal.intake.auto_review.decide import verdict
from gcc_portal.intake.auto_review.sweep import sweep
from gcc_portal.intake.checks import gather, run_checks
from gcc_portal.intake.kinds import CheckResult, kind_of, step_of_field
from gcc_portal.intake.models import Check, FormState, IntakeForm, Submission
from partners.models import Partner
from tests.customers.conftest import COMMERCIAL, answers, contact, filled, harborview, signed  # noqa: F401
from tests.intake import making

Filler = Callable[..., CustomerForm]
pytestmark = pytest.mark.django_db
RULE = re.compile(r"\(?\b[PCAORT]\d\b\)?")
NOTHING = {"contact_email": "robin@gmail.com", "criteria": [], "contract_number": "", "tenant_id": ""}


def asked(form: IntakeForm, **changes: Any) -> list[CheckResult]:
    """Return what does not pass when the signed answers are these."""
    context = making.context_with(form, **changes)
    return [each for each in gather(context) if each.outcome != Check.Outcome.PASS]


def must_be_good(kind: Any, found: list[CheckResult]) -> None:
    """Each check has its own question, tied to an answer that the form asks for, and names no rule."""
    for each in found:
        question = str(each.question)
        assert len(question) > 30, each.code
        assert not RULE.search(question), question
        assert str(each.label) not in question or each.code == "criteria"
        assert each.code == "signature" or step_of_field(kind, each.field), each.code


def test_every_check_of_a_partners_form_asks(submission: Submission, fabrikam: Partner) -> None:
    Partner.objects.filter(pk=fabrikam.pk).update(csp_enrolled=False, role="indirect_reseller")
    making.due_form(name=fabrikam.name, state=FormState.IN_REVIEW)
    form = submission.form.specific
    found = asked(form, **{**NOTHING, "tenant_id": "99999999-aaaa-4bbb-8ccc-000000000009"})
    must_be_good(kind_of(form), found)
    assert {each.code for each in found} == {
        "tenant", "email_domain", "free_mail", "earlier_form", "csp_enrolment", "csp_role", "own_tenant", "criteria",
        "evidence",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"validation_option": "general", "partner_tenant_id": ""}, {"validation_option", "transacting_partner"}),
        ({"contact_email": "eve@gmail.com"}, {"email_domain", "free_mail"}),
        ({"category": "other"}, {"category"}),
        ({"web_domain": "harborview.org"}, {"gov_registry", "gov_registrant"}),
        ({"organization_name": "City of Elsewhere"}, {"gov_registrant"}),
        ({"category": "tribal"}, {"category_evidence", "gov_registrant"}),
        ({**COMMERCIAL, "us_presence": "no", "regulated_data": []}, {"us_presence", "regulated_data"}),
    ],
)  # fmt: skip
def test_every_check_of_a_customers_form_asks(
    signed: Filler,  # noqa: F811
    harborview: GovDomain,  # noqa: F811
    changes: dict[str, Any],
    codes: set[str],
) -> None:
    form = signed()
    found = asked(form, **changes)
    must_be_good(kind_of(form), found)
    assert codes <= {each.code for each in found}


def test_the_mail_tells_nothing_of_another_form(
    signed: Filler,  # noqa: F811
    settings: Any,
) -> None:
    first = signed(web_domain="harborview.org")
    settings.INTAKE_DESK_PACE = "0"
    second = signed(contact_email="eve@evilmail.example", web_domain="harborview.org")
    IntakeForm.objects.filter(pk=first.pk).update(auto_review_at=None)
    assert sweep() == {"ask": 1}
    checks = second.submissions.get().checks.all()
    assert first.reference in checks.get(code="earlier_form").came_back
    told = [mail for mail in Email.objects.all() if mail.to == ["eve@evilmail.example"]]
    wanted = next(mail for mail in told if "need more information" in mail.subject)
    for body in (wanted.message, wanted.html_message):
        assert "a colleague" in body
        assert first.reference not in body
        assert first.get_state_display() not in body
        assert not RULE.search(body)
        assert "proves nothing" not in body
        assert "#id_explanation" in body


def test_the_same_question_is_asked_once(signed: Filler) -> None:  # noqa: F811
    form = signed()
    assert form.latest is not None
    found = [
        each for each in gather(making.context_with(form)) if each.code in ("gov_registry", "gov_registrant")
    ]
    points = verdict(found, form.answers, kind_of(form)).points
    assert [field for field, _text in points] == ["explanation"]
    assert points[0][1].count("not in the .gov registry") == 1


def test_a_check_that_passed_asks_nothing(submission: Submission) -> None:
    assert {check.question for check in run_checks(submission.form)} == {""}


def test_an_explanation_is_kept_and_shown_to_the_reviewer(
    fabrikam: Partner, applicant: Actor, reviewer: User, client_of: Callable[[User], Client]
) -> None:
    form = making.draft(fabrikam, explanation="Our mail is run by the parent company.")
    making.signed(form, applicant)
    page = client_of(reviewer).get(reverse("review:form", args=[form.reference])).content.decode()
    assert "Our mail is run by the parent company." in page
