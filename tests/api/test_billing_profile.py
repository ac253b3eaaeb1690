"""The billing profile of a customer: read, replaced, and what of it stays."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from customers.models import Customer
from gcc_portal.core.audit.models import AuditEntry
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal

KEPT = {
    "name": "Harborview County",
    "email": "it@harborview.example",
    "first_name": "Ada",
    "last_name": "Reyes",
    "address_line1": "1 Dock St",
    "city": "Tacoma",
    "state": "WA",
    "postal_code": "98402",
}


@pytest.fixture
def customer(contoso: Partner) -> Customer:
    """A customer with an address."""
    return factories.customer(contoso, **KEPT)


def path(customer: Customer) -> str:
    """Return where the customer's billing profile is."""
    return f"customers/{customer.pk}/profiles/billing"


def test_the_profile_is_read(program: Program, customer: Customer) -> None:
    body = program.get(path(customer)).json()
    etag = body["attributes"].pop("etag")
    assert len(etag) == 16
    assert body == {
        "id": str(uuid.uuid5(customer.pk, "billing")),
        "firstName": "Ada",
        "lastName": "Reyes",
        "email": "it@harborview.example",
        "culture": "en-US",
        "language": "en",
        "companyName": "Harborview County",
        "defaultAddress": {
            "addressLine1": "1 Dock St",
            "city": "Tacoma",
            "state": "WA",
            "postalCode": "98402",
            "country": "US",
            "firstName": "Ada",
            "lastName": "Reyes",
        },
        "links": {"self": {"uri": f"/{path(customer)}", "method": "GET", "headers": []}},
        "attributes": {"objectType": "CustomerBillingProfile"},
    }


def test_what_was_read_and_changed_is_written(program: Program, customer: Customer) -> None:
    body = program.get(path(customer)).json()
    body["email"] = "clerk@harborview.example"
    body["culture"], body["language"] = "EN-us", "EN"
    body["defaultAddress"]["city"] = "Seattle"
    body["defaultAddress"]["postalCode"] = "98101"
    answer = program.put(path(customer), body, If_Match=f'"{body["attributes"]["etag"]}"')
    assert answer.status_code == 200
    written = answer.json()
    assert written["attributes"]["etag"] != body["attributes"]["etag"]
    assert written == program.get(path(customer)).json()
    customer.refresh_from_db()
    assert (customer.email, customer.city, customer.culture) == (
        "clerk@harborview.example",
        "Seattle",
        "en-US",
    )
    entry = AuditEntry.objects.get(action="change_billing_profile")
    assert entry.reason == "email, city, postal_code"
    assert entry.customer_id == customer.pk
    assert entry.application_id


def test_what_changes_nothing_writes_nothing(program: Program, customer: Customer) -> None:
    body = program.get(path(customer)).json()
    assert program.put(path(customer), body).json() == body
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("place", ["header", "body"])
def test_a_stale_etag_is_refused(program: Program, customer: Customer, place: str) -> None:
    body = program.get(path(customer)).json()
    Customer.objects.filter(pk=customer.pk).update(email="other@harborview.example")
    body["email"] = "clerk@harborview.example"
    etag = body.pop("attributes")["etag"]
    headers = {"If_Match": f'"{etag}"'} if place == "header" else {}
    if place == "body":
        body["attributes"] = {"etag": etag, "objectType": "CustomerBillingProfile"}
    assert refusal(program.put(path(customer), body, **headers)) == (400, 2055)
    customer.refresh_from_db()
    assert customer.email == "other@harborview.example"


def test_no_etag_is_accepted(program: Program, customer: Customer) -> None:
    body = program.get(path(customer)).json()
    del body["attributes"]
    body["email"] = "clerk@harborview.example"
    assert program.put(path(customer), body).status_code == 200


def test_the_name_changed_at_one_of_its_two_places_counts(program: Program, customer: Customer) -> None:
    body = program.get(path(customer)).json()
    body["defaultAddress"]["firstName"] = "Grace"
    body["lastName"] = "Hopper"
    written = program.put(path(customer), body).json()
    assert (written["firstName"], written["lastName"]) == ("Grace", "Hopper")
    assert written["defaultAddress"]["lastName"] == "Hopper"


def test_what_is_left_out_of_the_whole_is_empty(program: Program, customer: Customer) -> None:
    Customer.objects.filter(pk=customer.pk).update(phone="206-555-0123", address_line2="Floor 2")
    body = program.get(path(customer)).json()
    assert body["defaultAddress"]["phoneNumber"] == "206-555-0123"
    for name in ("phoneNumber", "addressLine2"):
        del body["defaultAddress"][name]
    assert program.put(path(customer), body).status_code == 200
    customer.refresh_from_db()
    assert (customer.phone, customer.address_line2) == ("", "")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"companyName": "Another County"}, (400, 3000)),
        ({"companyName": None}, (400, 3000)),
        ({"email": "nobody"}, (400, 3000)),
        ({"culture": "en"}, (400, 3000)),
        ({"firstName": "a" * 51}, (400, 3000)),
        ({"lastName": "a\u0007"}, (400, 3000)),
        ({"defaultAddress": {"country": "US", "city": "Tacoma"}}, (400, 2007)),
        ({"defaultAddress": {"country": "CA"}}, (403, 2030)),
        ({"defaultAddress": []}, (400, 3000)),
        ({"attributes": {"etag": 7}}, (400, 3000)),
    ],
)
def test_what_can_not_be_kept_is_refused_and_nothing_changed(
    program: Program, customer: Customer, changes: dict[str, Any], told: tuple[int, int]
) -> None:
    body = {**program.get(path(customer)).json(), "email": "clerk@harborview.example", **changes}
    assert refusal(program.put(path(customer), body)) == told
    customer.refresh_from_db()
    assert customer.email == "it@harborview.example"


def test_net_s_casing_and_nulls_are_read(program: Program, customer: Customer) -> None:
    body = {
        "Id": None,
        "FirstName": None,
        "Email": "clerk@harborview.example",
        "Culture": "en-US",
        "Language": "en",
        "CompanyName": "Harborview County",
        "DefaultAddress": {
            "Country": "us",
            "State": "wa",
            "Region": None,
            "City": "Tacoma",
            "AddressLine1": "2 Dock St",
            "PostalCode": "98402",
            "FirstName": "Ada",
            "LastName": "Reyes",
            "PhoneNumber": None,
        },
        "Links": {"Self": None},
        "Attributes": {"Etag": None, "ObjectType": "CustomerBillingProfile"},
    }
    assert program.put(path(customer), body).status_code == 200
    customer.refresh_from_db()
    assert (customer.address_line1, customer.state) == ("2 Dock St", "WA")


def test_another_partner_s_profile_is_not_there(
    foreign: Program, program: Program, customer: Customer
) -> None:
    body = program.get(path(customer)).json()
    assert refusal(foreign.get(path(customer))) == (404, 60003)
    assert refusal(foreign.put(path(customer), {**body, "email": "x@stranger.example"})) == (404, 60003)
    customer.refresh_from_db()
    assert customer.email == "it@harborview.example"


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_from_one_version_one_succeeds(contoso: Partner, customer: Customer) -> None:
    program = Program(access_token(application(contoso)))
    body = program.get(path(customer)).json()

    def change(number: int) -> int:
        try:
            changed = {**body, "email": f"clerk{number}@harborview.example"}
            return Program("", **program.headers).put(path(customer), changed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(change, range(4)))
    assert answers == [200, 400, 400, 400]
