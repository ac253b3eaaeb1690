"""The room's pages, from the catalogue to the order: journey 4 without a browser, and what goes wrong on the way."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from gcc_portal.core.people.models import User
from orders.models import Offer, Order, OrderLine, Subscription
from tests import factories
from tests.orders.conftest import MONTHLY, YEARLY, make_offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client_of: Callable[[User], Client], sales: User) -> Client:
    """The sales agent's browser."""
    return client_of(sales)


def cart_fields(cart: Order, **changes: Any) -> dict[str, Any]:
    """Return what the cart page sends, with changes by field name."""
    fields: dict[str, Any] = {"number": cart.number, "revision": cart.revision}
    for line in cart.lines.all():
        fields |= {f"line-{line.pk}-quantity": line.quantity, f"line-{line.pk}-plan": line.plan.code}
    return fields | changes


def submit_fields(cart: Order) -> dict[str, Any]:
    """Return what the review page sends."""
    due = sum(line.due_cents for line in cart.lines.all())
    return {"number": cart.number, "revision": cart.revision, "due_cents": due}


def test_from_the_catalogue_to_the_subscriptions(
    page: Client, county: Customer, g3: Offer, phone: Offer, commits: Any, eager: None, mailoutbox: Any
) -> None:
    opened = page.get(reverse("orders:subscriptions", args=[county.pk]))
    assert "No subscriptions yet" in opened.content.decode()
    catalog = reverse("orders:catalog", args=[county.pk])
    for offer in (g3, phone):
        sent = page.post(catalog, {"offer": offer.pk, "quantity": "1,0", "plan": YEARLY}, follow=True)
        assert f"{offer.sku_title} is in the cart with 10 seats" in sent.content.decode()
    cart = Order.objects.get()
    line = cart.lines.get(offer=g3)
    changed = page.post(
        reverse("orders:cart", args=[county.pk]),
        cart_fields(cart, **{f"line-{line.pk}-quantity": "25", "review": "1"}),
    )
    assert changed.url == reverse("orders:review", args=[county.pk])
    review = page.get(changed.url)
    assert "Submit the order" in review.content.decode()
    assert "Pat Clerk" in review.content.decode()
    cart.refresh_from_db()
    with commits():
        submitted = page.post(changed.url, submit_fields(cart))
    assert submitted.url == reverse("orders:order", args=[cart.number])
    text = page.get(submitted.url).content.decode()
    assert "Every line is fulfilled" in text
    assert "Order " + cart.number in text
    table = page.get(reverse("orders:subscriptions", args=[county.pk])).content.decode()
    assert table.index("Office 365 G3 GCC") < table.index("Teams Phone GCC")
    assert Subscription.objects.get(offer=g3).quantity == 25
    assert "is complete" in page.get(submitted.url).context["mails"][0].subject


def test_the_catalogue_shows_what_may_be_sold_and_finds(
    page: Client, county: Customer, bakery: Customer, g3: Offer, phone: Offer, e3: Offer
) -> None:
    make_offer("Withdrawn GCC", is_active=False)
    url = reverse("orders:catalog", args=[county.pk])

    def titles(**query: str) -> list[str]:
        return [offer.sku_title for offer, _form in page.get(url, query).context["offers"]]

    assert titles() == ["Office 365 G3 GCC", "Office 365 G5 GCC", "Teams Phone GCC"]
    assert titles(q="phone gcc") == ["Teams Phone GCC"]
    assert titles(kind="addon") == ["Teams Phone GCC"]
    assert titles(category="Productivity suites", q="g3") == ["Office 365 G3 GCC"]
    assert titles(term="P3Y") == []
    assert len(titles(kind="nonsense", page="xx")) == 3
    shop = page.get(reverse("orders:catalog", args=[bakery.pk]))
    assert [offer for offer, _form in shop.context["offers"]] == [e3]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the number of seats"),
        ("0", "Enter 1 seat or more"),
        ("-5", "Enter 1 seat or more"),
        ("ten", "whole number"),
        ("1.5", "whole number"),
        ("9" * 5000, "whole number"),
        ("9" * 30, "more than any offer"),
        ("\x00", "whole number"),
        ("🎉", "whole number"),
        ("301", "from 1 to 300 seats"),
    ],
)
def test_bad_seats_are_answered_at_the_field(
    page: Client, county: Customer, g3: Offer, typed: str, said: str
) -> None:
    sent = page.post(
        reverse("orders:catalog", args=[county.pk]), {"offer": g3.pk, "quantity": typed, "plan": MONTHLY}
    )
    assert sent.status_code in (409, 422)
    form = next(form for offer, form in sent.context["offers"] if offer == g3)
    assert said in str(form.errors["quantity"])
    assert form["quantity"].value() == typed
    assert form["plan"].value() == MONTHLY
    assert not OrderLine.objects.exists()


@pytest.mark.parametrize("offer", ["", "0", "999999", "9" * 40, "x", "²", "-1"])
def test_an_unknown_offer_is_a_404(page: Client, county: Customer, offer: str) -> None:
    sent = page.post(
        reverse("orders:catalog", args=[county.pk]), {"offer": offer, "quantity": 1, "plan": YEARLY}
    )
    assert sent.status_code == 404


def test_an_offer_of_another_segment_is_refused_by_the_page(
    page: Client, county: Customer, e3: Offer
) -> None:
    sent = page.post(
        reverse("orders:catalog", args=[county.pk]), {"offer": e3.pk, "quantity": 1, "plan": YEARLY}
    )
    assert sent.status_code == 409
    assert [each.code for each in sent.context["blockers"]] == ["O2.segment"]


def test_wrong_lines_keep_everything_typed(
    page: Client, county: Customer, g3: Offer, g5: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3, g5)
    first, second = cart.lines.all()
    sent = page.post(
        reverse("orders:cart", args=[county.pk]),
        cart_fields(cart, **{f"line-{first.pk}-quantity": "44", f"line-{second.pk}-quantity": "many"}),
    )
    assert sent.status_code == 422
    (_l1, one, _n1), (_l2, two, _n2) = sent.context["rows"]
    assert one["quantity"].value() == "44"
    assert two["quantity"].value() == "many"
    assert not one.errors
    assert "whole number" in str(two.errors)
    first.refresh_from_db()
    assert first.quantity == 10


def test_a_limit_speaks_at_its_line(
    page: Client, county: Customer, g3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3)
    line = cart.lines.get()
    sent = page.post(
        reverse("orders:cart", args=[county.pk]), cart_fields(cart, **{f"line-{line.pk}-quantity": "301"})
    )
    assert sent.status_code == 409
    assert "from 1 to 300 seats" in str(sent.context["rows"][0][1].errors["quantity"])


def test_a_stale_tab_is_told_and_keeps_what_it_typed(
    page: Client, county: Customer, g3: Offer, g5: Offer, fill: Callable[..., Order]
) -> None:
    seen = fill(g3)
    line = seen.lines.get()
    fields = cart_fields(seen, **{f"line-{line.pk}-quantity": "77"})
    now = fill(g5)
    sent = page.post(reverse("orders:cart", args=[county.pk]), fields)
    assert sent.status_code == 409
    text = sent.content.decode()
    assert "changed in another tab" in text
    assert 'value="77"' in text
    # The page speaks of the cart as it is now: sent again it goes through.
    fields["revision"] = now.revision
    assert page.post(reverse("orders:cart", args=[county.pk]), fields).status_code == 302
    review = reverse("orders:review", args=[county.pk])
    assert page.post(review, submit_fields(now)).status_code == 409
    assert not Order.objects.exclude(state="cart").exists()


def test_removing_and_emptying(
    page: Client, county: Customer, g3: Offer, g5: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3, g5)
    url = reverse("orders:cart-remove", args=[county.pk, cart.lines.first().pk])
    for _time in range(2):
        assert page.post(url).status_code == 302
    assert page.get(url).status_code == 405
    cart.refresh_from_db()
    clear = reverse("orders:cart-clear", args=[county.pk])
    assert page.post(clear, {"number": cart.number, "revision": 0}).status_code == 409
    assert page.post(clear, {"number": "☃", "revision": "x"}).status_code == 422
    assert page.post(clear, {"number": cart.number, "revision": cart.revision}).status_code == 302
    assert "The cart is empty" in page.get(reverse("orders:cart", args=[county.pk])).content.decode()


def test_the_cart_survives_signing_out(
    client_of: Callable[[User], Client], sales: User, admin: User, county: Customer, g3: Offer
) -> None:
    first = client_of(sales)
    first.post(reverse("orders:catalog", args=[county.pk]), {"offer": g3.pk, "quantity": 3, "plan": YEARLY})
    first.logout()
    assert first.get(reverse("orders:cart", args=[county.pk])).status_code == 302
    assert client_of(sales).get(reverse("orders:cart", args=[county.pk])).context["cart_size"] == 1
    assert client_of(admin).get(reverse("orders:cart", args=[county.pk])).context["cart_size"] == 0


def test_submitting_the_page_twice_makes_one_order(
    page: Client, county: Customer, g3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3)
    url, fields = reverse("orders:review", args=[county.pk]), submit_fields(cart)
    assert (
        page.post(url, fields).url
        == page.post(url, fields).url
        == reverse("orders:order", args=[cart.number])
    )
    assert Order.objects.count() == 1


def test_a_commercial_customer_ends_in_a_clear_no(
    page: Client, bakery: Customer, e3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(e3, customer=bakery)
    url = reverse("orders:review", args=[bakery.pk])
    seen = page.get(url)
    assert [each.code for each in seen.context["blockers"]] == ["O1.customer_not_gcc"]
    assert "The special qualification of Adventure Bakery is None" in seen.content.decode()
    assert not seen.context["may_submit"]
    sent = page.post(url, submit_fields(cart))
    assert sent.status_code == 409
    assert "The special qualification of Adventure Bakery is None" in sent.content.decode()
    cart.refresh_from_db()
    assert cart.state == "cart"


def pages_of(customer: Customer, order: Order, subscription: Subscription) -> list[str]:
    """Return every page of the room that shows something of the customer."""
    names = ("subscriptions", "catalog", "cart", "review")
    return [
        *(reverse(f"orders:{name}", args=[customer.pk]) for name in names),
        reverse("orders:order", args=[order.number]),
        reverse("orders:progress", args=[order.number]),
        reverse("orders:subscription", args=[subscription.pk]),
    ]


def test_who_may_open_what(
    client_of: Callable[[User], Client],
    sales: User,
    stranger: User,
    reviewer: User,
    county: Customer,
    g3: Offer,
    place: Callable[..., Order],
) -> None:
    order = place(g3)
    for url in pages_of(county, order, Subscription.objects.get()):
        assert client_of(sales).get(url).status_code in (200, 302), url
        assert client_of(stranger).get(url).status_code == 404, url
        assert client_of(reviewer).get(url).status_code == 403, url
        assert "/accounts/login/" in Client().get(url).url
    assert not client_of(stranger).get(reverse("orders:list")).context["page_obj"].object_list
    for name in ("cancel", "retry"):
        assert client_of(stranger).post(reverse(f"orders:{name}", args=[order.number])).status_code == 404


def test_orders_are_found_and_narrowed(
    page: Client,
    county: Customer,
    g3: Offer,
    place: Callable[..., Order],
    contoso: Any,
    fill: Callable[..., Order],
) -> None:
    first = place(g3)
    other = place(g3, customer=factories.customer(contoso, "Pinecrest Town"))
    fill(g3)
    url = reverse("orders:list")

    def numbers(**query: str) -> list[str]:
        return [each.number for each in page.get(url, query).context["page_obj"]]

    assert numbers() == [other.number, first.number]
    assert numbers(q="pinecrest") == [other.number]
    assert numbers(q=first.number[:9].lower()) == numbers(q=first.number.lower()) == [first.number]
    assert numbers(state="failed") == []
    assert numbers(since="2999-01-01") == numbers(until="0001-01-01") == []
    assert len(numbers(since="0001-01-01", until="9999-12-31")) == 2
    today = timezone.localdate().isoformat()
    assert len(numbers(since=today, until=today)) == 2
    assert len(numbers(since="yesterday", state="x", page="-3", since_="x")) == 2
    assert numbers(q="‮🎉") == [other.number, first.number]


def test_progress_asks_again_until_the_end(
    page: Client, county: Customer, g3: Offer, fill: Callable[..., Order]
) -> None:
    from orders.services import fulfilment

    cart = fill(g3)
    page.post(reverse("orders:review", args=[county.pk]), submit_fields(cart))
    url = reverse("orders:progress", args=[cart.number])
    shown = page.get(reverse("orders:order", args=[cart.number])).content.decode()
    assert f'hx-get="{url}"' in shown
    assert "Refresh" in shown
    assert "Cancel the order" in shown
    assert "being fulfilled" in page.get(reverse("orders:subscriptions", args=[county.pk])).content.decode()
    assert "portal-progress" in page.get(url, headers={"HX-Request": "true"}).content.decode()
    fulfilment.fulfil(cart.pk)
    assert page.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert page.get(url).status_code == 302


def test_cancelling_too_late_says_so(page: Client, g3: Offer, place: Callable[..., Order]) -> None:
    order = place(g3)
    sent = page.post(reverse("orders:cancel", args=[order.number]))
    assert sent.status_code == 409
    assert "is completed now" in sent.content.decode()


@pytest.mark.parametrize("path", ["/customers/not-a-uuid/cart/", "/subscriptions/1/", "/orders/NONE/"])
def test_addresses_that_name_nothing(page: Client, path: str) -> None:
    assert page.get(path).status_code == 404
