"""What the shop's process does: the shop itself, its customer's baskets, and checkouts without HTTP."""

import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.management import call_command
from django.db import transaction
from django.test import RequestFactory
from oscar.apps.checkout.utils import CheckoutSessionData
from oscar.core.loading import get_class, get_model

from bench.counting import counted
from bench.peers.oscar_shop import BUYER, LINES, SEATS

Selector, Applicator = get_class("partner.strategy", "Selector"), get_class("offer.applicator", "Applicator")
PaymentDetailsView = get_class("checkout.views", "PaymentDetailsView")
Basket, Country = get_model("basket", "Basket"), get_model("address", "Country")
Order, UserAddress = get_model("order", "Order"), get_model("address", "UserAddress")
Partner, StockRecord = get_model("partner", "Partner"), get_model("partner", "StockRecord")
Product, ProductClass = get_model("catalogue", "Product"), get_model("catalogue", "ProductClass")

STOCK = 100_000_000


def prepare() -> dict[str, Any]:
    """Make the tables, three products in stock, and a buyer with an address; return the session and the address."""
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False, skip_checks=True)
    kind = ProductClass.objects.create(name="Licence", requires_shipping=True, track_stock=True)
    seller = Partner.objects.create(name="Bench")
    for number in range(LINES):
        product = Product.objects.create(product_class=kind, title=f"Licence {number}", upc=f"SKU{number}")
        StockRecord.objects.create(
            product=product, partner=seller, partner_sku=f"SKU{number}", price_currency="USD",
            price=Decimal("20.00"), num_in_stock=STOCK,
        )  # fmt: skip
    user = get_user_model().objects.create_user("buyer", BUYER)
    country = Country.objects.create(
        iso_3166_1_a2="US", iso_3166_1_a3="USA", iso_3166_1_numeric="840", printable_name="United States",
        name="United States", is_shipping_country=True,
    )  # fmt: skip
    address = UserAddress.objects.create(
        user=user, first_name="Pat", last_name="Clerk", line1="1 Main Street", line4="Springfield", state="IL",
        postcode="62701", country=country,
    )  # fmt: skip
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "oscar.apps.customer.auth_backends.EmailBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return {"session": store.session_key, "address": address.pk}


def fill_basket() -> int:
    """Give the buyer an open basket of three lines, and return its number."""
    basket = Basket.objects.create(owner=_buyer())
    basket.strategy = Selector().strategy()
    for product in Product.objects.order_by("pk"):
        basket.add_product(product, SEATS)
    return int(basket.pk)


def checkouts(n: int, address: int) -> list[float]:
    """Place n prepared baskets; return the seconds of each."""
    seconds = []
    for _each in range(n):
        basket, user = fill_basket(), _buyer()
        began = time.perf_counter()
        place(user, basket, address)
        seconds.append(time.perf_counter() - began)
    return seconds


def statements(address: int) -> dict[str, int]:
    """Place a basket; return the statements by kind."""
    basket, user = fill_basket(), _buyer()
    with counted() as found:
        place(user, basket, address)
    return dict(found)


def place(user: Any, basket_id: int, address: int) -> None:
    """Do what the shop does between "place order" and its answer, from the basket's number on, in one transaction.

    The basket is loaded and priced as the middleware does it (strategy, offers); address, shipping, charge and total
    come from the checkout's own `build_submission`; `submit` numbers the order, freezes the basket, takes no payment,
    and places it: address, order, lines, prices, stock, signals, the confirmation mail and its record. The session is
    one in memory, so that neither reading nor writing it costs anything.
    """
    request: Any = RequestFactory().post("/checkout/preview/")
    request.user, request.session = user, SessionStore()
    with transaction.atomic():
        request.strategy = Selector().strategy(request=request, user=user)
        basket = Basket.open.get(pk=basket_id, owner=user)
        basket.owner, basket.strategy = user, request.strategy
        Applicator().apply(basket, user, request)
        request.basket = basket
        view = PaymentDetailsView(preview=True)
        view.setup(request)
        view.checkout_session = session = CheckoutSessionData(request)
        session.ship_to_user_address(UserAddress.objects.get(pk=address, user=user))
        session.use_shipping_method("free-shipping")
        response = view.submit(**view.build_submission())
    if response.status_code != 302:
        raise RuntimeError(f"Basket {basket_id} was not placed")


def _buyer() -> Any:
    return get_user_model().objects.get(email=BUYER)


def placed() -> Sequence[int]:
    """Return how many orders, lines, units on hold and mails there are."""
    lines = get_model("order", "Line").objects.count()
    held = sum(each or 0 for each in StockRecord.objects.values_list("num_allocated", flat=True))
    return Order.objects.count(), lines, held, get_model("communication", "Email").objects.count()
