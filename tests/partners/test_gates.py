"""P1 to P5 at the gate: each rule refuses and lets through, and says where to go on."""

from typing import Any

import pytest

from gcc_portal.identity.tenants.kinds import TenantKind
from gcc_portal.identity.tenants.models import DirectoryTenant
from gcc_portal.intake.tenant_answers import ask_directory
from partners.gates import qualification as gates
from partners.models import Partner, PartnerForm
from tests import factories
from tests.partners.conftest import answers_for, codes

pytestmark = pytest.mark.django_db


def commercial_tenant_of(partner: Partner, tenant_id: Any) -> list[Any]:
    """Return P3's blockers, by the directory's answer."""
    return gates.commercial_tenant(partner, str(tenant_id), ask_directory(str(tenant_id)))


def test_p1_lets_an_enrolled_organization_apply(fabrikam: Partner) -> None:
    assert gates.can_apply(fabrikam) == []


def test_p1_refuses_an_organization_outside_csp_and_says_where_to_enroll(fabrikam: Partner) -> None:
    fabrikam.csp_enrolled = False
    (blocker,) = gates.can_apply(fabrikam)
    assert blocker.code == "P1.not_enrolled"
    assert "partner.microsoft.com" in str(blocker.next_step)
    assert codes(gates.can_be_qualified(fabrikam)) == ["P1.not_enrolled"]


def test_p2_names_the_indirect_provider(northwind: Partner) -> None:
    (blocker,) = gates.can_apply(northwind)
    assert blocker.code == "P2.indirect_reseller"
    assert "Fabrikam Distribution" in str(blocker.next_step)


def test_p2_without_a_known_provider_still_says_the_way(db: None) -> None:
    lone = factories.partner("Lone Resale", role="indirect_reseller")
    (blocker,) = gates.can_apply(lone)
    assert blocker.code == "P2.indirect_reseller"
    assert "indirect provider" in str(blocker.next_step)


@pytest.mark.parametrize("role", ["direct_bill", "indirect_provider"])
def test_p2_lets_transacting_partners_through(role: str) -> None:
    assert gates.transacting(factories.partner(role=role)) == []


def test_p3_lets_the_own_commercial_tenant_through(fabrikam: Partner) -> None:
    assert commercial_tenant_of(fabrikam, fabrikam.tenant_id) == []


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("azure_government", "Azure Government"),
        ("dod", "Department of Defense"),
        ("gcc", "Government Community Cloud"),
        ("china", "China"),
    ],
)
def test_p3_says_which_cloud_a_wrong_id_belongs_to(fabrikam: Partner, kind: str, word: str) -> None:
    (blocker,) = commercial_tenant_of(fabrikam, factories.tenant(kind).tenant_id)
    assert blocker.code == f"P3.{kind}"
    assert blocker.field == "tenant_id"
    assert word in str(blocker.message)
    assert str(fabrikam.tenant_id) in str(blocker.next_step)
    assert blocker.url == "/organization/"


def test_p3_refuses_the_own_id_when_its_tenant_is_not_commercial(fabrikam: Partner) -> None:
    DirectoryTenant.objects.filter(pk=fabrikam.tenant_id).update(kind="azure_government")
    assert codes(commercial_tenant_of(fabrikam, fabrikam.tenant_id)) == ["P3.azure_government"]


def test_p3_refuses_another_organizations_commercial_tenant(fabrikam: Partner, contoso: Partner) -> None:
    (blocker,) = commercial_tenant_of(fabrikam, contoso.tenant_id)
    assert blocker.code == "P3.not_yours"
    assert "Contoso" not in str(blocker)


def test_p3_refuses_what_no_cloud_knows(fabrikam: Partner) -> None:
    assert codes(commercial_tenant_of(fabrikam, "99999999-aaaa-4bbb-8ccc-000000000009")) == ["P3.not_found"]


def test_p3_could_not_check_is_not_not_found(fabrikam: Partner) -> None:
    DirectoryTenant.objects.filter(pk=fabrikam.tenant_id).update(unreachable=True)
    assert ask_directory(str(fabrikam.tenant_id))["kind"] == TenantKind.UNCHECKED
    assert commercial_tenant_of(fabrikam, fabrikam.tenant_id) == []


def test_p3_does_not_believe_an_answer_about_another_id(
    fabrikam: Partner, wrong_tenant: DirectoryTenant
) -> None:
    about_own = ask_directory(str(fabrikam.tenant_id))
    found = gates.commercial_tenant(fabrikam, str(wrong_tenant.pk), about_own)
    assert codes(found) == ["P3.not_yours"]


def test_p4_links_to_the_open_form(fabrikam: Partner) -> None:
    form = PartnerForm.objects.create(
        kind="partner", partner=fabrikam, applicant_key=f"partner:{fabrikam.pk}"
    )
    (blocker,) = gates.can_apply(fabrikam)
    assert blocker.code == "P4.open_form"
    assert blocker.url == f"/organization/intake/forms/{form.reference}/"


@pytest.mark.parametrize("state", ["approved", "declined", "withdrawn"])
def test_p4_lets_a_new_form_follow_a_closed_one(fabrikam: Partner, state: str) -> None:
    PartnerForm.objects.create(kind="partner", partner=fabrikam, state=state)
    assert gates.can_apply(fabrikam) == []


def test_p4_a_qualified_partner_need_not_apply(contoso: Partner) -> None:
    assert codes(gates.can_apply(contoso)) == ["P4.qualified"]


def test_p4_a_revoked_partner_writes_first(db: None) -> None:
    (blocker,) = gates.can_apply(factories.partner(qualification="revoked"))
    assert blocker.code == "P4.revoked"
    assert "usgcce@microsoft.com" in str(blocker.next_step)


def test_p5_an_incomplete_form_is_not_signed(fabrikam: Partner) -> None:
    answers = answers_for(fabrikam, description="")
    form = PartnerForm.objects.create(kind="partner", partner=fabrikam, answers=answers)
    assert codes(gates.can_submit(form)) == ["P5.incomplete"]
    form.answers = answers_for(fabrikam)
    assert gates.can_submit(form) == []


def test_holding_the_qualification(contoso: Partner, fabrikam: Partner, northwind: Partner) -> None:
    assert gates.holds_qualification(contoso) == []
    (missing,) = gates.holds_qualification(fabrikam)
    assert missing.code == "P4.not_qualified"
    assert missing.url == "/organization/legal-info/"
    assert codes(gates.holds_qualification(northwind)) == ["P2.indirect_reseller"]


@pytest.mark.parametrize(
    ("state", "word"), [("pending", "reviewed"), ("revoked", "revoked"), ("none", "applies")]
)
def test_not_holding_it_says_what_comes_next(state: str, word: str) -> None:
    (blocker,) = gates.holds_qualification(factories.partner(qualification=state))
    assert word in str(blocker.next_step)
