"""Many at once, each on a connection of its own."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from customers.models import Customer
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.gates import Refusal
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, Order, OrderLine, Subscription
from orders.services import carts, fulfilment, placing, sweeps
from orders.services import subscriptions as services
from orders.services.locking import lock_parties
from tests.orders.conftest import YEARLY

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def at_once(times: int, act: Callable[[int], Any]) -> list[Any]:
    """Run the act so many times in threads that start together; return results, and refusals as results."""
    barrier = threading.Barrier(times)
    results: list[Any] = [None] * times

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            results[number] = act(number)
        except Refusal as refusal:
            results[number] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the broker out: what is fulfilled these tests fulfil."""
    from orders import tasks

    for task in (tasks.fulfil, tasks.fulfil_waiting):
        monkeypatch.setattr(task, "delay", lambda *_ids: None)


def test_twenty_submits_make_one_order(
    sales_actor: Actor, g3: Offer, phone: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3, phone)
    orders = at_once(20, lambda _number: placing.submit(sales_actor, cart.number, cart.revision))
    assert {order.pk for order in orders} == {cart.pk}
    assert Order.objects.filter(submitted_at__isnull=False).count() == 1
    assert AuditEntry.objects.filter(action="submit").count() == 1


def test_ten_fulfilments_make_each_subscription_once(
    sales_actor: Actor, g3: Offer, phone: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3, phone)
    placing.submit(sales_actor, cart.number, cart.revision)
    states = at_once(10, lambda _number: fulfilment.fulfil(cart.pk))
    assert set(states) == {"completed"}
    assert Subscription.objects.count() == 2
    assert OutboxMail.objects.filter(kind="order_result").count() == 1


def test_first_clicks_at_once_fill_one_cart(
    sales_actor: Actor, county: Customer, g3: Offer, g5: Offer
) -> None:
    offers = (g3, g5)
    at_once(8, lambda number: carts.add_line(sales_actor, county.pk, offers[number % 2].pk, 3, YEARLY))
    assert Order.objects.count() == 1
    assert OrderLine.objects.count() == 2


def test_of_changes_made_from_one_page_one_wins(
    sales_actor: Actor, g3: Offer, buy: Callable[..., Subscription]
) -> None:
    held = buy(g3)
    results = at_once(6, lambda number: services.change_seats(sales_actor, held.pk, 0, 20 + number))
    kinds = Counter(type(each).__name__ for each in results)
    assert kinds == {"Subscription": 1, "Stale": 5}
    held.refresh_from_db()
    assert held.revision == 1


def test_renewals_in_two_workers_happen_once(g3: Offer, buy: Callable[..., Subscription]) -> None:
    held = buy(g3)
    due = held.commitment_ends_at
    done = at_once(4, lambda _number: sweeps.renew_due(due))
    assert sum(renewed for renewed, _expired in done) == 1
    assert AuditEntry.objects.filter(action="renew").count() == 1


def test_a_submit_waits_for_a_revocation_and_meets_it(
    sales_actor: Actor, county: Customer, g3: Offer, fill: Callable[..., Order]
) -> None:
    """The parties are held while the gate is asked: a revocation is before the order or after it, never between."""
    from django.db import transaction

    cart = fill(g3)
    revoking, done = threading.Event(), threading.Event()

    def revoke_or_submit(number: int) -> Any:
        if number == 0:
            with transaction.atomic():
                qualification = county.qualifications.select_for_update().get()
                revoking.set()
                # The other thread is now on its way into the lock.
                done.wait(1)
                type(qualification).objects.filter(pk=qualification.pk).update(state="revoked")
            return "revoked"
        revoking.wait(30)
        return placing.submit(sales_actor, cart.number, cart.revision)

    results = at_once(2, revoke_or_submit)
    assert results[0] == "revoked"
    assert [each.code for each in results[1].blockers] == ["O1.customer_not_gcc", "O2.segment"]


def test_held_parties_do_not_hold_up_each_other(county: Customer) -> None:
    from django.db import transaction

    together = threading.Barrier(3)

    def hold(_number: int) -> bool:
        with transaction.atomic():
            lock_parties(county.relationships.get().partner_id, county.pk)
            together.wait(30)
        return True

    assert at_once(3, hold) == [True] * 3
