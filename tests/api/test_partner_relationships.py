"""How partners stand to each other: a provider sees its resellers, a reseller its provider, others nothing."""

import pytest

from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal


@pytest.fixture
def provider(fabrikam: Partner) -> Program:
    """Fabrikam's program in the hands of its admin agent."""
    return Program(access_token(application(fabrikam, "app_user"), factories.agent(fabrikam).user))


@pytest.fixture
def reseller(northwind: Partner) -> Program:
    """Northwind's program in the hands of its sales agent."""
    agent = factories.agent(northwind, "sales_agent")
    return Program(access_token(application(northwind, "app_user"), agent.user))


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?relationship_type=",
        "?relationship_type=none",
        "?relationship_type=IsIndirectCloudSolutionProviderOf",
        "?relationship_type=is_indirect_cloud_solution_provider_of",
        "?Relationship_Type=isIndirectCloudSolutionProviderOf",
    ],
)
def test_a_provider_lists_its_resellers(provider: Program, northwind: Partner, asked: str) -> None:
    body = provider.get(f"relationships{asked}").json()
    assert body["totalCount"] == 1
    assert body["attributes"]["objectType"] == "Collection"
    assert body["items"] == [
        {
            "id": str(northwind.tenant_id),
            "name": "Northwind Resale",
            "relationshipType": "is_indirect_cloud_solution_provider_of",
            "state": "Active",
            "mpnId": northwind.mpn_id,
            "location": "US",
            "attributes": {"objectType": "PartnerRelationship"},
        }
    ]


@pytest.mark.parametrize("asked", ["", "?relationship_type=IsIndirectResellerOf"])
def test_a_reseller_lists_its_provider(reseller: Program, fabrikam: Partner, asked: str) -> None:
    [item] = reseller.get(f"relationships{asked}").json()["items"]
    assert (item["id"], item["relationshipType"]) == (str(fabrikam.tenant_id), "is_indirect_reseller_of")


def test_the_other_direction_is_empty(
    provider: Program, reseller: Program, person: Program, northwind: Partner
) -> None:
    assert provider.get("relationships?relationship_type=IsIndirectResellerOf").json()["items"] == []
    asked = "relationships?relationship_type=is_indirect_cloud_solution_provider_of"
    assert reseller.get(asked).json()["totalCount"] == 0
    assert person.get("relationships").json()["items"] == []


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ('{"Field":"Name","Value":"north","Operator":"starts_with"}', ["Northwind Resale"]),
        (
            '{"field":"name","value":"RESALE","operator":"Substring","fieldType":"string"}',
            ["Northwind Resale"],
        ),
        ('{"Field":"Name","Value":"resale","Operator":"StartsWith"}', []),
        ('{"Field":"Name","Value":"%","Operator":"substring"}', []),
    ],
)
def test_the_filter_narrows_by_name(
    provider: Program, northwind: Partner, said: str, names: list[str]
) -> None:
    items = provider.get(f"relationships?filter={said.replace('%', '%25')}").json()["items"]
    assert [item["name"] for item in items] == names


@pytest.mark.parametrize(
    "query",
    ["relationship_type=friend", "filter=x", 'filter={"Field":"MpnId","Value":"1"}', "relationship_type=1"],
)
def test_what_makes_no_sense_is_told(provider: Program, query: str) -> None:
    assert refusal(provider.get(f"relationships?{query}")) == (400, 3000)


def test_it_is_for_persons(program: Program, seller: Program) -> None:
    assert refusal(program.get("relationships")) == (403, 900329)
    assert seller.get("relationships").status_code == 200


def test_the_list_costs_the_same_for_any_number(
    provider: Program, fabrikam: Partner, django_assert_max_num_queries
) -> None:
    for _each in range(12):
        factories.partner(role="indirect_reseller", provider=fabrikam)
    provider.get("relationships")
    with django_assert_max_num_queries(4):
        assert provider.get("relationships").json()["totalCount"] == 12
