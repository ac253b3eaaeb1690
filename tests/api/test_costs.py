"""What a call asks of the database: the same for any number of rows, and how much."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.api.shapes import CustomerItem, item_of
from customers.models import Customer
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Role
from orders.models import Offer, Order
from partners.api.tokens import caller_of_token
from partners.models import Agent, ApiApplication, Partner
from tests import factories
from tests.api.kit import Program, access_token, application
from tests.api.ordering import cart_of, carts_at, item
from tests.orders.conftest import make_offer


def asked_by(act: Any) -> int:
    """Return how many statements an act takes."""
    with CaptureQueriesContext(connection) as asked:
        assert act().status_code < 300
    return len(asked)


def test_a_customer_is_had_with_two_statements(person: Program, county: Customer) -> None:
    person.get(f"customers/{county.pk}")
    # Who calls; the customer with the reseller that serves it.
    assert asked_by(lambda: person.get(f"customers/{county.pk}")) == 2


def test_a_page_of_customers_costs_the_same_whatever_its_size(person: Program, contoso: Partner) -> None:
    for number in range(100):
        factories.customer(contoso, name=f"County {number:03}", agreed=False, kinds=())
    person.get("customers")
    costs = {}
    for size in (10, 100):
        costs[size] = asked_by(lambda size=size: person.get(f"customers?size={size}"))  # type: ignore[misc]
        page = person.get(f"customers?size={size}").json()
        assert (len(page["items"]), page["totalCount"]) == (size, 100)
    # Who calls; the page; how many there are.
    assert costs == {10: 3, 100: 3}


def test_the_items_of_a_page_are_of_their_schema() -> None:
    sent = item_of(uuid4(), "Harbor County", "harbor.onmicrosoft.com")
    read = CustomerItem.model_validate(sent)
    assert read.model_dump(by_alias=True, exclude_none=True) == sent


@pytest.fixture
def scope(db: None) -> list[Offer]:
    """Thirty offers."""
    return [make_offer(f"Offer {number}") for number in range(30)]


def test_a_cart_and_its_checkout_cost_the_same_for_any_number_of_lines(
    person: Program, contoso: Partner, scope: list[Offer]
) -> None:
    costs = {}
    for lines in (3, 30):
        customer = factories.customer(contoso)
        person.get(f"customers/{customer.pk}")
        sent = cart_of(*(item(offer, number) for number, offer in enumerate(scope[:lines])))
        with CaptureQueriesContext(connection) as made:
            answer = person.post(carts_at(customer), sent)
        checkout = f"{carts_at(customer)}/{answer.json()['id']}/checkout"
        costs[lines] = (len(made), asked_by(lambda checkout=checkout: person.post(checkout, {})))  # type: ignore[misc]
        assert Order.objects.get(customer=customer).lines.filter(outcome="fulfilled").count() == lines
    assert costs[3] == costs[30]
    assert sum(costs[3]) <= 52


def test_who_calls_is_asked_with_one_statement(
    contoso: Partner, admin: User, django_assert_num_queries: Any
) -> None:
    through = application(contoso, "app_user")
    token = access_token(through, admin)
    ApiApplication.objects.update(last_used_at=timezone.now())
    with django_assert_num_queries(1):
        caller = caller_of_token(token)
    assert caller is not None
    assert (caller.tenant_id, caller.app_only) == (contoso.tenant_id, False)
    actor = caller.actor
    assert (actor.name, actor.user_id, actor.partner_id) == (str(admin), admin.pk, contoso.pk)
    assert (actor.role, actor.partner_role, actor.application_id) == (
        Role.ADMIN_AGENT,
        contoso.role,
        through.pk,
    )


@pytest.mark.parametrize("end", ["agent", "account", "elsewhere", "application", "kind", "time", "type"])
def test_a_token_opens_nothing_once_one_of_its_links_is_gone(
    contoso: Partner, tailspin: Partner, admin: User, end: str
) -> None:
    through = application(contoso, "app_user")
    token = access_token(through, admin)
    assert caller_of_token(token) is not None
    tokens = through.client.token_set
    match end:
        case "agent":
            Agent.objects.filter(user=admin).update(is_active=False)
        case "account":
            User.objects.filter(pk=admin.pk).update(is_active=False)
        case "elsewhere":
            Agent.objects.filter(user=admin).update(partner=tailspin)
        case "application":
            ApiApplication.objects.update(revoked_at=timezone.now())
        case "kind":
            ApiApplication.objects.update(kind="app_only")
        case "time":
            tokens.update(expires_at=timezone.now() - timedelta(seconds=1))
        case "type":
            tokens.update(type="rt")
    assert caller_of_token(token) is None


def test_a_program_that_acts_for_itself_has_its_own_name_and_role(contoso: Partner) -> None:
    own = application(contoso)
    caller = caller_of_token(access_token(own))
    assert caller is not None
    assert caller.app_only
    assert (caller.actor.name, caller.actor.role, caller.actor.user_id) == (own.name, own.role, None)
