"""Whether a reseller signed the Partner Agreement, and the errors by which the contract says why not."""

import pytest

from partners.models import Partner
from tests import factories
from tests.api.kit import NO_UUID, Program, access_token, application, refusal

PATH = "compliance/csp/agreementstatus"


@pytest.fixture
def provider(fabrikam: Partner) -> Program:
    """Fabrikam's API client, used by its sales agent."""
    agent = factories.agent(fabrikam, "sales_agent")
    return Program(access_token(application(fabrikam, "app_user"), agent.user))


def test_an_enrolled_reseller_has_signed(provider: Program, northwind: Partner) -> None:
    by_mpn = provider.get(f"{PATH}?mpnId={northwind.mpn_id}")
    by_tenant = provider.get(f"{PATH}?TenantID={str(northwind.tenant_id).upper()}")
    assert by_mpn.status_code == by_tenant.status_code == 200
    assert by_mpn.json() == by_tenant.json() == {"isAgreementSigned": True}


def test_one_asks_about_oneself(person: Program, contoso: Partner) -> None:
    assert person.get(f"{PATH}?mpnId={contoso.mpn_id}").json() == {"isAgreementSigned": True}


def test_one_that_is_not_enrolled_has_not_signed(provider: Program, northwind: Partner) -> None:
    Partner.objects.filter(pk=northwind.pk).update(csp_enrolled=False)
    assert refusal(provider.get(f"{PATH}?mpnId={northwind.mpn_id}")) == (400, 2203)
    assert refusal(provider.get(f"{PATH}?tenantId={northwind.tenant_id}")) == (400, 2206)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", 2001),
        ("?mpnId=", 2001),
        ("?mpnId=55x", 2000),
        ("?mpnId=-5", 2000),
        (f"?mpnId={'9' * 90}", 2000),
        ("?tenantId=55", 2000),
        (f"?mpnId=5310003&tenantId={NO_UUID}", 2000),
        ("?mpnId=5310003", 2200),
        (f"?tenantId={NO_UUID}", 2205),
    ],
)
def test_what_names_no_reseller_is_told(provider: Program, query: str, code: int) -> None:
    assert refusal(provider.get(f"{PATH}{query}")) == (400, code)


def test_a_provider_is_no_reseller(northwind: Partner, fabrikam: Partner) -> None:
    program = Program(access_token(application(northwind, "app_user"), factories.agent(northwind).user))
    assert refusal(program.get(f"{PATH}?mpnId={fabrikam.mpn_id}")) == (400, 2204)


def test_a_stranger_s_reseller_does_not_exist(person: Program, northwind: Partner) -> None:
    assert refusal(person.get(f"{PATH}?mpnId={northwind.mpn_id}")) == (400, 2200)
    assert refusal(person.get(f"{PATH}?tenantId={northwind.tenant_id}")) == (400, 2205)


def test_it_is_for_persons(program: Program) -> None:
    assert refusal(program.get(f"{PATH}?mpnId=5310003")) == (403, 900329)
