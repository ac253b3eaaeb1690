"""Fulfilment in sets, and the letter of receipt: exactly once, in as many statements for many as for few."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.mail.states import mail_states
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from orders import tasks
from orders.models import Offer, Order, OrderLine, Subscription
from orders.services import fulfilment, placing
from partners.models import Partner
from tests import factories
from tests.orders.conftest import make_offer
from tests.orders.test_together import at_once


def carts_of(partner: Partner, by: User, offers: list[Offer], count: int) -> list[Order]:
    """Write so many carts of these offers, each for a customer of its own."""
    made = []
    for number in range(count):
        customer = factories.customer(partner, f"Rush {number}")
        cart = Order.objects.create(partner=partner, customer=customer, created_by=by)
        lines = [
            OrderLine(order=cart, offer=each, quantity=5, term="P1Y", billing_cycle="annual")
            for each in offers
        ]
        for line in lines:
            line.take_from_offer()
        OrderLine.objects.bulk_create(lines)
        made.append(cart)
    return made


@pytest.fixture
def rush(sales_actor: Actor, contoso: Partner, sales: User) -> Callable[..., list[Order]]:
    """Return a function that submits so many orders of these offers."""

    def submit(count: int, *offers: Offer) -> list[Order]:
        carts = carts_of(contoso, sales, list(offers), count)
        return [placing.submit(sales_actor, cart.number, cart.revision) for cart in carts]

    return submit


def test_a_set_takes_the_same_statements_for_any_number_of_orders(
    rush: Callable[..., list[Order]], g3: Offer, g5: Offer, phone: Offer
) -> None:
    def of(count: int) -> int:
        rush(count, g3, g5, phone)
        with CaptureQueriesContext(connection) as counted:
            assert fulfilment.fulfil_batch() == count
        return len(counted)

    assert of(2) == of(30)
    assert Subscription.objects.filter(state="active").count() == 96
    assert OutboxMail.objects.filter(kind="order_result").count() == 32
    assert set(Order.objects.values_list("state", flat=True)) == {"completed"}
    for action in ("begin", "complete"):
        assert AuditEntry.objects.filter(action=action, object_type="order").count() == 32


def test_the_first_come_is_taken_up_first(rush: Callable[..., list[Order]], g3: Offer) -> None:
    orders = rush(5, g3)
    assert fulfilment.fulfil_batch(3) == 3
    states = dict(Order.objects.values_list("pk", "state"))
    assert [states[order.pk] for order in orders] == ["completed"] * 3 + ["submitted"] * 2
    assert tasks.fulfil_waiting() == 2
    assert tasks.fulfil_waiting() == 0


def test_a_bad_order_holds_back_none_but_itself(
    rush: Callable[..., list[Order]],
    g3: Offer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    orders = rush(4, g3)
    bad, settle = orders[1], fulfilment.decide_lines

    def breaks(order: Order, *arguments: Any) -> list[Subscription]:
        if order.pk == bad.pk:
            raise ZeroDivisionError
        return settle(order, *arguments)

    with monkeypatch.context() as broken:
        broken.setattr(fulfilment, "decide_lines", breaks)
        assert fulfilment.fulfil_batch() == 4
    states = dict(Order.objects.values_list("pk", "state"))
    assert [states[order.pk] for order in orders] == ["completed", "processing", "completed", "completed"]
    assert f"order {bad.pk} could not be fulfilled" in caplog.text
    assert Subscription.objects.count() == 3
    # It is not lost: two minutes on it is taken up again.
    assert fulfilment.fulfil(bad.pk) == "completed"


def test_what_the_database_refuses_is_the_bad_order_s_alone(
    rush: Callable[..., list[Order]], g3: Offer
) -> None:
    orders = rush(3, g3)
    letter = f"order:{orders[2].pk}:1"
    # Its letter was written before: the second is refused.
    OutboxMail.objects.filter(key=f"order:{orders[2].pk}:submitted").update(key=letter)
    assert fulfilment.fulfil_batch() == 3
    states = dict(Order.objects.values_list("pk", "state"))
    assert [states[order.pk] for order in orders] == ["completed", "completed", "processing"]
    assert not Subscription.objects.filter(line__order=orders[2]).exists()
    with pytest.raises(IntegrityError):
        fulfilment.fulfil(orders[2].pk)


def test_two_orders_of_one_customer_in_one_set(
    sales_actor: Actor, fill: Callable[..., Order], g3: Offer, phone: Offer
) -> None:
    """The add-on of the second stands on what the first one gave."""
    first, second = fill(g3), None
    placing.submit(sales_actor, first.number, first.revision)
    second = fill(g3, phone)
    placing.submit(sales_actor, second.number, second.revision)
    assert fulfilment.fulfil_batch() == 2
    base = Subscription.objects.get(line__order=first)
    assert Subscription.objects.get(offer=phone).base == base


def test_the_letter_of_receipt(
    sales_actor: Actor, county: Customer, sales: User, fill: Callable[..., Order], g3: Offer, phone: Offer
) -> None:
    cart = fill(g3, phone)
    order = placing.submit(sales_actor, cart.number, cart.revision)
    mail = OutboxMail.objects.get(key=f"order:{order.pk}:submitted")
    assert (mail.kind, mail.email.to, mail.partner_id) == (
        "order_submitted",
        [sales.email],
        order.partner_id,
    )
    assert mail.email.subject == f"We have your order {order.number} for Harborview County"
    for body in (mail.email.message, mail.email.html_message):
        assert "10 seats, 1 year, billed yearly, $10.00 per seat and month" in body
        assert "$2,160.00" in body  # 10 seats of $10 and of $8, twelve months
        assert f"/orders/{order.number}/" in body
    placing.submit(sales_actor, cart.number, cart.revision)
    assert [each.subject for each in mail_states(order)] == [mail.email.subject]


def test_a_refused_order_writes_no_letter(
    sales_actor: Actor, county: Customer, fill: Callable[..., Order], g3: Offer
) -> None:
    from gcc_portal.core.gates import Blocked

    cart = fill(g3)
    county.agreements.all().delete()
    with pytest.raises(Blocked):
        placing.submit(sales_actor, cart.number, cart.revision)
    assert not OutboxMail.objects.exists()


def test_a_submit_takes_the_same_statements_for_any_number_of_lines(
    sales_actor: Actor, county: Customer, contoso: Partner, sales: User, g3: Offer
) -> None:
    def of(lines: int) -> int:
        base = make_offer(f"Base of {lines}")
        addons = [make_offer(f"Add-on {lines}.{number}", needs=(base,)) for number in range(lines - 1)]
        cart = carts_of(contoso, sales, [base, *addons], 1)[0]
        with CaptureQueriesContext(connection) as counted:
            placing.submit(sales_actor, cart.number, cart.revision)
        return len(counted)

    # One to find the cart, four locks, eight to read, four to write, the test's savepoint.
    assert of(3) == of(30) == 1 + 4 + 8 + 4 + 2


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_three_workers_fulfil_fifty_orders_and_nothing_twice(
    rush: Callable[..., list[Order]], g3: Offer, phone: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.fulfil_waiting, "delay", lambda: None)
    monkeypatch.setattr(fulfilment, "BATCH", 7)
    monkeypatch.setattr(fulfilment.fulfil_batch, "__defaults__", (7,))
    rush(50, g3, phone)
    taken = at_once(3, lambda _number: tasks.fulfil_waiting())
    assert sum(taken) == 50
    assert Order.objects.filter(state="completed", attempts=1).count() == 50
    assert Subscription.objects.count() == 100
    assert OutboxMail.objects.filter(kind="order_result").count() == 50
    assert AuditEntry.objects.filter(action="complete", object_type="order").count() == 50


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_submits_of_one_cart_at_once_write_one_letter(
    sales_actor: Actor, fill: Callable[..., Order], g3: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.fulfil_waiting, "delay", lambda: None)
    cart = fill(g3)
    orders = at_once(2, lambda _number: placing.submit(sales_actor, cart.number, cart.revision))
    assert {order.pk for order in orders} == {cart.pk}
    assert OutboxMail.objects.filter(kind="order_submitted").count() == 1
    assert AuditEntry.objects.filter(action="submit").count() == 1
