"""A careless program: addresses in odd spellings, queries past every bound, calls that are repeated otherwise."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from customers.models import Customer, Relationship
from customers.services import provisioner
from gcc_portal.api.models import RepeatableCall
from gcc_portal.identity.tenants.kinds import TenantAnswer, TenantKind
from orders.models import Offer, Order
from tests.api.kit import Program, new_customer, refusal
from tests.api.ordering import line, order_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["customers", "nowhere", "openapi.json"])
def test_a_query_past_every_bound_is_told_in_json(program: Program, path: str) -> None:
    answer = program.get(f"{path}?{'&'.join(f'a{number}=1' for number in range(2000))}")
    assert refusal(answer) == (400, 3000)
    assert answer["Content-Type"].startswith("application/json")
    assert uuid.UUID(answer["MS-RequestId"])


@pytest.mark.parametrize("day", ["0001-01-01", "1/1/0001", "0001-01-01T00:00:00Z", "0001-001", "0001-01-30"])
def test_a_window_that_ends_where_the_calendar_begins(program: Program, day: str) -> None:
    assert refusal(program.get(f"auditrecords?endDate={day}")) == (400, 3000)


def test_the_same_call_with_its_ids_spelled_otherwise(program: Program, county: Customer, g3: Offer) -> None:
    """A GUID comes in several spellings, and a client's library may change them between two attempts."""
    body, named = order_of(line(g3)), str(uuid.uuid4())
    spellings = (str(county.pk), str(county.pk).upper(), county.pk.hex, f"{{{county.pk}}}")
    answers = [program.post(f"customers/{each}/orders", body, MS_RequestId=named) for each in spellings]
    assert {answer.status_code for answer in answers} == {201}, answers[-1].content
    assert len({answer.content for answer in answers}) == 1
    assert Order.objects.count() == RepeatableCall.objects.count() == 1


def test_the_same_call_with_its_query_in_another_order(program: Program, county: Customer, g3: Offer) -> None:
    body, named = order_of(line(g3)), str(uuid.uuid4())
    for query in ("a=1&b=2", "B=2&a=1"):
        path = f"customers/{county.pk}/orders?{query.lower()}"
        assert program.post(path, body, MS_RequestId=named).status_code == 201
    assert Order.objects.count() == 1
    assert program.post(f"customers/{county.pk}/orders?a=2&b=1", body, MS_RequestId=named).status_code == 201
    assert Order.objects.count() == 2


def test_a_link_that_was_answered_is_not_handed_out_again(person: Program) -> None:
    """Java pins one request id for a whole scope: what is read is read anew."""
    named = str(uuid.uuid4())

    def link() -> str:
        return str(person.get("customers/relationshiprequests", MS_RequestId=named).json()["url"])  # type: ignore[attr-defined]

    first = link()
    assert link() == first
    Relationship.objects.filter(state="invited").update(state="declined")
    assert link() != first
    assert not RepeatableCall.objects.exists()


class Directory:
    """A directory that knows of each domain the same."""

    def __init__(self, kind: TenantKind) -> None:
        self.kind = kind

    def find(self, identifier: str) -> TenantAnswer:
        """Return what is known."""
        return TenantAnswer(self.kind, None, identifier, None, "test", "", timezone.now())


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (TenantKind.COMMERCIAL, 409),
        (TenantKind.AZURE_GOVERNMENT, 409),
        (TenantKind.NOT_FOUND, 201),
        (TenantKind.UNCHECKED, 201),
    ],
)
def test_a_domain_that_somebody_has_in_the_world_is_not_created(
    program: Program, monkeypatch: pytest.MonkeyPatch, kind: TenantKind, status: int
) -> None:
    """The page asks the directory before it takes a domain; a directory that is silent lets through, as there."""
    monkeypatch.setattr(provisioner, "tenant_directory", lambda: Directory(kind))
    answer = program.post("customers", new_customer())
    assert answer.status_code == status, answer.content
    assert Customer.objects.count() == (status == 201)


@pytest.mark.parametrize(
    "sent",
    [
        {"creationDate": "0002-01-01T00:00:00+14:00"},
        {"creationDate": "9999-12-31T23:59:59-14:00"},
        {"effectiveStartDate": datetime(9999, 12, 31, tzinfo=UTC).timestamp()},
        {"attributes": {"etag": "x" * 5000}},
        {"scheduledNextTermInstructions": {"quantity": 10**30}},
        {"billingCycle": "3" * 5000},
        {"id": "\N{RIGHT-TO-LEFT OVERRIDE}"},
    ],
)
def test_what_no_subscription_is_changed_to(
    program: Program, county: Customer, g3: Offer, sent: dict[str, Any]
) -> None:
    made = program.post(f"customers/{county.pk}/orders", order_of(line(g3))).json()  # type: ignore[attr-defined]
    held = made["lineItems"][0]["subscriptionId"]
    answer = program.patch(f"customers/{county.pk}/subscriptions/{held}", sent)
    assert answer.status_code == 400, answer.content
