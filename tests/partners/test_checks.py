"""The partner's own checks: their outcomes, and the fields that they point to."""

from typing import Any

import pytest
from django.core.files.base import ContentFile

from gcc_portal.core.people.actors import Actor
from gcc_portal.intake.kinds import CheckResult, kind_of
from gcc_portal.intake.models import Attachment
from partners.criteria import EVIDENCE_OF, Criterion, Evidence
from partners.gates.qualification import REQUIRED_ANSWERS
from partners.intake import STEPS
from partners.models import Partner, PartnerForm
from tests.intake import making
from tests.partners.conftest import answers_for, signed

pytestmark = pytest.mark.django_db


def checks(form: PartnerForm, **changes: Any) -> dict[str, CheckResult]:
    form = PartnerForm.objects.get(pk=form.pk)
    context = making.context_with(form, **answers_for(form.partner, **changes))
    found = kind_of(form).checks(context)
    return {check.code: check for check in found}


@pytest.fixture
def form(applicant_actor: Actor, fabrikam: Partner) -> PartnerForm:
    return signed(applicant_actor, fabrikam)


def test_all_pass_for_a_clear_form(form: PartnerForm) -> None:
    assert {check.outcome for check in checks(form).values()} == {"pass"}


def test_enrolment_and_role_fail_where_they_lapsed(form: PartnerForm) -> None:
    Partner.objects.filter(pk=form.partner_id).update(csp_enrolled=False, role="indirect_reseller")
    found = checks(form)
    assert (found["csp_enrolment"].outcome, found["csp_enrolment"].forbids) == ("fail", False)
    assert (found["csp_role"].outcome, found["csp_role"].forbids) == ("fail", True)


def test_another_tenant_fails(form: PartnerForm) -> None:
    found = checks(form, tenant_id="99999999-aaaa-4bbb-8ccc-000000000009")["own_tenant"]
    assert (found.outcome, found.field) == ("fail", "tenant_id")
    assert str(form.partner.tenant_id) in str(found.came_back)


def test_no_criterion_fails(form: PartnerForm) -> None:
    assert checks(form, criteria=[])["criteria"].outcome == "fail"


@pytest.mark.parametrize(
    ("criteria", "given", "outcome", "field"),
    [
        (["government_contracts"], {"contract_number": ""}, "warn", "contract_number"),
        (["contract_vehicles"], {}, "warn", "gsa_schedule"),
        (["contract_vehicles"], {"gsa_schedule": "47QTCA"}, "pass", ""),
        (["contract_vehicles", "government_contracts"], {}, "pass", ""),
        (["serves_government"], {"sponsor": "City of Tacoma"}, "warn", "sponsor"),
    ],
)
def test_evidence_belongs_to_a_criterion(
    form: PartnerForm, criteria: list[str], given: dict[str, str], outcome: str, field: str
) -> None:
    found = checks(form, criteria=criteria, **given)["evidence"]
    assert (found.outcome, found.field) == (outcome, field)


def test_a_sponsor_needs_an_attached_file(form: PartnerForm) -> None:
    Attachment.objects.create(
        form=form,
        file=ContentFile(b"%PDF-1.4", name="x"),
        name="letter.pdf",
        content_type="application/pdf",
        size=8,
    )
    found = checks(form, criteria=["serves_government"], sponsor="City of Tacoma")["evidence"]
    assert found.outcome == "pass"
    assert "letter.pdf" in str(found.came_back)


def test_the_gate_requires_what_the_steps_require() -> None:
    """Gates import no forms, so the names stand twice."""
    required = {name for step in STEPS for name, field in step.form.base_fields.items() if field.required}
    assert set(REQUIRED_ANSWERS) == required


def test_each_criterion_has_its_evidence_as_a_field_of_the_form() -> None:
    fields = {name for step in STEPS for name in step.form.base_fields}
    assert set(EVIDENCE_OF) == set(Criterion)
    assert set(EVIDENCE_OF.values()) == set(Evidence) <= fields
