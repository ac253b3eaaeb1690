"""Endpoint 39: the audit, in the contract's words and for the partner's own customers."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_args
from urllib.parse import quote_plus

import pytest
from django.http import HttpResponse
from django.utils import timezone

from customers.models import Customer, Relationship, SpecialQualification
from customers.queries.audit import OperationWord, ResourceWord
from customers.services.agreement import template_id
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import entry
from gcc_portal.core.machine import apply_transition
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from orders.models import Offer
from partners.models import Partner
from tests import factories
from tests.api.holdings import sold
from tests.api.kit import Program, access_token, application, refusal
from tests.customers.conftest import Drafter
from tests.customers.conftest import draft as draft

RECORDS = "auditrecords"
GCC = "GovernmentCommunityCloud"


@pytest.fixture
def county(contoso: Partner) -> Customer:
    """Contoso's customer, made without history."""
    return factories.customer(contoso, "Harborview County", kinds=())


@pytest.fixture
def history(contoso: Partner, county: Customer, admin_actor: Actor) -> Callable[..., None]:
    """Return a function that writes entries on the customer: an order placed, by an admin agent."""

    def write(number: int, of: Customer = county, by: Actor = admin_actor, **fields: Any) -> None:
        entries = [entry(by, "create", of) for _each in range(number)]
        for each in entries:
            for field, value in fields.items():
                setattr(each, field, value)
        AuditEntry.objects.bulk_create(entries)

    return write


def items(answer: HttpResponse) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["items"]  # type: ignore[attr-defined]
    return found


def acts(answer: HttpResponse) -> list[tuple[str, str, str]]:
    """Return the records' operation, resource and status, the oldest first."""
    return [(each["operationType"], each["resourceType"], each["operationStatus"]) for each in items(answer)][
        ::-1
    ]


def filtered(field: str, value: str, operator: str = "equals") -> str:
    said = json.dumps({"Field": field, "Value": value, "Operator": operator})
    return f"{RECORDS}?filter={quote_plus(said)}"


def test_the_journey_of_a_customer_is_told_in_the_contract_s_words(
    person: Program, program: Program, contoso: Partner, county: Customer, admin: User, g3: Offer,
    admin_actor: Actor,
) -> None:  # fmt: skip
    code = factories.validation_id(contoso, "Harborview County")
    base = f"customers/{county.pk}"
    correlation = str(uuid.uuid4())
    assert person.post(f"{base}/qualifications", {"qualification": GCC}).status_code == 400
    asked = {"qualification": GCC, "validationCode": code.number}
    assert (
        person.post(f"{base}/qualifications", asked, **{"MS-CorrelationId": correlation}).status_code == 201
    )
    agreed = {
        "primaryContact": {"firstName": "Ada", "lastName": "Reyes", "email": "ada@harborview.example"},
        "dateAgreed": "2026-03-01T00:00:00Z",
        "templateId": str(template_id()),
        "type": "MicrosoftCustomerAgreement",
    }
    assert person.post(f"{base}/agreements", agreed).status_code == 201
    [held] = sold(admin_actor, county, g3)
    assert person.patch(f"{base}/subscriptions/{held.pk}", {"quantity": 25}).status_code == 200
    assert person.patch(f"{base}/subscriptions/{held.pk}", {"quantity": 10**6}).status_code == 400
    assert person.patch(f"{base}/subscriptions/{held.pk}", {"status": "deleted"}).status_code == 200
    answer = program.get(RECORDS)
    assert acts(answer) == [
        ("update_customer_qualification", "customer", "failed"),
        ("update_customer_qualification", "customer", "succeeded"),
        ("create_agreement", "agreement", "succeeded"),
        ("create_order", "order", "succeeded"),
        ("update_order", "order", "succeeded"),
        ("update_subscription", "subscription", "succeeded"),
        ("update_subscription", "subscription", "failed"),
        ("update_subscription", "subscription", "succeeded"),
    ]
    records = items(answer)[::-1]
    assert {each["customerId"] for each in records} == {str(county.pk)}
    assert {each["customerName"] for each in records} == {"Harborview County"}
    assert {each["partnerId"] for each in records} == {str(contoso.tenant_id)}
    refused, granted, agreement, order, _done, seats, _too_many, _end = records
    assert granted["userPrincipalName"] == admin.email
    assert granted["applicationId"] not in ("", "portal")
    assert (order["applicationId"], order["userPrincipalName"]) == ("portal", admin.email)
    assert json.loads(granted["resourceNewValue"]) == {"qualification": GCC, "vettingStatus": "Approved"}
    assert {"key": "ValidationId", "value": code.number} in granted["customizedData"]
    assert "resourceNewValue" not in refused
    assert "A2.missing" not in json.dumps(refused)
    assert "none is named" in json.dumps(refused["customizedData"])
    assert granted["attributes"] == {"objectType": "AuditRecord"}
    assert json.loads(order["resourceNewValue"])["status"] == "submitted"
    assert json.loads(seats["resourceOldValue"])["quantity"] != 25
    assert json.loads(seats["resourceNewValue"])["quantity"] == 25
    assert not {"resourceOldValue", "resourceNewValue"} & set(_too_many)
    assert agreement["operationDate"].endswith(("Z", "+00:00"))
    assert AuditEntry.objects.filter(correlation_id=correlation, action="grant").exists()


def test_relationships_and_creations(
    program: Program, contoso: Partner, sales_actor: Actor, draft: Drafter, commits: Any, eager: None
) -> None:
    from customers.services import creation as creations
    from customers.services.relationships import end

    with commits():
        begun = creations.start_provisioning(sales_actor, draft(sales_actor).pk)
    begun.refresh_from_db()
    made = begun.customer
    assert made is not None
    end(sales_actor, Relationship.objects.get(customer=made).pk, reason="Moved away")
    answer = program.get(RECORDS)
    assert acts(answer) == [
        ("add_customer", "customer", "succeeded"),
        ("create_partner_relationship", "partner_relationship", "succeeded"),
        ("remove_partner_customer_relationship", "customer", "succeeded"),
    ]
    assert {each["customerId"] for each in items(answer)} == {str(made.pk)}
    # The customer is not this partner's any more, but its history is.
    assert {each["customerName"] for each in items(answer)} == {made.name}
    assert set(AuditEntry.objects.filter(action="succeed").values_list("customer_id", flat=True)) == {made.pk}


def test_what_the_audit_keeps_of_whom_it_is_about(
    person: Program, contoso: Partner, county: Customer
) -> None:
    code = factories.validation_id(contoso, "Harborview County")
    asked = {"qualification": GCC, "validationCode": code.number}
    assert person.post(f"customers/{county.pk}/qualifications", asked).status_code == 201
    written = AuditEntry.objects.order_by("id")
    assert [each.action for each in written] == ["reserve", "examine", "grant", "use"]
    assert {each.customer_id for each in written} == {county.pk}
    assert len({each.application_id for each in written} - {""}) == 1
    assert {each.partner_id for each in written} == {contoso.pk}
    assert {each.channel for each in written} == {"api"}


def test_education_is_told_when_it_is_asked_for_and_when_it_is_decided(
    person: Program, contoso: Partner, county: Customer, reviewer_actor: Actor, admin_actor: Actor
) -> None:
    body = {"qualification": "Education", "educationSegment": "K12"}
    assert person.post(f"customers/{county.pk}/qualifications", body).status_code == 201
    asked = SpecialQualification.objects.get()
    by = Actor(
        role=reviewer_actor.role,
        channel="page",
        name="R",
        user_id=reviewer_actor.user_id,
        partner_id=contoso.pk,
    )
    apply_transition(asked, "deny", by, why="No school")
    denied, waiting = items(person.get(RECORDS))
    assert json.loads(waiting["resourceNewValue"]) == {
        "qualification": "Education",
        "vettingStatus": "InReview",
    }
    assert json.loads(waiting["resourceOldValue"]) == {"qualification": "None"}
    assert json.loads(denied["resourceNewValue"])["vettingStatus"] == "Denied"
    # Who of the portal's own people decided is not told by address.
    assert "userPrincipalName" not in denied


def test_nothing_without_a_word_of_the_contract_is_told(
    program: Program, contoso: Partner, county: Customer, admin_actor: Actor, history: Callable[..., None]
) -> None:
    for action in (
        "create",
        "invite_agent",
        "issue",
        "exhaust",
        "examine",
        "qualify",
        "edit_profile",
        "provision",
    ):
        history(1, action=action)
    history(1, object_type="customercreation", action="provision")
    history(1, object_type="customercreation", action="provision", refused=True)
    history(1, object_type="order", action="cancel", from_state="cart")
    history(1, object_type="order", action="cancel", from_state="submitted")
    answer = program.get(RECORDS)
    assert acts(answer) == [
        ("add_customer", "customer", "succeeded"),
        ("add_customer", "customer", "failed"),
        ("update_order", "order", "succeeded"),
    ]
    for record in items(answer):
        assert record["operationType"] in get_args(OperationWord)
        assert record["resourceType"] in get_args(ResourceWord)


def test_a_partner_s_own_records_alone(
    program: Program, foreign: Program, history: Callable[..., None], tailspin: Partner, county: Customer
) -> None:
    history(2)
    assert len(items(program.get(RECORDS))) == 2
    factories.relate(tailspin, county)
    answer = foreign.get(filtered("CustomerId", str(county.pk)))
    assert items(answer) == []
    assert "Harborview" not in answer.content.decode()


def test_it_is_for_admin_agents(
    program: Program, person: Program, seller: Program, contoso: Partner, history: Callable[..., None]
) -> None:
    history(1)
    assert len(items(program.get(RECORDS))) == len(items(person.get(RECORDS))) == 1
    assert refusal(seller.get(RECORDS)) == (403, 900150)
    selling = Program(access_token(application(contoso, role="sales_agent")))
    assert refusal(selling.get(RECORDS)) == (403, 900150)


# --- windows
def at(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


def day(days: float, form: str = "%Y-%m-%d") -> str:
    return quote_plus(at(days).strftime(form))


@pytest.mark.parametrize(
    ("query", "ages"),
    [
        ("", [0, 29]),
        (lambda: f"?startDate={day(80)}", [0, 29, 31, 80]),
        (lambda: f"?startDate={day(80)}&endDate={day(31)}", [31, 80]),
        (lambda: f"?endDate={day(31)}", [31]),
        (
            lambda: f"?startDate={day(80, '%m/%d/%Y 00:00:00')}&endDate={day(31, '%m/%d/%Y 00:00:00')}",
            [31, 80],
        ),
        (lambda: f"?startDate={day(80, '%Y-%m-%j')}&endDate={day(31, '%Y-%m-%j')}", [31, 80]),
        (lambda: f"?startDate={day(90)}", [0, 29, 31, 80]),
        (lambda: f"?startDate={day(-1)}&endDate={day(-2)}", []),
    ],
)
def test_the_window(
    program: Program, history: Callable[..., None], query: str | Callable[[], str], ages: list[int]
) -> None:
    for age in (0, 29, 31, 80, 100):
        history(1, at=at(age), reason=str(age))
    found = items(program.get(RECORDS + (query if isinstance(query, str) else query())))
    told = [
        int(pair["value"]) for each in found for pair in each["customizedData"] if pair["key"] == "Reason"
    ]
    assert sorted(told) == ages


@pytest.mark.parametrize(
    "query",
    [
        lambda: f"startDate={day(91)}",
        lambda: f"startDate={day(200)}&endDate={day(100)}",
        lambda: f"endDate={day(100)}",
        lambda: f"startDate={day(1)}&endDate={day(3)}",
        lambda: "startDate=yesterday",
        lambda: "endDate=2026-13-45",
        lambda: "startDate=0000-00-00",
        lambda: "endDate=9999-12-31T23:59:59-12:00",
        lambda: f"startDate={'9' * 60}",
        lambda: "size=501",
        lambda: "size=-1",
        lambda: "filter=nonsense",
    ],
)
def test_a_window_that_makes_no_sense_is_told(program: Program, query: Callable[[], str]) -> None:
    assert refusal(program.get(f"{RECORDS}?{query()}")) == (400, 3000)


# --- filters
@pytest.mark.parametrize(
    ("field", "value", "operator", "count"),
    [
        ("CompanyName", "RBORVIEW", "substring", 2),
        ("companyName", "nobody", "Substring", 0),
        ("CompanyName", "100%", "substring", 0),
        ("ResourceType", "customer", "equals", 3),
        ("ResourceType", "Order", "Equals", 1),
        ("ResourceType", "PartnerRelationship", "equals", 0),
        ("ResourceType", "user", "equals", 0),
        ("resource_type", "", "equals", 0),
    ],
)
def test_filters(
    program: Program, contoso: Partner, history: Callable[..., None], field: str, value: str, operator: str, count: int
) -> None:  # fmt: skip
    other = factories.customer(contoso, "City of Tacoma")
    history(2)
    history(1, of=other)
    history(1, of=other, object_type="order", action="submit")
    assert len(items(program.get(filtered(field, value, operator)))) == count


def test_the_filter_by_customer(program: Program, county: Customer, history: Callable[..., None]) -> None:
    history(2)
    assert len(items(program.get(filtered("CustomerId", str(county.pk).upper())))) == 2
    assert items(program.get(filtered("CustomerId", str(uuid.uuid4())))) == []
    assert refusal(program.get(filtered("CustomerId", "42"))) == (400, 3000)
    assert refusal(program.get(filtered("Seats", "42"))) == (400, 3000)


# --- pages
@pytest.mark.parametrize("how", ["links", "header", "query"])
def test_pages_are_sought_with_window_and_filter_in_the_token(
    program: Program, history: Callable[..., None], how: str
) -> None:
    history(5, reason="")
    history(1, at=at(40))
    said = quote_plus('{"Field":"CompanyName","Value":"harbor","Operator":"substring"}')
    page = program.get(f"{RECORDS}?startDate={day(35)}&size=2&filter={said}")
    seen: list[str] = []
    while True:
        body = page.json()
        assert body["totalCount"] == 5
        seen += [each["id"] for each in body["items"]]
        following = body["links"].get("next")
        assert (following is None) == ("continuationToken" not in body)
        if following is None:
            break
        if how == "links":
            headers = {each["key"]: each["value"] for each in following["headers"]}
            page = program.get(f"/v1/{following['uri']}", **headers)
        elif how == "header":
            token = {"MS-ContinuationToken": body["continuationToken"]}
            page = program.get(f"{RECORDS}?seekOperation=Next", **token)
        else:
            # The Java client writes the token into the address.
            token = quote_plus(body["continuationToken"])
            page = program.get(f"{RECORDS}?seekOperation=next&MS-ContinuationToken={token}")
    numbers = [int(each.rpartition("_")[2]) for each in seen]
    assert len(set(numbers)) == 5
    assert numbers == sorted(numbers, reverse=True)
    back = page.json()["links"]["previous"]
    before = program.get(f"/v1{back['uri']}", **{each["key"]: each["value"] for each in back["headers"]})
    assert [each["id"] for each in items(before)] == seen[2:4]


def test_a_page_costs_the_same_for_any_number_of_rows(
    program: Program, contoso: Partner, history: Callable[..., None], admin_actor: Actor, sales_actor: Actor,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    def grow(number: int) -> None:
        for each in range(number):
            customer = factories.customer(contoso)
            history(1, of=customer, by=admin_actor if each % 2 else sales_actor)
            row = SpecialQualification.objects.create(
                customer=customer,
                kind="state_owned_entity",
                state="granted",
                validation=factories.validation_id(contoso),
            )
            AuditEntry.objects.bulk_create([entry(admin_actor, "grant", row, to_state="granted")])

    for number in (3, 12):
        grow(number)
        program.get(RECORDS)
        with django_assert_num_queries(5):
            items(program.get(RECORDS))
