"""What changes while an order waits for its locks is met by every channel: no gate is asked of what was read before."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from customers.models import Customer, Relationship
from gcc_portal.core.gates import Blocked, Stale
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, Order, OrderLine, Subscription
from orders.services import api_orders as programs
from orders.services import carts, placing, subscriptions
from orders.services.api_carts import check_out
from orders.services.api_carts import create as new_cart
from partners.models import Partner
from tests import factories
from tests.api.holdings import sold
from tests.api.kit import application
from tests.api.ordering import stored
from tests.orders.conftest import YEARLY
from tests.orders.test_together import at_once

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
Channel = Callable[[], Any]


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the broker out."""
    from orders import tasks

    for task in (tasks.fulfil, tasks.fulfil_waiting):
        monkeypatch.setattr(task, "delay", lambda *_ids: None)


@pytest.fixture
def channels(
    sales_actor: Actor, contoso: Partner, county: Customer, g3: Offer, g5: Offer
) -> dict[str, Channel]:
    """Every way to sell the county something, ready to be gone."""
    held = sold(sales_actor, county, g5)[0]
    failed = Order.objects.get(
        pk=OrderLine.objects.get(subscription=sold(sales_actor, county, g3)[0]).order_id
    )
    Subscription.objects.filter(line__order=failed).delete()
    failed.lines.update(outcome="failed", cause="For the test.")
    Order.objects.filter(pk=failed.pk).update(state="failed")
    line, _before = carts.add_line(sales_actor, county.pk, g3.pk, 10, YEARLY)
    cart = Order.objects.get(pk=line.order_id)
    sent = {"item": g3.catalog_item_id, "quantity": 10, "term": "P1Y", "billing_cycle": "annual"}
    kept = {**sent, "id": 0, "friendly_name": "", "partner_on_record": "", "addons": []}
    api = replace(sales_actor, application_id=application(contoso).pk)
    of_program = new_cart(api, county.pk, [kept])
    return {
        "page": lambda: placing.submit(sales_actor, cart.number, cart.revision),
        "program": lambda: programs.place(api, county.pk, [programs.LineRequest(**sent)]),  # type: ignore[arg-type]
        "checkout": lambda: check_out(api, county.pk, of_program.pk),
        "retry": lambda: placing.retry_failed_lines(sales_actor, failed.number),
        "seats": lambda: subscriptions.change_seats(sales_actor, held.pk, held.revision, 20),
    }


def while_it_changes(change: Callable[[], Any], channels: list[Channel]) -> list[Any]:
    """Return what the channels answer that are opened while the change is made, not committed yet."""
    made, waited = threading.Event(), threading.Event()

    def act(number: int) -> Any:
        if number == 0:
            with transaction.atomic():
                change()
                made.set()
                # The others are now on their way into the lock.
                waited.wait(1)
            return None
        made.wait(30)
        return channels[number - 1]()

    return at_once(len(channels) + 1, act)[1:]


def revoked(partner: Partner, _county: Customer) -> None:
    Partner.objects.filter(pk=partner.pk).update(qualification="revoked")


def resells(partner: Partner, _county: Customer) -> None:
    provider = factories.partner("Fabrikam Distribution", role="indirect_provider")
    changed = {"role": "indirect_reseller", "provider": provider, "qualification": "none"}
    Partner.objects.filter(pk=partner.pk).update(**changed)


def parted(partner: Partner, county: Customer) -> None:
    Relationship.objects.filter(partner=partner, customer=county).update(state="ended")


def denied(_partner: Partner, county: Customer) -> None:
    county.qualifications.select_for_update().get()
    county.qualifications.update(state="revoked")


def another(_partner: Partner, county: Customer) -> None:
    """Take Government away and give education, as whoever holds the customer's row may."""
    Customer.objects.select_for_update().get(pk=county.pk)
    county.qualifications.update(kind="education")


CHANGES = {
    revoked: "O1.partner_not_qualified",
    resells: "P2.reseller_orders",
    parted: "O1.no_relationship",
    denied: "O2.segment",
    another: "O2.segment",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda each: each.__name__)
def test_what_changes_while_an_order_waits_is_met(
    channels: dict[str, Channel], contoso: Partner, county: Customer, change: Any
) -> None:
    before = stored()
    for answer in while_it_changes(lambda: change(contoso, county), list(channels.values())):
        assert isinstance(answer, Blocked), answer
        assert CHANGES[change] in {each.code for each in answer.blockers}
    assert stored() == before
    assert not Order.objects.filter(state__in=["submitted", "processing"]).exists()


def test_an_offer_that_is_withdrawn_while_an_order_waits(
    channels: dict[str, Channel], contoso: Partner, g3: Offer
) -> None:
    def withdraw() -> None:
        Partner.objects.select_for_update().get(pk=contoso.pk)
        Offer.objects.filter(pk=g3.pk).update(is_active=False)

    before = stored()
    orders = [channel for name, channel in channels.items() if name != "seats"]
    for answer in while_it_changes(withdraw, orders):
        assert isinstance(answer, Blocked), answer
        assert {each.code for each in answer.blockers} == {"O1.withdrawn"}
    assert stored() == before


def test_a_price_that_changes_while_an_order_waits(
    channels: dict[str, Channel], contoso: Partner, g3: Offer, sales_actor: Actor
) -> None:
    cart = Order.objects.get(state="cart")

    def raise_it() -> None:
        Partner.objects.select_for_update().get(pk=contoso.pk)
        Offer.objects.filter(pk=g3.pk).update(price_cents=2000)

    def submit() -> Order:
        return placing.submit(sales_actor, cart.number, cart.revision, due_cents=120_000)

    on_page, by_program = while_it_changes(raise_it, [submit, channels["program"]])
    assert isinstance(on_page, Stale), on_page
    # A program names no price: it is sold at the one in force.
    assert by_program.due_cents == 240_000
