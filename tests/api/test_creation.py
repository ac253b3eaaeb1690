"""POST customers: through the portal's own creation, all of it or nothing."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from post_office.models import Email

from customers.models import Customer, CustomerCreation, Relationship
from customers.states import CreationState
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.models import User
from gcc_portal.identity.tenants.models import DirectoryTenant
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, pascal, refusal

DOMAIN = "harborview.onmicrosoft.com"
ADDRESS = {
    "country": "US",
    "city": "Tacoma",
    "state": "WA",
    "addressLine1": "1 Dock St",
    "postalCode": "98402",
    "firstName": "Ada",
    "lastName": "Reyes",
    "phoneNumber": "206-555-0123",
}


def order(domain: str = DOMAIN, **changes: Any) -> dict[str, Any]:
    """Return the body of a creation; `changes` are by member: `address={"state": "ZZ"}`, `billing={…}`, `company=…`."""
    address = {**ADDRESS, **changes.pop("address", {})}
    billing = {
        "email": "it@harborview.example",
        "culture": "EN-US",
        "language": "En",
        "companyName": "Harborview County",
        "defaultAddress": address,
        **changes.pop("billing", {}),
    }
    company = {"domain": domain, **changes.pop("company", {})}
    return {"enableGDAPByDefault": True, "companyProfile": company, "billingProfile": billing, **changes}


def nothing_is_left() -> bool:
    """Return whether a creation that failed left nothing: no draft, no tenant, no customer, no mail."""
    return not any(
        rows.exists()
        for rows in (
            CustomerCreation.objects.all(),
            Customer.objects.all(),
            Relationship.objects.all(),
            Email.objects.all(),
            DirectoryTenant.objects.filter(domain=DOMAIN),
        )
    )


def test_a_customer_is_created_in_one_call(program: Program, contoso: Partner) -> None:
    correlation = str(uuid.uuid4())
    answer = program.post("customers", order(), MS_CorrelationId=correlation)
    assert answer.status_code == 201
    body = answer.json()
    customer = Customer.objects.get()
    tenant = DirectoryTenant.objects.get(domain=DOMAIN)
    assert body["id"] == body["companyProfile"]["tenantId"] == str(customer.pk) == str(tenant.tenant_id)
    assert body["companyProfile"]["domain"] == customer.domain == "harborview.onmicrosoft.com"
    assert body["companyProfile"]["address"]["region"] == "WA"
    assert "state" not in body["companyProfile"]["address"]
    assert body["relationshipToPartner"] == "reseller"
    assert body["commerceId"] == str(uuid.uuid5(customer.pk, "commerce"))
    assert body["attributes"] == {"objectType": "Customer"}
    assert body["links"]["self"]["uri"] == f"/customers/{customer.pk}"
    billing = body["billingProfile"]
    assert (
        (billing["culture"], billing["language"]) == ("en-US", "en") == (customer.culture, customer.language)
    )
    assert billing["firstName"] == "Ada"
    assert billing["defaultAddress"] == ADDRESS
    assert billing["attributes"]["etag"]
    assert body["userCredentials"]["userName"] == "admin"
    assert len(body["userCredentials"]["password"]) == 16
    assert "associatedPartnerId" not in body
    relationship = Relationship.objects.get()
    assert (relationship.partner, relationship.state, relationship.reseller) == (contoso, "active", None)
    assert customer.granted_kinds == set()
    assert not customer.agreements.exists()
    creation = CustomerCreation.objects.get()
    assert (creation.state, creation.sealed_password) == (CreationState.ACTIVE, "")
    made = AuditEntry.objects.get(action="create")
    assert (made.correlation_id, made.channel, made.partner_id) == (correlation, "api", contoso.pk)
    assert made.application_id


def test_what_was_created_is_found_and_read(program: Program) -> None:
    made = program.post("customers", order()).json()
    assert program.get("customers").json()["items"][0]["id"] == made["id"]
    read = program.get(f"customers/{made['id']}").json()
    del made["userCredentials"]
    assert read == made


def test_a_client_that_cannot_read_the_password_is_not_sent_it(contoso: Partner, admin: User) -> None:
    token = access_token(application(contoso, "app_user"), admin)
    python = Program(token, **{"User-Agent": "python/3.11 msrest partnercenterservices/0.1.2"})
    body = python.post("customers", order()).json()
    assert body["userCredentials"] == {"userName": "admin"}
    creation = CustomerCreation.objects.get()
    assert creation.sealed_password  # shown once in the portal
    assert creation.created_by == admin
    letter = Email.objects.get()
    assert letter.to == [admin.email]
    assert "one-time password" in letter.message


def test_the_letter_does_not_promise_a_password_that_was_answered(person: Program, program: Program) -> None:
    person.post("customers", order())
    assert "one-time password" not in Email.objects.get().message
    program.post("customers", order("other.onmicrosoft.com"))
    assert Email.objects.count() == 1  # a program alone has no mailbox


def test_the_pages_show_what_a_program_created(program: Program, admin: User, client_of: Any) -> None:
    made = program.post("customers", order()).json()
    agent = client_of(admin)
    account = agent.get(f"/customers/{made['id']}/account/")
    creation = agent.get(f"/customers/create/{CustomerCreation.objects.get().pk}/")
    assert (account.status_code, creation.status_code) == (200, 200)
    for page in (account, creation):
        assert "Harborview County" in page.content.decode()
        assert made["userCredentials"]["password"] not in page.content.decode()
        text = " ".join(re.sub(r"<[^>]*>", " ", page.content.decode()).split())
        assert "None" not in re.sub(r"[Qq]ualifications?:? None", "", text)


def test_the_task_that_was_not_needed_changes_nothing(program: Program, eager: None, commits: Any) -> None:
    with commits():
        program.post("customers", order())
    assert CustomerCreation.objects.get().state == CreationState.ACTIVE
    assert Customer.objects.count() == 1


def test_net_s_casing_and_nulls_are_read(program: Program) -> None:
    body = pascal(order(associatedPartnerId=None, userCredentials=None))
    assert program.post("customers", body).status_code == 201
    assert Customer.objects.get().postal_code == "98402"


def test_the_same_call_again_gets_the_same_customer(program: Program) -> None:
    request_id = str(uuid.uuid4())
    first = program.post("customers", order(), MS_RequestId=request_id)
    again = program.post("customers", order(), MS_RequestId=request_id)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"address": {"state": "ZZ"}}, (400, 2007)),
        ({"address": {"postalCode": "00000"}}, (400, 2007)),
        ({"address": {"addressLine1": ""}}, (400, 2007)),
        ({"address": {"phoneNumber": "+1 206"}}, (400, 2007)),
        ({"address": {"country": "DE", "state": "BE"}}, (403, 2030)),
        ({"company": {"organizationRegistrationNumber": "12"}}, (400, 600002)),
        ({"company": {"domain": "harborview.gov.example.com"}}, (400, 3000)),
        ({"company": {"domain": "1county.onmicrosoft.com"}}, (400, 3000)),
        ({"company": {"domain": "a" * 28 + ".onmicrosoft.com"}}, (400, 3000)),
        ({"company": {"domain": "a.b.onmicrosoft.com"}}, (400, 3000)),
        ({"company": {"domain": ["harborview.onmicrosoft.com"]}}, (400, 3000)),
        ({"billing": {"companyName": " "}}, (400, 3000)),
        ({"billing": {"companyName": "a" * 201}}, (400, 3000)),
        ({"billing": {"companyName": "Harbor\u202eview"}}, (400, 3000)),
        ({"billing": {"email": "nobody"}}, (400, 3000)),
        ({"billing": {"email": None}}, (400, 3000)),
        ({"billing": {"culture": "english"}}, (400, 3000)),
        ({"billing": {"language": ""}}, (400, 3000)),
        ({"billing": {"defaultAddress": None}}, (400, 3000)),
        ({"billing": {"firstName": "a" * 51}}, (400, 3000)),
        ({"billing": None}, (400, 3000)),
        ({"associatedPartnerId": "northwind"}, (400, 3000)),
    ],
)
def test_what_can_not_be_created_leaves_nothing(
    program: Program, changes: dict[str, Any], told: tuple[int, int]
) -> None:
    body = {**order(), "billingProfile": None} if changes.get("billing", "") is None else order(**changes)
    assert refusal(program.post("customers", body)) == told
    assert nothing_is_left()


def test_a_refusal_names_the_field_and_the_way_out(program: Program) -> None:
    body = program.post("customers", order(address={"state": "ZZ"})).json()
    assert body["data"] == ["address.state"]
    assert "50 states" in body["description"]


def test_a_domain_that_is_taken_is_refused(program: Program, foreign: Program, contoso: Partner) -> None:
    factories.customer(contoso, domain="harborview.onmicrosoft.com")
    before = Customer.objects.count()
    assert refusal(program.post("customers", order("HARBORVIEW.onmicrosoft.com"))) == (409, 600006)
    assert refusal(foreign.post("customers", order())) == (409, 600006)
    assert Customer.objects.count() == before
    assert not CustomerCreation.objects.exists()
    refused = AuditEntry.objects.filter(refused=True, action="start_creation")
    assert refused.count() == 2


def test_a_domain_taken_at_the_last_moment_leaves_nothing(program: Program, monkeypatch: Any) -> None:
    monkeypatch.setattr("customers.services.creation.domain_is_free", lambda *_given: [])
    factories.tenant(domain="harborview.onmicrosoft.com")
    assert refusal(program.post("customers", order())) == (409, 600006)
    assert not CustomerCreation.objects.exists()
    assert not Customer.objects.exists()


def test_an_indirect_reseller_adds_no_customers(northwind: Partner) -> None:
    reseller = Program(access_token(application(northwind)))
    answer = reseller.post("customers", order())
    assert refusal(answer) == (403, 600006)
    assert answer.json()["data"] == ["P2.reseller"]
    assert "Fabrikam" in answer.json()["description"]
    assert nothing_is_left()


def test_a_provider_creates_for_its_reseller_as_a_person(fabrikam: Partner, northwind: Partner) -> None:
    agent = factories.agent(fabrikam).user
    alone = Program(access_token(application(fabrikam)))
    provider = Program(access_token(application(fabrikam, "app_user"), agent))
    body = order(associatedPartnerId=str(northwind.tenant_id))
    assert refusal(alone.post("customers", body)) == (403, 900329)
    assert nothing_is_left()
    made = provider.post("customers", body)
    assert made.status_code == 201
    assert made.json()["associatedPartnerId"] == str(northwind.tenant_id)
    assert Relationship.objects.get().reseller == northwind
    assert provider.get(f"customers/{made.json()['id']}").json()["associatedPartnerId"] == str(
        northwind.tenant_id
    )


def test_nobody_creates_for_another_s_reseller(
    person: Program, contoso: Partner, tailspin: Partner, northwind: Partner
) -> None:
    for other in (northwind.tenant_id, tailspin.tenant_id, contoso.tenant_id, uuid.uuid4()):
        assert refusal(person.post("customers", order(associatedPartnerId=str(other)))) == (404, 3000)
    assert nothing_is_left()


@pytest.mark.django_db(transaction=True)
def test_of_parallel_creations_of_one_domain_one_succeeds(contoso: Partner) -> None:
    token = access_token(application(contoso))

    def create(_number: int) -> int:
        try:
            return Program(token).post("customers", order()).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(create, range(20)))
    assert sorted(answers) == [201] + [409] * 19
    assert (Customer.objects.count(), CustomerCreation.objects.count()) == (1, 1)
    assert DirectoryTenant.objects.filter(domain=DOMAIN).count() == 1
