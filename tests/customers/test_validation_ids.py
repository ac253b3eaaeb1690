"""Validation IDs: counters, the machine, expiry, and the pages (A2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from customers.models import CustomerCreation, ValidationId
from customers.services import validation as services
from customers.states import UseState, ValidationState
from customers.tasks import expire_due
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Blocked, NotAllowed, WrongState
from gcc_portal.core.people.actors import Actor, customer_contact, portal
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories

NAME = "Harborview County"
pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def issued(contoso: Partner) -> ValidationId:
    """Contoso's validation ID with two creates."""
    return factories.validation_id(contoso, NAME, max_creates=2)


def creation(partner: Partner, name: str = NAME) -> CustomerCreation:
    return CustomerCreation.objects.create(partner=partner, company_name=name)


def counters(validation: ValidationId) -> tuple[int, int, str]:
    validation.refresh_from_db()
    return validation.reserved, validation.used, str(validation.state)


def test_reserved_then_used(issued: ValidationId, sales_actor: Actor, contoso: Partner) -> None:
    made = creation(contoso)
    taken = services.reserve(sales_actor, issued, creation=made)
    assert (taken.state, taken.by_label, taken.by_id) == (
        UseState.RESERVED,
        sales_actor.name,
        sales_actor.user_id,
    )
    assert counters(issued) == (1, 0, "issued")
    customer = factories.customer(contoso, NAME)
    services.use(portal(), taken.pk, customer)
    assert counters(issued) == (0, 1, "issued")
    taken.refresh_from_db()
    assert (taken.state, taken.customer) == (UseState.USED, customer)
    assert taken.settled_at is not None


def test_the_last_create_exhausts(issued: ValidationId, sales_actor: Actor, contoso: Partner) -> None:
    for _each in range(2):
        taken = services.reserve(sales_actor, issued.pk, creation=creation(contoso))
        services.use(portal(), taken.pk, factories.customer(contoso, NAME))
    assert counters(issued) == (0, 2, "exhausted")
    with pytest.raises(Blocked) as refusal:
        services.reserve(sales_actor, issued, creation=creation(contoso))
    assert "A2.exhausted" in [blocker.code for blocker in refusal.value.blockers]


def test_released_can_be_reserved_again(issued: ValidationId, sales_actor: Actor, contoso: Partner) -> None:
    made = creation(contoso)
    taken = services.reserve(sales_actor, issued, creation=made)
    services.release(portal(), taken.pk, "The domain was taken.")
    assert counters(issued) == (0, 0, "issued")
    taken.refresh_from_db()
    assert (taken.state, taken.reason) == (UseState.RELEASED, "The domain was taken.")
    services.reserve(sales_actor, issued, creation=made)
    assert counters(issued) == (1, 0, "issued")


def test_settling_twice_counts_once(issued: ValidationId, sales_actor: Actor, contoso: Partner) -> None:
    customer = factories.customer(contoso, NAME)
    used = services.reserve(sales_actor, issued, creation=creation(contoso))
    for _again in range(2):
        services.use(portal(), used.pk, customer)
    released = services.reserve(sales_actor, issued, creation=creation(contoso))
    for _again in range(2):
        services.release(portal(), released.pk, "failed")
    assert counters(issued) == (0, 1, "issued")
    with pytest.raises(WrongState):
        services.release(portal(), used.pk, "failed")
    with pytest.raises(WrongState):
        services.use(portal(), released.pk, customer)
    assert counters(issued) == (0, 1, "issued")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": "revoked"}, "A2.revoked"),
        ({"state": "expired"}, "A2.expired"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "A2.expired"),
        ({"reserved": 2}, "A2.exhausted"),
        ({"organization_name": "City of Elsewhere"}, "A2.other_organization"),
    ],
)
def test_a2_refuses_and_writes_the_refusal_down(
    issued: ValidationId, sales_actor: Actor, contoso: Partner, changes: dict[str, Any], code: str
) -> None:
    ValidationId.objects.filter(pk=issued.pk).update(**changes)
    before = counters(issued)
    with pytest.raises(Blocked) as refusal:
        services.reserve(sales_actor, issued, creation=creation(contoso))
    assert code in [blocker.code for blocker in refusal.value.blockers]
    assert counters(issued) == before
    assert not issued.uses.exists()
    assert AuditEntry.objects.filter(action="reserve", refused=True, object_id=str(issued.pk)).count() == 1


def test_a2_another_partners_id_is_unknown(
    issued: ValidationId, stranger_actor: Actor, tailspin: Partner
) -> None:
    with pytest.raises(Blocked) as refusal:
        services.reserve(stranger_actor, issued, creation=creation(tailspin))
    assert [blocker.code for blocker in refusal.value.blockers] == ["A2.unknown"]


def test_who_may_not(
    issued: ValidationId, reviewer_actor: Actor, sales_actor: Actor, contoso: Partner
) -> None:
    for actor in (reviewer_actor, customer_contact("Clerk")):
        with pytest.raises(NotAllowed):
            services.reserve(actor, issued, creation=creation(contoso))
    with pytest.raises(NotAllowed):
        services.revoke(sales_actor, issued, "because")
    assert counters(issued) == (0, 0, "issued")


def test_the_database_refuses_an_overdrawn_id(issued: ValidationId) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ValidationId.objects.filter(pk=issued.pk).update(used=2, reserved=1)


def test_revoking_tells_the_admin_agents(issued: ValidationId, reviewer_actor: Actor, admin: User) -> None:
    services.revoke(reviewer_actor, issued, "The statement was wrong.")
    assert counters(issued)[2] == ValidationState.REVOKED
    mail = Email.objects.get()
    assert mail.to == [admin.email]
    assert "The statement was wrong." in mail.message
    with pytest.raises(WrongState):
        services.revoke(reviewer_actor, issued, "again")


def test_expiry_is_idempotent_and_touches_nothing_else(issued: ValidationId, contoso: Partner) -> None:
    past = [factories.validation_id(contoso, f"County {n}", expires_at=timezone.now()) for n in range(3)]
    used_up = factories.validation_id(contoso, "Old", expires_at=timezone.now(), state="exhausted")
    assert expire_due() == 3
    assert expire_due() == 0
    assert [counters(each)[2] for each in past] == ["expired"] * 3
    assert counters(issued)[2] == "issued"
    assert counters(used_up)[2] == "exhausted"
    assert AuditEntry.objects.filter(action="expire").count() == 3


# --- pages


def test_the_list_shows_the_partners_own(
    client_of: SignIn, sales: User, issued: ValidationId, tailspin: Partner
) -> None:
    factories.validation_id(tailspin, "Stranger’s County")
    text = client_of(sales).get(reverse("customers:validation-ids")).content.decode()
    assert issued.number in text
    assert "Stranger" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=harborview", True),
        ("q=elsewhere", False),
        ("state=issued", True),
        ("state=revoked", False),
        ("state=nonsense", True),
        ("page=-1", True),
        ("page=99999999999999999999", True),
        ("q=%00", True),
        ("q=" + "x" * 400, True),
        ("q=%F0%9F%8F%9B", False),
        ("q=%25", False),
        ("state=issued&state=revoked", False),
    ],
)
def test_the_list_is_searched_and_bears_any_query(
    client_of: SignIn, sales: User, issued: ValidationId, query: str, found: bool
) -> None:
    answer = client_of(sales).get(f"{reverse('customers:validation-ids')}?{query}")
    if answer.status_code == 400:
        return
    assert answer.status_code == 200
    assert (issued.number in answer.content.decode()) is found


def test_one_past_its_day_is_shown_as_expired_before_the_sweep(
    client_of: SignIn, sales: User, contoso: Partner
) -> None:
    past = factories.validation_id(contoso, "Old County", expires_at=timezone.now() - timedelta(hours=1))
    client = client_of(sales)
    listed = reverse("customers:validation-ids")
    assert past.number in client.get(f"{listed}?state=expired").content.decode()
    assert past.number not in client.get(f"{listed}?state=issued").content.decode()
    text = client.get(reverse("customers:validation-id", args=[past.number])).content.decode()
    assert "has expired" in text
    assert "Add this customer" not in text


def test_detail_shows_uses_and_the_way_to_add_the_customer(
    client_of: SignIn, sales: User, sales_actor: Actor, issued: ValidationId, contoso: Partner
) -> None:
    services.reserve(sales_actor, issued, creation=creation(contoso))
    text = client_of(sales).get(reverse("customers:validation-id", args=[issued.number])).content.decode()
    assert sales_actor.name in text
    assert f"{reverse('customers:create')}?validation={issued.number}" in text
    assert "1 under way, 1 left" in text


@pytest.mark.parametrize("number", ["999999999", "0", "abc", "9" * 40, "1%00", "-1", "１２３"])
def test_what_is_not_there_is_404(client_of: SignIn, sales: User, number: str) -> None:
    assert client_of(sales).get(f"/customers/validation-ids/{number}/").status_code in (400, 404)


def test_who_sees_the_pages(
    client: Client, client_of: SignIn, stranger: User, reviewer: User, issued: ValidationId
) -> None:
    detail, listed = (
        reverse("customers:validation-id", args=[issued.number]),
        reverse("customers:validation-ids"),
    )
    assert client_of(stranger).get(detail).status_code == 404
    assert client.get(detail).status_code == 302
    assert client.get(listed).status_code == 302
    assert client_of(reviewer).get(listed).status_code == 403
    assert "Add this customer" not in client_of(reviewer).get(detail).content.decode()


def test_a_reviewer_revokes_on_the_page_and_an_agent_may_not(
    client_of: SignIn, reviewer: User, sales: User, issued: ValidationId
) -> None:
    detail = reverse("customers:validation-id", args=[issued.number])
    assert client_of(sales).post(detail, {"reason": "x"}).status_code == 403
    assert client_of(reviewer).post(detail, {"reason": " "}).status_code == 422
    assert counters(issued)[2] == "issued"
    assert client_of(reviewer).post(detail, {"reason": "The statement was wrong."}).status_code == 302
    assert counters(issued)[2] == "revoked"
    assert client_of(reviewer).post(detail, {"reason": "again"}).status_code == 409


@pytest.mark.parametrize("count", [10, 1000])
def test_the_list_asks_as_much_for_ten_as_for_a_thousand(
    client_of: SignIn, sales: User, contoso: Partner, count: int, django_assert_max_num_queries: Any
) -> None:
    until = timezone.now() + timedelta(days=1)
    ValidationId.objects.bulk_create(
        ValidationId(
            number=str(100_000_000 + n),
            partner=contoso,
            organization_name=f"County {n}",
            max_creates=5,
            expires_at=until,
        )
        for n in range(count)
    )
    client = client_of(sales)
    client.get(reverse("customers:validation-ids"))
    with django_assert_max_num_queries(9):
        assert client.get(reverse("customers:validation-ids")).status_code == 200
