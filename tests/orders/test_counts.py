"""Lists, pages and the submit ask the database the same number of times for few rows and for many."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from orders.gates.order import LINES_MAX
from orders.models import Offer, Order, OrderLine, Subscription
from orders.services import fulfilment, placing
from partners.models import Partner
from tests import factories
from tests.orders.conftest import make_offer

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 1000


@pytest.fixture
def page(client_of: Callable[[User], Client], sales: User) -> Client:
    """The sales agent's browser."""
    return client_of(sales)


def queries(act: Callable[[], Any]) -> int:
    """Return how many statements the act takes."""
    with CaptureQueriesContext(connection) as counted:
        act()
    return len(counted)


def opened(page: Client, url: str) -> int:
    """Return how many statements the page takes, once its caches are warm."""
    page.get(url)
    return queries(lambda: page.get(url))


def more_orders(partner: Partner, by: User, count: int, start: int) -> None:
    """Write orders, each of a customer of its own."""
    for number in range(start, start + 5):
        factories.customer(partner, f"Town {number}")
    customers = list(Customer.objects.order_by("-created_at")[:5])
    Order.objects.bulk_create(
        Order(
            partner=partner,
            customer=customers[number % 5],
            created_by=by,
            state="completed",
            submitted_at=timezone.now(),
        )
        for number in range(count)
    )


def more_offers(count: int, start: int, **fields: Any) -> list[Offer]:
    """Write offers for sale, every tenth of them an add-on of the first."""
    offers = Offer.objects.bulk_create(
        Offer(
            product_id=f"BULK{number}",
            sku_id="0001",
            availability_id="A",
            title=f"Bulk {number}",
            sku_title=f"Bulk {number}",
            segment="government",
            kind="base",
            terms=["P1M", "P1Y"],
            billing_cycles=["monthly", "annual"],
            price_cents=100,
            **fields,
        )
        for number in range(start, start + count)
    )
    for addon in offers[1::10]:
        addon.prerequisites.add(offers[0])
    return offers


def lines_of(order: Order, offers: list[Offer]) -> None:
    """Write a line for each offer."""
    lines = [
        OrderLine(order=order, offer=each, quantity=5, term="P1Y", billing_cycle="annual") for each in offers
    ]
    for line in lines:
        line.take_from_offer()
    OrderLine.objects.bulk_create(lines)


def test_the_list_of_orders(page: Client, contoso: Partner, sales: User) -> None:
    more_orders(contoso, sales, FEW, 0)
    few = opened(page, reverse("orders:list"))
    more_orders(contoso, sales, MANY, 10)
    assert opened(page, reverse("orders:list")) == few
    assert opened(page, reverse("orders:list") + "?q=town&state=completed&page=3") == few
    following = page.get(reverse("orders:list")).context["page_obj"].next_url
    assert opened(page, reverse("orders:list") + following) == few


def test_the_catalogue(page: Client, county: Customer) -> None:
    url = reverse("orders:catalog", args=[county.pk])
    more_offers(FEW, 0)
    few = opened(page, url)
    more_offers(MANY, 1000)
    assert opened(page, url) == few
    assert opened(page, url + "?q=bulk&term=P1Y&page=2") == few


def test_the_cart_and_its_review(page: Client, county: Customer, sales: User, contoso: Partner) -> None:
    for name in ("cart", "review"):
        Order.objects.all().delete()
        url = reverse(f"orders:{name}", args=[county.pk])
        cart = Order.objects.create(partner=contoso, customer=county, created_by=sales)
        start = 10_000 * (1 + ("cart", "review").index(name))
        lines_of(cart, more_offers(FEW, start))
        few = opened(page, url)
        lines_of(cart, more_offers(LINES_MAX - FEW, start + FEW))
        assert opened(page, url) == few


def test_changing_the_cart(page: Client, county: Customer, sales: User, contoso: Partner) -> None:
    url = reverse("orders:cart", args=[county.pk])

    def changed(count: int, start: int) -> int:
        Order.objects.all().delete()
        cart = Order.objects.create(partner=contoso, customer=county, created_by=sales)
        lines_of(cart, more_offers(count, start))
        fields: dict[str, Any] = {"number": cart.number, "revision": cart.revision}
        for line in cart.lines.all():
            fields |= {f"line-{line.pk}-quantity": 7, f"line-{line.pk}-plan": "P1M:monthly"}
        counted = queries(lambda: page.post(url, fields))
        assert set(cart.lines.values_list("quantity", flat=True)) == {7}
        return counted

    assert changed(FEW, 0) == changed(LINES_MAX, 1000)


def test_submit_and_fulfilment(sales_actor: Actor, county: Customer, sales: User, contoso: Partner) -> None:
    def placed(count: int, start: int) -> tuple[int, int]:
        cart = Order.objects.create(partner=contoso, customer=county, created_by=sales)
        lines_of(cart, more_offers(count, start))
        submit = queries(lambda: placing.submit(sales_actor, cart.number, cart.revision))
        fulfil = queries(lambda: fulfilment.fulfil(cart.pk))
        assert Subscription.objects.filter(line__order=cart).count() == count
        return submit, fulfil

    assert placed(FEW, 0) == placed(MANY, 1000)


def test_the_order_page(page: Client, county: Customer, g3: Offer, place: Callable[..., Order]) -> None:
    few = place(*(make_offer(f"Few {number}") for number in range(2)))
    many = place(*(make_offer(f"Many {number}") for number in range(40)))
    assert opened(page, reverse("orders:order", args=[few.number])) == opened(
        page, reverse("orders:order", args=[many.number])
    )


def test_the_subscriptions_of_a_customer(
    page: Client, county: Customer, sales_actor: Actor, sales: User, contoso: Partner
) -> None:
    url = reverse("orders:subscriptions", args=[county.pk])

    def held(count: int, start: int) -> int:
        cart = Order.objects.create(partner=contoso, customer=county, created_by=sales)
        lines_of(cart, more_offers(count, start))
        placing.submit(sales_actor, cart.number, cart.revision)
        fulfilment.fulfil(cart.pk)
        return opened(page, url)

    assert held(FEW, 0) == held(MANY, 1000)
    assert page.get(url).context["page_obj"].paginator.count == (FEW + MANY) - 1 - 100
