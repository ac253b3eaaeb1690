"""C1 and C2 at the gate: what lets through, what refuses, and in which words."""

from typing import Any

import pytest

from customers.criteria import GOVERNMENT
from customers.gates.intake import eligibility, named_partner, option_blockers, transacting_partner
from gcc_portal.core.gates import Blocker
from gcc_portal.identity.tenants.demo import DemoDirectory
from gcc_portal.intake.tenant_answers import ask_directory
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


def c1(tenant_id: object) -> list[Blocker]:
    """Return what C1 says of a tenant ID, with what the directory says of it."""
    partner = named_partner(str(tenant_id))
    return transacting_partner(str(tenant_id), partner, ask_directory(str(tenant_id)))


def test_c1_lets_a_qualified_transacting_partner_through(contoso: Partner) -> None:
    for typed in (str(contoso.tenant_id), f" {{{str(contoso.tenant_id).upper()}}} "):
        assert named_partner(typed) == contoso
        assert c1(typed) == []


def test_c1_names_an_id_that_is_nobodys(db: None) -> None:
    unknown = "11111111-aaaa-4bbb-8ccc-000000000001"
    assert named_partner(unknown) is None
    assert codes(c1(unknown)) == ["C1.unknown"]


@pytest.mark.parametrize("typed", ["", "not an id", "\x00", "00000000-0000-0000-0000-000000000000", "é" * 40])
def test_c1_asks_for_an_id(db: None, typed: str) -> None:
    assert codes(c1(typed)) == ["C1.missing"]


def test_c1_says_that_an_id_is_azure_governments(db: None) -> None:
    tenant = factories.tenant("azure_government", "Contoso (government)")
    (blocker,) = c1(str(tenant.tenant_id))
    assert blocker.code == "C1.azure_government"
    assert "Azure Government" in str(blocker.message)


def test_c1_says_that_an_id_is_an_organizations_that_is_no_partner(db: None) -> None:
    tenant = factories.tenant("commercial", "A school")
    assert codes(c1(str(tenant.tenant_id))) == ["C1.no_partner"]


def test_c1_keeps_could_not_check_apart_from_unknown(db: None) -> None:
    tenant = factories.tenant("commercial", "Silent", unreachable=True)
    (blocker,) = c1(str(tenant.tenant_id))
    assert blocker.code == "C1.unchecked"
    assert "did not answer" in str(blocker.message)


def test_c1_reads_the_kept_answer_alone_and_asks_nobody(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant_id = str(factories.tenant("azure_government", "Fort").tenant_id)
    other = ask_directory("11111111-aaaa-4bbb-8ccc-000000000001")
    answer = ask_directory(tenant_id)
    monkeypatch.delattr(DemoDirectory, "find")
    assert codes(transacting_partner(tenant_id, None, answer)) == ["C1.azure_government"]
    assert codes(transacting_partner(tenant_id, None, {})) == ["C1.unknown"]
    assert codes(transacting_partner(tenant_id, None, other)) == ["C1.unknown"]


def test_c1_names_a_resellers_provider(northwind: Partner) -> None:
    (blocker,) = c1(northwind.tenant_id)
    assert blocker.code == "C1.reseller"
    assert "Fabrikam Distribution" in str(blocker.next_step)


@pytest.mark.parametrize("state", ["none", "pending", "revoked"])
def test_c1_refuses_a_partner_that_is_not_qualified(db: None, state: str) -> None:
    partner = factories.partner("Fabrikam Distribution", role="indirect_provider", qualification=state)
    (blocker,) = c1(str(partner.tenant_id))
    assert blocker.code == "C1.not_qualified"
    assert "Fabrikam Distribution" in str(blocker.message)


@pytest.mark.parametrize("option", ["", None, "azure_government_csp", "o365_gcc_csp_partner", "general"])
def test_c1_wants_the_option_of_a_partners_customer(option: str | None) -> None:
    assert codes(option_blockers({"validation_option": option})) == ["C1.option"]


def test_c1_takes_the_option_of_a_partners_customer() -> None:
    assert option_blockers({"validation_option": "o365_gcc_csp_customer"}) == []
