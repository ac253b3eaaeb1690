"""Without JavaScript: sign in, order from catalogue to subscriptions, begin the customer's form."""

from playwright.sync_api import Page, expect

from customers.models import Customer, CustomerForm
from orders.models import Order
from tests.browser.acts import (
    choose,
    field,
    fill,
    follow,
    follow_mail,
    heading,
    on_step,
    open_mail,
    press,
    sign_in,
    until,
)
from tests.browser.test_journey_4_order import add, card, search
from tests.browser.test_journey_5_relationship import Window

SALES = "sales@contoso.example"
OFFER = "Office 365 G1 GCC"


def plain(window: Window) -> Page:
    """Return a phone's window that runs no script."""
    return window(width=375, java_script_enabled=False)


def test_an_order_is_placed(window: Window) -> None:
    customer = Customer.objects.get(name="Jefferson County")
    page = plain(window)
    sign_in(page, SALES)
    page.goto("/customers/")
    follow(page, customer.name)
    follow(page, "Catalog")
    add(page, OFFER, 3, "1 year, billed monthly")
    # The number that can't be is told, and stays as it was typed.
    search(page, OFFER)
    card(page, OFFER).get_by_label("Seats").fill("0")
    card(page, OFFER).get_by_role("button", name=f"Add to cart {OFFER}").click()
    expect(page.get_by_role("main")).to_contain_text("Enter 1 seat or more.")
    expect(card(page, OFFER).get_by_label("Seats")).to_have_value("0")

    follow(page, "Cart")
    card(page, OFFER).get_by_label("Seats").fill("5")
    press(page, "Update the cart")
    expect(page.get_by_role("main")).to_contain_text("The cart is changed.")
    press(page, "Review the order")
    press(page, "Submit the order")
    expect(heading(page, "Order ")).to_be_visible()
    order = page.url
    until(page, order, lambda here: here.get_by_text("Every line is fulfilled. The"))
    follow(page, "See the subscriptions")
    expect(page.get_by_role("row", name=OFFER)).to_contain_text("Active")
    placed = Order.objects.get(customer=customer)
    assert (placed.state, placed.lines.get().quantity) == ("completed", 5)
    assert customer.subscriptions.get().quantity == 5


def test_the_customer_form_is_begun(window: Window) -> None:
    name, address = "Town of Bradford", "clerk@bradfordme.gov"
    page = plain(window)
    page.goto("/eligibility/")
    press(page, "Send me my link")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    fill(page, {"Organization": name, "Your e-mail address at work": address})
    press(page, "Send me my link")
    open_mail(page, address, "Your eligibility form for the Government Community Cloud")
    follow_mail(page)
    on_step(page, "About you")
    fill(page, {"Your name": "Town Clerk", "Your title": "Clerk"})
    press(page, "Save and continue")
    on_step(page, "Organization")
    fill(page, {"Web site": "bradfordme.gov", "Street address": "346 Main Road"})
    fill(page, {"City": "Bradford", "ZIP code": "04410"})
    field(page, "State or territory").select_option("ME")
    press(page, "Save and continue")
    on_step(page, "Category")
    choose(page, "US local government or special district")
    press(page, "Save and leave")
    expect(page.get_by_role("main")).to_contain_text("Your answers are saved.")
    form = CustomerForm.objects.get(organization_name=name)
    assert (form.state, form.answers["category"], form.answers["state"]) == ("draft", "local", "ME")


def test_the_menus_are_reached(window: Window) -> None:
    page = plain(window)
    sign_in(page, SALES)
    for name in (
        "Customers",
        "Add customer",
        "Validation IDs",
        "Relationship requests",
        "Orders",
        "Organization",
    ):
        page.get_by_role("navigation", name="Primary navigation").get_by_role(
            "link", name=name, exact=True
        ).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator(".portal-user__summary").click()
    press(page, "Sign out")
    expect(page.get_by_role("navigation", name="Primary navigation")).to_contain_text("Sign in")
