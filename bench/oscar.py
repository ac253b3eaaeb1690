"""django-oscar 4 as a peer of placing an order: a basket of three lines in stock becomes an order.

A shop of its own on the same PostgreSQL: three products with stock records, a signed-in buyer with an address, shipping
free, no payment taken, the confirmation e-mail written and recorded but sent nowhere. A worker's functions, and the
shop's URLs.
"""

from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.management import call_command
from django.db import transaction
from django.test import RequestFactory
from django.urls import include, path
from oscar.apps.checkout.utils import CheckoutSessionData
from oscar.core.loading import get_class, get_model

from bench.child import timed
from bench.rows import SEATS, SKUS

Selector, Applicator = get_class("partner.strategy", "Selector"), get_class("offer.applicator", "Applicator")
PaymentDetailsView = get_class("checkout.views", "PaymentDetailsView")
Basket, Country = get_model("basket", "Basket"), get_model("address", "Country")
Order, UserAddress = get_model("order", "Order"), get_model("address", "UserAddress")
Partner, StockRecord = get_model("partner", "Partner"), get_model("partner", "StockRecord")
Product, ProductClass = get_model("catalogue", "Product"), get_model("catalogue", "ProductClass")

BUYER, STOCK = "buyer@bench.example", 100_000_000


def prepare() -> dict[str, Any]:
    """Make the tables, three products in stock, and a buyer with an address; return the keys of session and address."""
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False, skip_checks=True)
    kind = ProductClass.objects.create(name="Licence", requires_shipping=True, track_stock=True)
    seller = Partner.objects.create(name="Bench")
    for number in range(len(SKUS)):
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
    """Give the buyer an open basket of three lines; return its key."""
    basket = Basket.objects.create(owner=_buyer())
    basket.strategy = Selector().strategy()
    for product in Product.objects.order_by("pk"):
        basket.add_product(product, SEATS)
    return int(basket.pk)


def place_orders(n: int) -> list[float]:
    """Place n baskets; return the seconds of each."""
    return timed(place, (fill_basket() for _each in range(n)))


def place(basket_id: int) -> None:
    """Do what the shop does between "place order" and its answer, from the basket's number on, in one transaction.

    The basket is loaded and priced as the middleware does it (strategy, offers); address, shipping, charge and total
    come from the checkout's own `build_submission`; `submit` numbers the order, freezes the basket, takes no payment,
    and places it: address, order, lines, prices, stock, signals, the confirmation mail and its record. The session is
    one in memory, so that neither reading nor writing it costs anything.
    """
    user = _buyer()
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
        session.ship_to_user_address(UserAddress.objects.get(user=user))
        session.use_shipping_method("free-shipping")
        response = view.submit(**view.build_submission())
    if response.status_code != 302:
        raise RuntimeError(f"Basket {basket_id} was not placed")


@cache
def _buyer() -> Any:
    return get_user_model().objects.get(email=BUYER)


shop: Any = apps.get_app_config("oscar")
urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(shop.urls[0])),
]
