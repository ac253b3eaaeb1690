"""A1 to A3, O2 and O3 at the gates and at a transition called directly."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers.gates import adding
from customers.gates.adding import (
    can_add_customer,
    can_add_gcc_customer,
    can_be_granted,
    can_provision,
    register_commerce_gate,
    usable_validation,
)
from customers.gates.segments import allowed_segments, can_attest, has_agreement
from customers.models import CustomerCreation, SpecialQualification, ValidationId
from gcc_portal.core.gates import Blocked, Blocker
from gcc_portal.core.people.actors import Actor
from partners.models import Partner
from tests import factories
from tests.customers.conftest import ACCOUNT, Drafter

pytestmark = pytest.mark.django_db
GCC = factories.GCC


def codes(blockers: list[Blocker]) -> list[str]:
    return [blocker.code for blocker in blockers]


@pytest.mark.parametrize(
    ("kinds", "segments"),
    [
        (set(), {"commercial"}),
        ({"education"}, {"commercial", "education"}),
        ({"nonprofit"}, {"commercial", "nonprofit"}),
        ({"education", "nonprofit"}, {"commercial", "education", "nonprofit"}),
        ({"state_owned_entity"}, {"commercial"}),
        ({"education", "state_owned_entity"}, {"commercial", "education"}),
        ({GCC}, {"government"}),
        ({GCC, "state_owned_entity"}, {"government"}),
        ({GCC, "education"}, {"government"}),
        ({"something_new"}, {"commercial"}),
    ],
)
def test_o2_what_each_qualification_may_be_sold(kinds: set[str], segments: set[str]) -> None:
    assert allowed_segments(kinds) == segments


def test_a1_only_a_qualified_partner_adds_gcc_customers(contoso: Partner, fabrikam: Partner) -> None:
    assert can_add_gcc_customer(contoso) == []
    refused = can_add_gcc_customer(fabrikam)
    assert codes(refused) == ["A1.not_qualified"]
    assert refused[0].to == ("partners:legal-info", ())


def test_p2_a_reseller_is_sent_to_its_provider(contoso: Partner, northwind: Partner) -> None:
    assert can_add_customer(contoso) == []
    refused = can_add_customer(northwind)
    assert codes(refused) == ["P2.reseller"]
    assert "Fabrikam Distribution" in str(refused[0])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, None),
        ({"state": "revoked"}, "A2.revoked"),
        ({"state": "expired"}, "A2.expired"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "A2.expired"),
        ({"state": "exhausted", "used": 5}, "A2.exhausted"),
        ({"used": 3, "reserved": 2}, "A2.exhausted"),
        ({"organization_name": "City of Somewhere Else"}, "A2.other_organization"),
        ({"organization_name": "County of Harborview"}, None),
    ],
)
def test_a2_a_validation_id_must_be_in_force_and_for_this_organization(
    contoso: Partner, fields: dict[str, Any], code: str | None
) -> None:
    name = fields.pop("organization_name", "Harborview County")
    validation = factories.validation_id(contoso, name, **fields)
    found = usable_validation(validation, contoso, "Harborview County")
    assert codes(found) == ([code] if code else [])


def test_a2_another_partners_id_reads_like_an_unknown_one(contoso: Partner, tailspin: Partner) -> None:
    theirs = factories.validation_id(tailspin, "Harborview County")
    other = usable_validation(theirs, contoso, "Harborview County")
    unknown = usable_validation(None, contoso, "Harborview County")
    assert other == unknown
    assert codes(unknown) == ["A2.unknown"]
    assert "usgcce@microsoft.com" in str(unknown[0])


def test_a1_and_a2_hold_at_the_transitions_called_directly(
    contoso: Partner, fabrikam: Partner, validation: ValidationId
) -> None:
    answers = {"account": ACCOUNT, "qualification": {"kind": GCC}, "validation": {"number": "1"}}
    mine = CustomerCreation(partner=contoso, company_name="Harborview County", answers=answers)
    with pytest.raises(Blocked) as refused:
        mine.check_qualification()
    assert codes(refused.value.blockers) == ["A2.unknown"]
    mine.validation = validation
    mine.check_qualification()
    assert mine.state == "qualification_checked"

    with pytest.raises(Blocked) as refused:
        mine.provision()
    assert codes(refused.value.blockers) == ["A2.incomplete"]
    mine.answers["agreement"] = {"later": True}
    validation.used = 5
    with pytest.raises(Blocked) as refused:
        mine.provision()
    assert codes(refused.value.blockers) == ["A2.exhausted"]
    validation.used = 0
    mine.provision()
    assert mine.state == "provisioning"

    theirs = CustomerCreation(
        partner=fabrikam, company_name="Harborview County", answers=answers, validation=validation
    )
    with pytest.raises(Blocked) as refused:
        theirs.check_qualification()
    assert codes(refused.value.blockers) == ["A1.not_qualified", "A2.unknown"]


def test_a3_gcc_is_granted_only_with_a_validation_id_or_the_tenants_word(
    contoso: Partner, validation: ValidationId
) -> None:
    customer = factories.customer(contoso, kinds=())
    bare = SpecialQualification(customer=customer, kind=GCC, state="in_review")
    with pytest.raises(Blocked) as refused:
        bare.grant()
    assert codes(refused.value.blockers) == ["A3.no_validation"]
    assert bare.state == "in_review"
    bare.validation = validation
    bare.grant()
    assert bare.state == "granted"
    told = SpecialQualification(customer=customer, kind=GCC, state="in_review", source="Tenant directory")
    told.grant()
    assert told.state == "granted"


@pytest.mark.parametrize(
    ("held", "asked", "refused"),
    [
        ("education", GCC, True),
        ("nonprofit", GCC, True),
        ("state_owned_entity", GCC, False),
        (GCC, "education", True),
        (GCC, "nonprofit", True),
        (GCC, "state_owned_entity", False),
        ("education", "nonprofit", False),
    ],
)
def test_o2_what_excludes_each_other_is_never_granted_together(
    contoso: Partner, held: str, asked: str, refused: bool
) -> None:
    customer = factories.customer(contoso, kinds=(held,))
    wanted = SpecialQualification(customer=customer, kind=asked, state="in_review", source="Tenant directory")
    assert codes(can_be_granted(wanted)) == (["O2.excluded"] if refused else [])


def test_o2_commercial_commerce_stands_in_the_way_of_gcc(
    contoso: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "_commerce_gates", [])
    register_commerce_gate(holds_commercial)
    register_commerce_gate(holds_commercial)
    customer = factories.customer(contoso, kinds=())
    wanted = SpecialQualification(customer=customer, kind=GCC, source="Tenant directory")
    assert codes(can_be_granted(wanted)) == ["O2.commercial"]
    wanted.kind = "education"
    assert can_be_granted(wanted) == []


def holds_commercial(_customer: Any) -> list[Blocker]:
    return [Blocker("O2.commercial", "Holds commercial subscriptions.")]


def test_o3_the_agreement_is_in_force_or_leads_to_the_attestation(contoso: Partner) -> None:
    without = factories.customer(contoso, agreed=False)
    blockers = has_agreement(without)
    assert codes(blockers) == ["O3.no_agreement"]
    assert blockers[0].to == ("customers:agreement", (without.pk,))
    factories.agreement(contoso, without)
    assert has_agreement(without) == []


def test_o3_the_day_is_not_in_the_future() -> None:
    today = timezone.localdate()
    assert can_attest(today) == []
    assert codes(can_attest(today + timedelta(days=1))) == ["O3.future"]


def test_a2_incomplete_answers_name_the_step_to_go_to(sales_actor: Actor, draft: Drafter) -> None:
    creation = draft(sales_actor)
    del creation.answers["agreement"]
    blockers = can_provision(creation)
    assert codes(blockers) == ["A2.incomplete"]
    assert blockers[0].to == ("customers:create-step", (creation.pk, "agreement"))
