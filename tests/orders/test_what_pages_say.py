"""What the room's pages say before and beside an act: consequences, the reason of an empty list, units, days."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Customer
from gcc_portal.core.people.models import User
from orders.models import Offer, Order, Subscription
from tests.orders.conftest import MONTHLY, YEARLY, make_offer
from tests.web.markup import Element, find, one

pytestmark = pytest.mark.django_db
BOUGHT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture
def page(client_of: Callable[[User], Client], sales: User) -> Client:
    """The sales agent's browser."""
    return client_of(sales)


def text_of(page: Client, name: str, key: object, query: str = "") -> str:
    """Return one of the room's pages."""
    answered = page.get(reverse(f"orders:{name}", args=[key]) + query)
    assert answered.status_code == 200
    return answered.content.decode()


def disclosure_of(html: str, label: str) -> Element:
    """Return the closed disclosure in which the one button of this label is."""
    [button] = [each for each in find(html, "button") if each.text == label]
    [around] = [each for each in button.around if each.tag == "details"]
    assert "open" not in around.attrs
    return around


def test_what_cannot_be_undone_says_so_before_its_button(
    page: Client,
    county: Customer,
    bakery: Customer,
    g3: Offer,
    g5: Offer,
    buy: Callable[..., Subscription],
    fill: Callable[..., Order],
) -> None:
    held = buy(g3)
    cart = fill(g5)
    around = disclosure_of(text_of(page, "subscription", held.pk), "Cancel the subscription")
    assert "It ends at once" in around.text
    assert "can’t be brought back" in around.text
    account = reverse("customers:account", args=[bakery.pk])
    assert "any more" in disclosure_of(page.get(account).content.decode(), "End the relationship").text
    html = text_of(page, "cart", county.pk)
    assert "can’t be brought back" in disclosure_of(html, "Empty the cart").text
    page.post(
        reverse("orders:cart-clear", args=[county.pk]), {"number": cart.number, "revision": cart.revision}
    )
    assert "The cart is empty" in text_of(page, "cart", county.pk)
    due = fill(g5)
    page.post(
        reverse("orders:review", args=[county.pk]),
        {"number": due.number, "revision": due.revision, "due_cents": due.lines.get().due_cents},
    )
    assert (
        "can’t be taken up again"
        in disclosure_of(text_of(page, "order", due.number), "Cancel the order").text
    )


@pytest.mark.parametrize("name", ["catalog", "subscriptions"])
def test_a_customer_without_gcc_is_told_where_one_begins(
    page: Client, county: Customer, bakery: Customer, g3: Offer, e3: Offer, name: str
) -> None:
    html = text_of(page, name, bakery.pk)
    assert "Orders can’t be placed for this customer" in html
    told = one(html, "li", data_code="O1.customer_not_gcc")
    assert "The special qualification of Adventure Bakery is None" in told.text
    assert reverse("customers:account", args=[bakery.pk]) in [each.attrs["href"] for each in find(html, "a")]
    assert "Add subscriptions" not in html
    assert "O1.customer_not_gcc" not in text_of(page, name, county.pk)
    with CaptureQueriesContext(
        connection,
    ) as of_bakery:
        text_of(page, name, bakery.pk)
    with CaptureQueriesContext(connection) as of_county:
        text_of(page, name, county.pk)
    assert len(of_bakery) == len(of_county)


def test_nothing_found_says_why(
    page: Client, county: Customer, bakery: Customer, g3: Offer, e3: Offer
) -> None:
    html = text_of(page, "catalog", bakery.pk, "?q=GCC")
    assert "No offer matches" in html
    assert "allows commercial" in html
    assert "allows government offers alone" in text_of(page, "catalog", county.pk, "?q=E3")
    Offer.objects.all().delete()
    empty = text_of(page, "catalog", county.pk)
    assert "Show the whole catalog" not in empty


def test_the_catalogue_links_nobody_to_itself(page: Client, county: Customer, e3: Offer) -> None:
    url = reverse("orders:catalog", args=[county.pk])
    html = page.post(url, {"offer": e3.pk, "quantity": "1", "plan": YEARLY}).content.decode()
    told = one(html, "li", data_code="O2.segment")
    assert "can't be sold one" in told.text
    assert "Open the catalog" not in told.text


def test_the_suites_come_first_then_the_categories(page: Client, county: Customer) -> None:
    for title, category, kind in (
        ("A phone", "Telephony and rooms", "base"),
        ("B mailbox", "Email and sites", "base"),
        ("C trial", "Productivity suites", "trial"),
        ("E suite", "Productivity suites", "base"),
        ("D suite", "Productivity suites", "base"),
    ):
        make_offer(title, category=category, kind=kind)
    seen = page.get(reverse("orders:catalog", args=[county.pk])).context["offers"]
    titles = [offer.sku_title for offer, _form in seen]
    assert titles == ["D suite", "E suite", "B mailbox", "C trial", "A phone"]


@pytest.mark.parametrize(
    ("unit", "label", "limits", "price"),
    [
        ("seat", "Seats", "1 to 300 seats", "per seat and month"),
        ("gigabyte", "Gigabytes", "1 to 300 gigabytes", "per gigabyte and month"),
        ("unit", "Units", "1 to 300 units", "per unit and month"),
    ],
)
def test_an_offer_is_counted_and_priced_by_its_unit(
    page: Client, county: Customer, fill: Callable[..., Order], unit: str, label: str, limits: str, price: str
) -> None:
    offer = make_offer("Offer GCC", unit=unit)
    card = one(text_of(page, "catalog", county.pk), "article", id=f"offer-{offer.pk}").text
    assert label in card
    assert limits in card
    assert price in card
    url = reverse("orders:catalog", args=[county.pk])
    refused = page.post(url, {"offer": offer.pk, "quantity": "301", "plan": MONTHLY}).content.decode()
    assert f"is sold from {limits}" in refused
    fill(offer, seats=25)
    review = text_of(page, "review", county.pk)
    assert f"25 {label.lower()}" in review
    assert price in review
    assert "Monthly total" in review
    assert "Due on the first bill" in review


def test_the_list_says_whether_the_window_is_open(
    page: Client, county: Customer, g3: Offer, buy: Callable[..., Subscription]
) -> None:
    with time_machine.travel(BOUGHT, tick=False):
        buy(g3)
        html = text_of(page, "subscriptions", county.pk)
        assert "Mar 8, 2026" in html
        assert "Window closed" not in html
    with time_machine.travel(LATER, tick=False):
        row = find(text_of(page, "subscriptions", county.pk), "tr")[1]
    assert "Window closed Mar 8, 2026" in " ".join(row.text.split())
