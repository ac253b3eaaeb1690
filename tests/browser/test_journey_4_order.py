"""Journey 4: a sales agent finds government offers only, fills a cart, changes it, submits it, sees what came of it."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from customers.models import Customer
from orders.models import Offer, Order, Subscription
from tests.browser.acts import entries, fill, follow, heading, mails, open_mail, press, sign_in

SALES = "sales@contoso.example"
CUSTOMER = "City of Portland"
BASE = "Office 365 G3 GCC"
ADDON = "Microsoft Teams Phone Standard for GCC"
Window = Callable[..., Page]


def card(page: Page, title: str) -> Locator:
    """Return the card of an offer or of a line of the cart."""
    return page.get_by_role("article").filter(has=page.get_by_role("heading", name=title, exact=False)).first


def search(page: Page, words: str) -> None:
    """Narrow the list on the page."""
    page.get_by_role("search").get_by_label("Search", exact=True).fill(words)
    page.get_by_role("search").get_by_role("button", name="Apply").click()
    # The list is fetched alone: what is typed before it is here would go with the old one.
    expect(page.get_by_role("list", name="Filters in force")).to_contain_text(words)


def add(page: Page, title: str, seats: int, plan: str) -> None:
    """Put an offer of the catalogue into the cart."""
    search(page, title)
    offer = card(page, title)
    offer.get_by_label("Term and billing").select_option(label=plan)
    offer.get_by_label("Seats").fill(str(seats))
    offer.get_by_role("button", name=f"Add to cart {title}").click()
    expect(page.get_by_role("main")).to_contain_text("in the cart")


def browse(page: Page) -> None:
    """Open the customer on its subscriptions and see government offers only."""
    sign_in(page, SALES)
    follow(page, "Customers")
    fill(page, {"Name, domain or tenant ID": "portland"})
    page.get_by_role("search").get_by_role("button", name="Apply").click()
    follow(page, CUSTOMER)
    expect(page.get_by_role("link", name="Subscriptions", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    expect(page.get_by_role("main")).to_contain_text("No subscriptions yet")
    follow(page, "Catalog")
    government = Offer.objects.filter(segment="government", is_active=True).count()
    assert 0 < government < Offer.objects.filter(is_active=True).count()
    expect(page.get_by_role("status").filter(has_text="offers")).to_have_text(f"{government} offers")
    search(page, "Microsoft 365 Business Premium")
    expect(page.get_by_role("main")).to_contain_text("No offer matches")


def test_an_order_is_placed_and_its_subscriptions_appear(window: Window) -> None:
    page = window()
    browse(page)
    add(page, BASE, 25, "1 year, billed yearly")
    add(page, ADDON, 10, "1 year, billed monthly")
    page.get_by_role("link", name="Cart (2 lines)").click()

    line = card(page, BASE)
    expect(line.get_by_label("Seats")).to_have_value("25")
    line.get_by_label("Seats").fill("40")
    press(page, "Update the cart")
    expect(card(page, BASE).get_by_label("Seats")).to_have_value("40")
    g3 = Offer.objects.get(sku_title=BASE)
    expect(card(page, BASE)).to_contain_text(f"${40 * 12 * g3.price_cents / 100:,.2f}")
    press(page, "Review the order")
    expect(heading(page, "Review the order")).to_be_visible()
    expect(page.get_by_role("row", name=BASE)).to_contain_text("40")
    press(page, "Submit the order")

    # The page follows the fulfilment by itself.
    expect(page.get_by_role("main")).to_contain_text("Every line is fulfilled", timeout=120_000)
    follow(page, "See the subscriptions")
    expect(page.get_by_role("row", name=BASE).first).to_contain_text("Active")
    expect(page.get_by_role("row", name=BASE).first).to_contain_text("40")
    expect(page.get_by_role("row", name=ADDON)).to_contain_text("Active")
    in_the_database(page)


def in_the_database(page: Page) -> None:
    """One order, two subscriptions, the add-on on its base; told once."""
    customer = Customer.objects.get(name=CUSTOMER)
    order = Order.objects.get(customer=customer)
    assert (order.state, order.line_count, order.created_by.email) == ("completed", 2, SALES)
    assert {(line.sku_title, line.quantity, line.outcome) for line in order.lines.all()} == {
        (BASE, 40, "fulfilled"),
        (ADDON, 10, "fulfilled"),
    }
    held = {each.sku_title: each for each in Subscription.objects.filter(customer=customer)}
    assert {name: (each.state, each.quantity) for name, each in held.items()} == {
        BASE: ("active", 40),
        ADDON: ("active", 10),
    }
    assert held[ADDON].base_id == held[BASE].pk
    for action in ("submit", "begin", "complete"):
        assert len(entries(order, action)) == 1, action
    open_mail(page, SALES, f"We have your order {order.number} for {CUSTOMER}")
    open_mail(page, SALES, f"Order {order.number} for {CUSTOMER} is complete")
    assert len(mails(SALES, order.number)) == 2
