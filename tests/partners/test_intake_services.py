"""The partner form at the services and at the transitions: what refuses, and what an answer brings about."""

import pytest

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked, NotAllowed, WrongState
from gcc_portal.core.machine import apply_transition
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor, auto_reviewer
from gcc_portal.identity.tenants.models import DirectoryTenant
from gcc_portal.intake import review
from gcc_portal.intake.models import FormState
from gcc_portal.intake.services import sign_and_submit, withdraw
from gcc_portal.intake.tenant_answers import ask_for_applicant
from gcc_portal.models import AuditEntry
from partners.models import Partner, PartnerForm
from partners.services import forms as form_services
from tests import factories
from tests.partners.conftest import codes, filled, signature, signed

pytestmark = pytest.mark.django_db


def fresh(partner: Partner) -> Partner:
    return Partner.objects.get(pk=partner.pk)


def test_signing_makes_the_qualification_pending(applicant_actor: Actor, fabrikam: Partner) -> None:
    form = signed(applicant_actor, fabrikam)
    assert form.state == FormState.SUBMITTED
    assert form.tenant_answer["kind"] == "commercial"
    assert fresh(fabrikam).qualification == "pending"
    assert [entry.action for entry in history_of(fabrikam)] == ["apply"]


def test_p1_no_form_is_started_outside_csp(applicant_actor: Actor, fabrikam: Partner) -> None:
    Partner.objects.filter(pk=fabrikam.pk).update(csp_enrolled=False)
    with pytest.raises(Blocked) as refused:
        form_services.start_form(applicant_actor)
    assert codes(refused.value) == ["P1.not_enrolled"]
    assert not PartnerForm.objects.exists()
    entry = AuditEntry.objects.get(refused=True)
    assert (entry.action, entry.object_id) == ("start_partner_form", str(fabrikam.pk))


def test_p1_holds_at_the_signing_too(applicant_actor: Actor, fabrikam: Partner) -> None:
    form = filled(applicant_actor, fabrikam)
    Partner.objects.filter(pk=fabrikam.pk).update(csp_enrolled=False)
    with pytest.raises(Blocked) as refused:
        sign_and_submit(applicant_actor, form.pk, signature(form))
    assert "P1.not_enrolled" in codes(refused.value)
    assert PartnerForm.objects.get(pk=form.pk).state == FormState.DRAFT


def test_p2_a_reseller_starts_no_form(northwind: Partner) -> None:
    actor = factories.actor(factories.agent(northwind).user)
    with pytest.raises(Blocked) as refused:
        form_services.start_form(actor)
    assert codes(refused.value) == ["P2.indirect_reseller"]


def test_p3_the_wrong_cloud_is_refused_at_the_signing(
    applicant_actor: Actor, fabrikam: Partner, wrong_tenant: DirectoryTenant
) -> None:
    form = filled(applicant_actor, fabrikam, tenant_id=str(wrong_tenant.pk))
    with pytest.raises(Blocked) as refused:
        sign_and_submit(applicant_actor, form.pk, signature(form))
    assert codes(refused.value) == ["P3.azure_government"]
    assert fresh(fabrikam).qualification == "none"
    assert AuditEntry.objects.filter(refused=True, action="submit").count() == 1


def test_p3_no_answer_of_the_directory_lets_the_own_id_through(
    applicant_actor: Actor, fabrikam: Partner
) -> None:
    DirectoryTenant.objects.filter(pk=fabrikam.tenant_id).update(unreachable=True)
    form = signed(applicant_actor, fabrikam)
    assert form.tenant_answer["kind"] == "unchecked"


def test_p3_what_a_form_was_signed_with_stays(applicant_actor: Actor, fabrikam: Partner) -> None:
    form = signed(applicant_actor, fabrikam)
    DirectoryTenant.objects.filter(pk=fabrikam.tenant_id).update(kind="azure_government")
    assert ask_for_applicant(form, str(fabrikam.tenant_id))["kind"] == "azure_government"
    assert PartnerForm.objects.get(pk=form.pk).tenant_answer["kind"] == "commercial"


def test_p3_at_the_approval(applicant_actor: Actor, fabrikam: Partner, reviewer_actor: Actor) -> None:
    form = signed(applicant_actor, fabrikam)
    review.take(reviewer_actor, form.pk)
    PartnerForm.objects.filter(pk=form.pk).update(
        tenant_answer=form.tenant_answer | {"kind": "azure_government"}
    )
    with pytest.raises(Blocked) as refused:
        review.approve(reviewer_actor, form.pk)
    assert codes(refused.value) == ["P3.azure_government"]
    assert fresh(fabrikam).qualification == "pending"


def test_p4_one_open_form(applicant_actor: Actor, fabrikam: Partner) -> None:
    form_services.start_form(applicant_actor)
    with pytest.raises(Blocked) as refused:
        form_services.start_form(applicant_actor)
    assert codes(refused.value) == ["P4.open_form"]
    assert PartnerForm.objects.count() == 1


def test_p4_a_qualified_partner_starts_no_form(admin_actor: Actor) -> None:
    with pytest.raises(Blocked) as refused:
        form_services.start_form(admin_actor)
    assert codes(refused.value) == ["P4.qualified"]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"name": " "}, "P5.signatory"), ({"title": ""}, "P5.signatory"), ({"accepted": False}, "P5.terms")],
)
def test_p5_a_contract_needs_its_signatory(
    applicant_actor: Actor, fabrikam: Partner, change: dict[str, object], code: str
) -> None:
    form = filled(applicant_actor, fabrikam)
    with pytest.raises(Blocked) as refused:
        sign_and_submit(applicant_actor, form.pk, signature(form, **change))
    assert codes(refused.value) == [code]
    assert fresh(fabrikam).qualification == "none"


def test_a_sales_agent_signs_nothing(sales_actor: Actor, contoso: Partner) -> None:
    with pytest.raises(NotAllowed):
        form_services.start_form(sales_actor)


@pytest.mark.parametrize("name", ["apply", "qualify"])
def test_the_transition_itself_meets_p1_and_p2(northwind: Partner, name: str) -> None:
    northwind.csp_enrolled = False
    northwind.save()
    Partner.objects.filter(pk=northwind.pk).update(qualification="none" if name == "apply" else "pending")
    with pytest.raises(Blocked) as refused:
        getattr(fresh(northwind), name)()
    assert codes(refused.value) == ["P1.not_enrolled", "P2.indirect_reseller"]


def test_submit_called_directly_meets_the_gate(
    applicant_actor: Actor, fabrikam: Partner, wrong_tenant: DirectoryTenant
) -> None:
    form = filled(applicant_actor, fabrikam, tenant_id=str(wrong_tenant.pk))
    ask_for_applicant(form, str(wrong_tenant.pk))
    with pytest.raises(Blocked) as refused:
        form.submit(at=None, respond_by=None, auto_review_at=None)
    assert codes(refused.value) == ["P3.azure_government"]
    assert form.state == FormState.DRAFT


def test_an_approval_qualifies_and_mails_the_way_on(
    applicant_actor: Actor, fabrikam: Partner, reviewer_actor: Actor
) -> None:
    form = signed(applicant_actor, fabrikam)
    review.take(reviewer_actor, form.pk)
    review.approve(reviewer_actor, form.pk)
    now = fresh(fabrikam)
    assert now.qualification == "qualified"
    assert now.qualified_at is not None
    mails = [row.email for row in OutboxMail.objects.filter(kind="intake.approved")]
    admins = {agent.user.email for agent in fabrikam.agents.all()}
    assert {address for mail in mails for address in mail.to} == admins | {form.contact_email}
    assert all("/organization/legal-info/" in mail.message for mail in mails)


def test_a_decline_gives_the_partner_its_way_back(
    applicant_actor: Actor, fabrikam: Partner, reviewer_actor: Actor
) -> None:
    form = signed(applicant_actor, fabrikam)
    review.take(reviewer_actor, form.pk)
    review.decline(reviewer_actor, form.pk, "evidence", "The contract ended in 2019.")
    assert fresh(fabrikam).qualification == "none"
    assert form_services.start_form(applicant_actor).state == FormState.DRAFT


def test_a_withdrawal_too(applicant_actor: Actor, fabrikam: Partner) -> None:
    form = signed(applicant_actor, fabrikam)
    withdraw(applicant_actor, form.pk)
    assert fresh(fabrikam).qualification == "none"


def test_a_resubmission_stays_pending(
    applicant_actor: Actor, fabrikam: Partner, reviewer_actor: Actor
) -> None:
    form = signed(applicant_actor, fabrikam)
    review.take(reviewer_actor, form.pk)
    review.ask_information(reviewer_actor, form.pk, [("contract_number", "Until when does it run?")])
    sign_and_submit(applicant_actor, form.pk, signature(form))
    assert fresh(fabrikam).qualification == "pending"
    assert [entry.action for entry in history_of(fabrikam)] == ["apply"]


def test_nobody_jumps_to_qualified(fabrikam: Partner, reviewer_actor: Actor) -> None:
    with pytest.raises(WrongState):
        apply_transition(fresh(fabrikam), "qualify", reviewer_actor)
    with pytest.raises(AttributeError):
        fresh(fabrikam).qualification = "qualified"
    with pytest.raises(NotAllowed):
        apply_transition(fresh(fabrikam), "revoke", auto_reviewer())
