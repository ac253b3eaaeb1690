"""How the automatic review answers a partner's form, from its checks alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.identity.tenants.models import DirectoryTenant
from gcc_portal.intake.auto_review.sweep import sweep
from gcc_portal.intake.models import FormState, InformationPoint
from partners.models import Partner, PartnerForm
from tests.partners.conftest import signed

pytestmark = pytest.mark.django_db


def answered(actor: Actor, partner: Partner, **changes: Any) -> PartnerForm:
    """Return the form after the automatic review."""
    form = signed(actor, partner, **changes)
    PartnerForm.objects.filter(pk=form.pk).update(auto_review_at=timezone.now() - timedelta(seconds=1))
    sweep()
    partner.refresh_from_db()
    return PartnerForm.objects.get(pk=form.pk)


def test_a_clear_form_is_approved(applicant_actor: Actor, fabrikam: Partner) -> None:
    assert answered(applicant_actor, fabrikam).state == FormState.APPROVED
    assert fabrikam.qualification == "qualified"


def test_missing_evidence_is_asked_for(applicant_actor: Actor, fabrikam: Partner) -> None:
    form = answered(applicant_actor, fabrikam, contract_number="")
    assert form.state == FormState.INFORMATION_REQUESTED
    assert fabrikam.qualification == "pending"
    assert [point.field for point in InformationPoint.objects.all()] == ["contract_number"]


def test_p2_is_declined_outright(applicant_actor: Actor, fabrikam: Partner) -> None:
    form = signed(applicant_actor, fabrikam)
    Partner.objects.filter(pk=fabrikam.pk).update(role="indirect_reseller")
    PartnerForm.objects.filter(pk=form.pk).update(auto_review_at=timezone.now() - timedelta(seconds=1))
    sweep()
    assert PartnerForm.objects.get(pk=form.pk).state == FormState.DECLINED
    fabrikam.refresh_from_db()
    assert fabrikam.qualification == "none"


def test_p3_a_tenant_that_turns_out_to_be_in_azure_government_is_declined(
    applicant_actor: Actor, fabrikam: Partner
) -> None:
    form = signed(applicant_actor, fabrikam)
    DirectoryTenant.objects.filter(pk=fabrikam.tenant_id).update(kind="azure_government")
    PartnerForm.objects.filter(pk=form.pk).update(auto_review_at=timezone.now() - timedelta(seconds=1))
    sweep()
    assert PartnerForm.objects.get(pk=form.pk).state == FormState.DECLINED


def test_no_answer_of_the_directory_is_asked_about(applicant_actor: Actor, fabrikam: Partner) -> None:
    DirectoryTenant.objects.filter(pk=fabrikam.tenant_id).update(unreachable=True)
    assert answered(applicant_actor, fabrikam).state == FormState.INFORMATION_REQUESTED


def test_the_first_page_says_what_waits(
    client: Client, applicant: User, applicant_actor: Actor, fabrikam: Partner
) -> None:
    client.force_login(applicant)
    assert "Apply for Government Community Cloud" in client.get("/").content.decode()
    answered(applicant_actor, fabrikam, contract_number="")
    waiting = client.get("/").content.decode()
    assert "Answer what the reviewers ask" in waiting
    assert "Apply for Government Community Cloud" not in waiting
