"""Many programs at once, each on a connection of its own."""

import uuid
from collections import Counter
from typing import Any

import pytest

from customers.models import Customer
from gcc_portal.core.audit.models import AuditEntry
from orders.models import Offer, Order, Subscription
from tests.api.kit import Program
from tests.api.ordering import cart_of, carts_at, item, line, order_of, orders_at
from tests.orders.test_together import at_once

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def caller(program: Program) -> Program:
    """Return the same program with a client of its own."""
    return Program(program.headers["Authorization"].removeprefix("Bearer "))


def test_fifty_equal_orders_with_one_request_id_are_one(
    program: Program, county: Customer, g3: Offer, phone: Offer
) -> None:
    body, request_id = order_of(line(g3), line(phone, 1)), str(uuid.uuid4())
    answers = at_once(
        50, lambda _number: caller(program).post(orders_at(county), body, MS_RequestId=request_id)
    )
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert (Order.objects.count(), Subscription.objects.count()) == (1, 2)
    assert AuditEntry.objects.filter(action="submit").count() == 1


def test_orders_of_one_customer_do_not_hinder_each_other(
    program: Program, county: Customer, g3: Offer
) -> None:
    answers = at_once(12, lambda _number: caller(program).post(orders_at(county), order_of(line(g3))))
    assert {each.status_code for each in answers} == {201}
    assert Subscription.objects.filter(state="active").count() == 12


def test_of_checkouts_of_one_cart_one_orders(program: Program, county: Customer, g3: Offer) -> None:
    cart = program.post(carts_at(county), cart_of(item(g3))).json()
    at = f"{carts_at(county)}/{cart['id']}/checkout"
    answers: list[Any] = at_once(12, lambda _number: caller(program).post(at))
    told = Counter((each.status_code, each.json().get("code")) for each in answers)
    assert told == {(201, None): 1, (400, 800065): 11}
    assert (Order.objects.count(), Subscription.objects.count()) == (1, 1)
