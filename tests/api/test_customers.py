"""Customers by the API: searched, read, removed from a sandbox; the link that makes them, the reseller they have."""

import re
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from customers.models import Customer, Relationship
from customers.services.relationships import expire_due
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.actors import portal
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal


@pytest.fixture
def provider(fabrikam: Partner) -> Program:
    """Fabrikam's program in the hands of its admin agent."""
    return Program(
        access_token(application(fabrikam, "app_user"), factories.agent(fabrikam, "admin_agent").user)
    )


def served(of: Partner, reseller: Partner | None, name: str) -> Customer:
    """Return a customer of the provider, served by the reseller."""
    customer = factories.customer(of, name=name)
    Relationship.objects.filter(customer=customer).update(reseller=reseller)
    return customer


def names(program: Program, field: str, value: str) -> list[str]:
    """Return the names of the customers that a filter leaves."""
    wanted = quote(f'{{"Field":"{field}","Value":"{value}","Operator":"starts_with"}}')
    answer = program.get(f"customers?filter={wanted}")
    assert answer.status_code == 200
    return [item["companyProfile"]["companyName"] for item in answer.json()["items"]]


# --- the list ---------------------------------------------------------------------------------------------------------


def test_customers_are_found_by_the_reseller_that_serves_them(
    provider: Program, fabrikam: Partner, northwind: Partner
) -> None:
    other = factories.partner("Other Resale", role="indirect_reseller", provider=fabrikam)
    served(fabrikam, northwind, "Alpha County")
    served(fabrikam, other, "Beta County")
    served(fabrikam, None, "Gamma County")
    for field in ("IndirectReseller", "IndirectCloudSolutionProvider", "indirectreseller"):
        assert names(provider, field, str(northwind.tenant_id).upper()) == ["Alpha County"]
        assert names(provider, field, "northW") == ["Alpha County"]
    assert names(provider, "IndirectReseller", "wind") == []
    assert names(provider, "IndirectReseller", str(uuid.uuid4())) == []
    assert names(provider, "IndirectReseller", "") == ["Alpha County", "Beta County"]


def test_a_reseller_s_customers_are_listed_for_a_person_alone(program: Program) -> None:
    wanted = '{"Field":"IndirectReseller","Value":"N"}'
    assert refusal(program.get(f"customers?filter={wanted}")) == (403, 900329)


def test_another_provider_s_customers_of_a_reseller_are_not_found(
    person: Program, fabrikam: Partner, northwind: Partner
) -> None:
    served(fabrikam, northwind, "Alpha County")
    assert names(person, "IndirectReseller", "Northwind") == []


@pytest.mark.parametrize("value", ["%", "_", "%County", "\\\\", "\\\\%", "a" * 1500, "' OR 1=1", "🏛"])
def test_wildcards_and_long_values_find_what_begins_so_and_no_more(
    program: Program, contoso: Partner, value: str
) -> None:
    factories.customer(contoso, name="Alpha County")
    assert names(program, "CompanyName", value) == []
    assert names(program, "Domain", value) == []


def test_a_wildcard_in_a_name_is_found_by_itself(person: Program, contoso: Partner) -> None:
    factories.customer(contoso, name="100% County")
    factories.customer(contoso, name="1000 County")
    assert names(person, "CompanyName", "100%") == ["100% County"]


def test_a_plus_is_a_blank_in_a_form_encoded_filter(program: Program, contoso: Partner) -> None:
    factories.customer(contoso, name="Harborview County")
    found = program.get(
        'customers?size=0&filter={"Field":"CompanyName","Value":"harborview+c","Operator":"StartsWith"}'
    )
    assert found.json()["totalCount"] == 1


def test_a_filter_past_every_bound_is_told(program: Program) -> None:
    long = f'{{"Field":"CompanyName","Value":"{"a" * 3000}"}}'
    assert refusal(program.get(f"customers?filter={long}")) == (400, 3000)


@pytest.mark.parametrize("asked", ["", 'filter={"Field":"IndirectReseller","Value":"North"}&'])
def test_the_list_costs_the_same_for_any_number_of_rows(
    provider: Program, fabrikam: Partner, northwind: Partner, django_assert_max_num_queries: Any, asked: str
) -> None:
    for number in range(12):
        served(fabrikam, northwind, f"County {number}")
    provider.get("customers")
    for size in (3, 12):
        with django_assert_max_num_queries(4):
            assert len(provider.get(f"customers?{asked}size={size}").json()["items"]) == size


# --- one customer -----------------------------------------------------------------------------------------------------


def test_a_customer_met_by_a_relationship_is_told_without_what_it_has_not(
    program: Program, contoso: Partner
) -> None:
    customer = factories.customer(contoso)
    body = program.get(f"customers/{customer.pk}").json()
    assert body["companyProfile"]["address"] == {"country": "US"}
    assert "email" not in body["companyProfile"]
    assert body["billingProfile"]["defaultAddress"] == {"country": "US"}
    assert body["customDomains"] == []
    assert body["allowDelegatedAccess"] is True


def test_the_company_profile_is_for_a_person(program: Program, person: Program, contoso: Partner) -> None:
    customer = factories.customer(contoso, city="Tacoma", state="WA", email="it@county.example")
    assert refusal(program.get(f"customers/{customer.pk}/profiles/company")) == (403, 900329)
    body = person.get(f"customers/{customer.pk}/Profiles/Company").json()
    assert body["address"] == {"city": "Tacoma", "region": "WA", "country": "US"}
    assert body["email"] == "it@county.example"
    assert body["attributes"] == {"objectType": "CustomerCompanyProfile"}
    assert body["links"]["self"]["uri"] == f"/customers/{customer.pk}/profiles/company"


def test_who_had_the_relationship_is_told_so_and_nobody_else(
    person: Program, foreign: Program, contoso: Partner
) -> None:
    customer = factories.customer(contoso)
    Relationship.objects.filter(customer=customer).update(state="ended")
    assert refusal(person.get(f"customers/{customer.pk}")) == (403, 20002)
    assert refusal(person.get(f"customers/{customer.pk}/profiles/billing")) == (403, 20002)
    assert refusal(foreign.get(f"customers/{customer.pk}")) == (404, 60003)
    factories.relate(contoso, customer)
    assert person.get(f"customers/{customer.pk}").status_code == 200


# --- the sandbox ------------------------------------------------------------------------------------------------------


def test_outside_a_sandbox_no_customer_is_removed(program: Program, contoso: Partner) -> None:
    customer = factories.customer(contoso)
    assert refusal(program.delete(f"customers/{customer.pk}")) == (403, 600006)
    assert Relationship.objects.get(customer=customer).state == "active"
    assert AuditEntry.objects.get(refused=True).action == "leave_sandbox"


def test_in_a_sandbox_a_customer_is_removed_and_nothing_erased(
    settings: Any, program: Program, foreign: Program, contoso: Partner
) -> None:
    settings.API_SANDBOX = True
    customer = factories.customer(contoso)
    assert refusal(foreign.delete(f"customers/{customer.pk}")) == (404, 60003)
    answer = program.delete(f"customers/{customer.pk}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert program.get("customers").json()["totalCount"] == 0
    assert refusal(program.delete(f"customers/{customer.pk}")) == (403, 20002)
    assert Customer.objects.filter(pk=customer.pk).exists()
    assert AuditEntry.objects.filter(action="end", reason="Removed from the sandbox.").exists()


# --- the link ---------------------------------------------------------------------------------------------------------


def link_of(program: Program) -> str:
    """Return the path of the link that the program is given."""
    body = program.get("customers/relationshiprequests").json()
    assert body["attributes"] == {"objectType": "RelationshipRequest"}
    return str(re.sub(r"^https?://[^/]+", "", body["url"]))


ACCEPTED = {
    "first_name": "Ada",
    "last_name": "Reyes",
    "title": "CIO",
    "email": "ada@harborview.example",
    "accept_relationship": "on",
    "accept_agreement": "on",
    "go": "accept",
}


def test_the_link_is_one_as_long_as_it_is_open(person: Program, foreign: Program, contoso: Partner) -> None:
    first = link_of(person)
    assert link_of(person) == first != link_of(foreign)
    request = Relationship.objects.get(partner=contoso)
    assert (request.organization_name, request.for_gcc, request.state) == ("", True, "invited")
    assert AuditEntry.objects.filter(action="request_relationship", partner_id=contoso.pk).count() == 1
    Relationship.objects.filter(pk=request.pk).update(expires_at=timezone.now())
    assert link_of(person) != first


def test_the_link_is_for_a_person_who_may(program: Program, northwind: Partner) -> None:
    assert refusal(program.get("customers/relationshiprequests")) == (403, 900329)
    agent = factories.agent(northwind).user
    reseller = Program(access_token(application(northwind, "app_user"), agent))
    assert refusal(reseller.get("customers/relationshiprequests")) == (403, 600006)
    assert not Relationship.objects.exists()


def test_a_request_addressed_to_somebody_is_never_handed_out(person: Program, contoso: Partner) -> None:
    addressed = Relationship.objects.create(
        partner=contoso,
        organization_name="Bay County",
        expires_at=timezone.now() + timedelta(days=3),
    )
    assert addressed.token not in link_of(person)


def test_whoever_accepts_the_link_names_its_own_tenant(person: Program, contoso: Partner) -> None:
    tenant = factories.tenant("gcc", "Harborview County", special_qualifications=[factories.GCC])
    link = link_of(person)
    browser = Client()
    page = browser.get(link)
    assert page.status_code == 200
    assert "for your organization" in page.content.decode()
    answered = browser.post(link, {**ACCEPTED, "tenant_id": str(tenant.tenant_id)})
    assert answered.status_code == 302
    relationship = Relationship.objects.get(partner=contoso)
    assert (relationship.state, relationship.organization_name) == ("active", "Harborview County")
    assert (
        person.get(f"customers/{tenant.tenant_id}").json()["companyProfile"]["companyName"]
        == "Harborview County"
    )
    assert "is your reseller" in browser.get(link).content.decode()
    assert link_of(person) != link


def test_the_gates_of_an_acceptance_hold_for_the_link(
    person: Program, contoso: Partner, fabrikam: Partner, provider: Program
) -> None:
    partners_own = factories.partner("Litware").tenant_id
    government = factories.tenant("azure_government").tenant_id
    link = link_of(person)
    for tenant_id in (partners_own, government, uuid.uuid4()):
        assert Client().post(link, {**ACCEPTED, "tenant_id": str(tenant_id)}).status_code == 409
    # Fabrikam is not qualified: its link can't be accepted for a tenant in the Government Community Cloud (R1).
    gcc = factories.tenant("gcc", special_qualifications=[factories.GCC]).tenant_id
    unqualified = link_of(provider)
    assert Relationship.objects.get(partner=fabrikam).for_gcc is False
    assert Client().post(unqualified, {**ACCEPTED, "tenant_id": str(gcc)}).status_code == 409
    assert not Relationship.objects.filter(state="active").exists()
    commercial = factories.tenant("commercial").tenant_id
    assert Client().post(unqualified, {**ACCEPTED, "tenant_id": str(commercial)}).status_code == 302


def test_the_letters_on_a_link_without_a_name(person: Program, contoso: Partner) -> None:
    link = link_of(person)
    sent = {"go": "decline", "decline-name": "Ada Reyes", "decline-reason": "We have one."}
    assert Client().post(link, sent).status_code == 302
    assert Email.objects.get().subject == "A customer declined your relationship request"
    link_of(person)
    Relationship.objects.filter(state="invited").update(expires_at=timezone.now())
    assert expire_due(portal()) == 1
    told = Email.objects.order_by("pk").last()
    assert told is not None
    assert told.subject == "Your relationship request to a customer has expired"
    assert "Nobody answered your" in told.message


def test_a_partner_that_became_qualified_is_given_another_link(provider: Program, fabrikam: Partner) -> None:
    before = link_of(provider)
    Partner.objects.filter(pk=fabrikam.pk).update(qualification="qualified")
    assert link_of(provider) != before


def test_the_request_s_pages_speak_of_any_organization(person: Program, admin: User, client_of: Any) -> None:
    link = link_of(person)
    request = Relationship.objects.get()
    agent = client_of(admin)
    for page in ("/relationships/", f"/relationships/{request.pk}/", f"/relationships/{request.pk}/message/"):
        shown = agent.get(page)
        assert shown.status_code == 200
        assert "Any organization" in shown.content.decode()
        assert 'value="send"' not in shown.content.decode()
    assert "Here a customer answers" in agent.get(link).content.decode()
    assert "your organization" in request.message
    again = agent.get(f"/relationships/new/?from={request.pk}")
    assert again.status_code == 200


# --- resellers --------------------------------------------------------------------------------------------------------


def test_the_reseller_of_a_customer_is_told(provider: Program, fabrikam: Partner, northwind: Partner) -> None:
    customer = served(fabrikam, northwind, "Alpha County")
    direct = served(fabrikam, None, "Beta County")
    body = provider.get(f"customers/{customer.pk}/relationships").json()
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
    assert provider.get(f"customers/{direct.pk}/relationships").json()["items"] == []
    one = provider.patch(f"relationships/{northwind.tenant_id}/customer/{customer.pk}")
    assert (one.status_code, one.json()) == (200, body["items"][0])
    assert refusal(provider.patch(f"relationships/{northwind.tenant_id}/customer/{direct.pk}")) == (404, 3000)


def test_the_relationships_with_a_partner_are_told_to_both(
    provider: Program, fabrikam: Partner, northwind: Partner, person: Program
) -> None:
    own = provider.get(f"relationships/{fabrikam.tenant_id}/customer").json()
    with_reseller = provider.get(f"relationships/{northwind.tenant_id}/customer").json()
    assert [each["name"] for each in own["items"]] == ["Northwind Resale"]
    assert with_reseller["items"] == own["items"]
    agent = factories.agent(northwind).user
    reseller = Program(access_token(application(northwind, "app_user"), agent))
    told = reseller.get(f"relationships/{fabrikam.tenant_id}/customer").json()["items"][0]
    assert (told["name"], told["relationshipType"]) == ("Fabrikam Distribution", "is_indirect_reseller_of")
    assert refusal(person.get(f"relationships/{northwind.tenant_id}/customer")) == (404, 3000)


def test_relationships_are_for_a_person_and_for_the_own_customers(
    program: Program, foreign: Program, contoso: Partner
) -> None:
    customer = factories.customer(contoso)
    assert refusal(program.get(f"customers/{customer.pk}/relationships")) == (403, 900329)
    assert refusal(foreign.get(f"customers/{customer.pk}/relationships")) == (404, 60003)
    assert refusal(foreign.patch(f"relationships/{contoso.tenant_id}/customer/{customer.pk}")) == (404, 60003)
