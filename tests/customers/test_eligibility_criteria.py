"""C1 and C2 at the gate: what lets through, what refuses, and in which words."""

from typing import Any

import pytest

from customers.criteria import GOVERNMENT
from customers.gates.intake import eligibility, option_blockers, transacting_partner
from partners.models import Partner
from tests import factories

from .conftest import COMMERCIAL

COMMERCIAL_ANSWERS = {**COMMERCIAL, "regulated_other": ""}


def codes(blockers: list[Any]) -> list[str]:
    return [blocker.code for blocker in blockers]


@pytest.mark.parametrize("category", sorted(GOVERNMENT))
def test_c2_lets_us_government_through(category: str) -> None:
    assert eligibility({"category": category}) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"category": "international"}, ["C2.international"]),
        ({"category": "other"}, ["C2.category"]),
        ({"category": ""}, ["C2.category"]),
        ({"category": "made up"}, ["C2.category"]),
        ({"us_presence": "no"}, ["C2.no_us_presence"]),
        ({"us_presence": ""}, ["C2.no_us_presence"]),
        ({"regulated_data": []}, ["C2.no_regulated_data"]),
        ({"regulated_evidence": ""}, ["C2.no_evidence"]),
        ({"regulated_data": ["other"]}, ["C2.other_data"]),
        ({"regulated_data": ["other"], "regulated_other": "Export-controlled drawings"}, []),
    ],
)
def test_c2_on_commercial_and_other_entities(changes: dict[str, Any], expected: list[str]) -> None:
    assert codes(eligibility({**COMMERCIAL_ANSWERS, **changes})) == expected


@pytest.mark.parametrize("category", ["international", "other"])
def test_c2_refuses_with_the_criteria(category: str) -> None:
    (blocker,) = eligibility({"category": category})
    for word in ("federal", "tribal", "ITAR", "CUI", "CJI", "US presence"):
        assert word in str(blocker)


def test_c1_lets_a_qualified_transacting_partner_through(contoso: Partner) -> None:
    assert transacting_partner(str(contoso.tenant_id)) == (contoso, [])
    assert transacting_partner(f" {{{str(contoso.tenant_id).upper()}}} ") == (contoso, [])


def test_c1_names_an_id_that_is_nobodys(db: None) -> None:
    partner, blockers = transacting_partner("11111111-aaaa-4bbb-8ccc-000000000001")
    assert partner is None
    assert codes(blockers) == ["C1.unknown"]


@pytest.mark.parametrize("typed", ["", "not an id", "\x00", "00000000-0000-0000-0000-000000000000", "é" * 40])
def test_c1_asks_for_an_id(db: None, typed: str) -> None:
    assert codes(transacting_partner(typed)[1]) == ["C1.missing"]


def test_c1_says_that_an_id_is_azure_governments(db: None) -> None:
    tenant = factories.tenant("azure_government", "Contoso (government)")
    (blocker,) = transacting_partner(str(tenant.tenant_id))[1]
    assert blocker.code == "C1.azure_government"
    assert "Azure Government" in str(blocker.message)


def test_c1_says_that_an_id_is_an_organizations_that_is_no_partner(db: None) -> None:
    tenant = factories.tenant("commercial", "A school")
    assert codes(transacting_partner(str(tenant.tenant_id))[1]) == ["C1.no_partner"]


def test_c1_keeps_could_not_check_apart_from_unknown(db: None) -> None:
    tenant = factories.tenant("commercial", "Silent", unreachable=True)
    (blocker,) = transacting_partner(str(tenant.tenant_id))[1]
    assert blocker.code == "C1.unchecked"
    assert "did not answer" in str(blocker.message)


def test_c1_does_not_ask_the_directory_under_lock(db: None) -> None:
    tenant = factories.tenant("commercial", "Silent", unreachable=True)
    assert codes(transacting_partner(str(tenant.tenant_id), ask=False)[1]) == ["C1.unknown"]


def test_c1_names_a_resellers_provider(northwind: Partner) -> None:
    partner, (blocker,) = transacting_partner(str(northwind.tenant_id))
    assert partner == northwind
    assert blocker.code == "C1.reseller"
    assert "Fabrikam Distribution" in str(blocker.next_step)


@pytest.mark.parametrize("state", ["none", "pending", "revoked"])
def test_c1_refuses_a_partner_that_is_not_qualified(db: None, state: str) -> None:
    partner = factories.partner("Fabrikam Distribution", role="indirect_provider", qualification=state)
    (blocker,) = transacting_partner(str(partner.tenant_id))[1]
    assert blocker.code == "C1.not_qualified"
    assert "Fabrikam Distribution" in str(blocker.message)


@pytest.mark.parametrize("option", ["", None, "azure_government_csp", "o365_gcc_csp_partner", "general"])
def test_c1_wants_the_option_of_a_partners_customer(option: str | None) -> None:
    assert codes(option_blockers({"validation_option": option})) == ["C1.option"]


def test_c1_takes_the_option_of_a_partners_customer() -> None:
    assert option_blockers({"validation_option": "o365_gcc_csp_customer"}) == []
