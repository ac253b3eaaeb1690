"""Endpoints 8, 9 and 12: validation codes, and how a customer's validation stands."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers.models import ValidationId
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal

CODES = "customers/all/validations"


@pytest.fixture
def code(contoso: Partner) -> ValidationId:
    """Contoso's code for Harborview County, with two creates left of three."""
    return factories.validation_id(contoso, "Harborview County", max_creates=3, used=1)


def test_the_partner_s_codes_are_a_bare_array(program: Program, contoso: Partner, code: ValidationId) -> None:
    answer = program.get(CODES)
    assert answer.status_code == 200
    [one] = answer.json()
    etag = one.pop("eTag")
    assert one == {
        "partnerId": str(contoso.tenant_id),
        "organizationName": "Harborview County",
        "validationId": code.number,
        "maxCreates": 3,
        "remainingCreates": 2,
    }
    assert one["validationId"].isdigit()
    assert etag.startswith('W/"')


def test_without_codes_the_array_is_empty(program: Program) -> None:
    assert program.get(CODES).json() == []


@pytest.mark.parametrize(
    ("fields", "remaining"),
    [
        ({"state": "exhausted", "used": 5}, 0),
        ({"used": 2, "reserved": 2}, 1),
        ({"state": "revoked"}, None),
        ({"state": "expired"}, None),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, None),
    ],
)
def test_used_up_codes_are_shown_and_those_no_longer_in_force_are_not(
    program: Program, contoso: Partner, fields: dict[str, Any], remaining: int | None
) -> None:
    factories.validation_id(contoso, **fields)
    assert [each["remainingCreates"] for each in program.get(CODES).json()] == (
        [] if remaining is None else [remaining]
    )


def test_the_etag_changes_with_the_record_alone(program: Program, code: ValidationId) -> None:
    before = program.get(CODES).json()[0]["eTag"]
    assert program.get(CODES).json()[0]["eTag"] == before
    ValidationId.objects.filter(pk=code.pk).update(used=2)
    assert program.get(CODES).json()[0]["eTag"] != before


def test_a_stranger_sees_its_own_codes_alone(foreign: Program, tailspin: Partner, code: ValidationId) -> None:
    assert foreign.get(CODES).json() == []
    own = factories.validation_id(tailspin, "Harborview County")
    assert [each["validationId"] for each in foreign.get(CODES).json()] == [own.number]


def test_any_number_of_codes_costs_the_same(
    program: Program, contoso: Partner, django_assert_num_queries: Any
) -> None:
    factories.validation_id(contoso)
    program.get(CODES)
    with django_assert_num_queries(2):
        program.get(CODES)
    for _each in range(12):
        factories.validation_id(contoso)
    with django_assert_num_queries(2):
        assert len(program.get(CODES).json()) == 13


def test_the_code_that_was_used_for_a_customer(
    person: Program, contoso: Partner, tailspin: Partner, foreign: Program, code: ValidationId
) -> None:
    customer = factories.customer(contoso, "Harborview County", kinds=())
    factories.relate(tailspin, customer)
    address = f"customers/{customer.pk}/validations"
    assert refusal(person.get(address)) == (404, 1000)
    body = {"qualification": "GovernmentCommunityCloud", "validationCode": code.number}
    assert person.post(f"customers/{customer.pk}/qualifications", body).status_code == 201
    used = person.get(address).json()
    assert used.pop("eTag").startswith('W/"')
    assert used == {
        "partnerId": str(contoso.tenant_id),
        "customerId": str(customer.pk),
        "validationId": code.number,
        "organizationName": "Harborview County",
    }
    # The other partner of the same customer learns nothing of this one's code.
    answer = foreign.get(address)
    assert refusal(answer) == (404, 1000)
    assert code.number not in answer.content.decode()


def test_a_code_of_a_customer_that_is_not_there(program: Program, foreign: Program, contoso: Partner) -> None:
    assert refusal(program.get(f"customers/{uuid.uuid4()}/validations")) == (404, 60003)
    theirs = factories.customer(contoso)
    assert refusal(foreign.get(f"customers/{theirs.pk}/validations")) == (404, 60003)
    assert refusal(program.get("customers/42/validations")) == (400, 900118)


def test_the_validation_status(
    person: Program, program: Program, foreign: Program, contoso: Partner, sales: User
) -> None:
    customer = factories.customer(contoso)
    address = f"customers/{customer.pk}/validationStatus"
    answer = person.get(f"{address}?type=Account").json()
    assert set(answer) == {"type", "status", "lastUpdateDateTime"}
    assert (answer["type"], answer["status"]) == ("account", "Allowed")
    assert answer["lastUpdateDateTime"].endswith(("Z", "+00:00"))
    assert refusal(person.get(address)) == (400, 3000)
    assert refusal(person.get(f"{address}?type=domain")) == (400, 3000)
    assert refusal(program.get(f"{address}?type=account")) == (403, 900329)
    assert refusal(foreign.get(f"{address}?type=account")) == (404, 60003)
    selling = Program(access_token(application(contoso, "app_user", "sales_agent"), sales))
    assert selling.get(f"{address}?type=account").status_code == 200
