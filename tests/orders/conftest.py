"""What the tests of this room share: a small catalogue, a GCC customer, a filled cart."""

import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from customers.models import Customer
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, Order, Subscription
from orders.services import carts, fulfilment, placing
from partners.models import Partner
from tests import factories

numbers = itertools.count(1)
YEARLY, MONTHLY = "P1Y:annual", "P1M:monthly"


def make_offer(title: str, *, needs: tuple[Offer, ...] = (), **fields: Any) -> Offer:
    """Return an offer for sale: government, base, one month or one year, 1 to 300 seats, $10 a month."""
    number = next(numbers)
    facts = {
        "product_id": f"GCCP{number:04}",
        "sku_id": "0001",
        "availability_id": f"GCCA{number:04}",
        "title": title,
        "segment": "government",
        "kind": "addon" if needs else "base",
        "category": "Productivity suites",
        "terms": ["P1M", "P1Y"],
        "billing_cycles": ["monthly", "annual"],
        "max_quantity": 300,
        "price_cents": 1000,
    }
    offer = Offer.objects.create(sku_title=title, **(facts | fields))
    offer.prerequisites.set(needs)
    return offer


@pytest.fixture
def g3(db: None) -> Offer:
    """A government base offer."""
    return make_offer("Office 365 G3 GCC")


@pytest.fixture
def g5(db: None) -> Offer:
    """Another government base offer."""
    return make_offer("Office 365 G5 GCC", price_cents=2550)


@pytest.fixture
def phone(g3: Offer, g5: Offer) -> Offer:
    """An add-on that needs one of the two."""
    return make_offer("Teams Phone GCC", needs=(g3, g5), price_cents=800)


@pytest.fixture
def e3(db: None) -> Offer:
    """A commercial offer."""
    return make_offer("Office 365 E3", segment="commercial")


@pytest.fixture
def county(contoso: Partner) -> Customer:
    """Contoso's GCC customer, with an agreement."""
    return factories.customer(contoso, "Harborview County")


@pytest.fixture
def bakery(contoso: Partner) -> Customer:
    """Contoso's commercial customer, with an agreement."""
    return factories.customer(contoso, "Adventure Bakery", kinds=())


@pytest.fixture
def fill(sales_actor: Actor, county: Customer) -> Callable[..., Order]:
    """Return a function that puts offers into the sales agent's cart and returns the cart, fresh."""

    def put(*offers: Offer, seats: int = 10, plan: str = YEARLY, customer: Customer = county) -> Order:
        line = None
        for offer in offers:
            line, _before = carts.add_line(sales_actor, customer.pk, offer.pk, seats, plan)
        assert line is not None
        return Order.objects.get(pk=line.order_id)

    return put


@pytest.fixture
def place(sales_actor: Actor, fill: Callable[..., Order]) -> Callable[..., Order]:
    """Return a function that orders offers, fulfils the order and returns it, fresh."""

    def order(*offers: Offer, at: datetime | None = None, **options: Any) -> Order:
        cart = fill(*offers, **options)
        placing.submit(sales_actor, cart.number, cart.revision, at=at)
        fulfilment.fulfil(cart.pk, at=at)
        return Order.objects.get(pk=cart.pk)

    return order


@pytest.fixture
def buy(place: Callable[..., Order]) -> Callable[..., Subscription]:
    """Return a function that orders one offer and returns its subscription."""

    def one(offer: Offer, **options: Any) -> Subscription:
        order = place(offer, **options)
        return Subscription.objects.get(line__order=order)

    return one
