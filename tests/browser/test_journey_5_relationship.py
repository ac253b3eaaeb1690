"""Journey 5: an existing customer accepts a relationship; a government tenant can be sold to, a commercial one not."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from customers.models import Customer, Relationship
from orders.models import Order
from tests.browser.acts import (
    choose,
    entries,
    fill,
    follow,
    follow_mail,
    heading,
    mails,
    open_mail,
    press,
    sign_in,
)
from tests.browser.test_journey_4_order import add

ADMIN = "admin@contoso.example"
CHICAGO = ("City of Chicago", "51c0ca60-c41c-4a60-8e01-6cc7e4a40001", "it@chicago.example")
CERRO_GORDO = ("Cerro Gordo County", "ce44060d-0c0a-4c4d-8e03-c03e4c1a0003", "it@cerrogordo.example")
Window = Callable[..., Page]


def request(page: Page, name: str, email: str) -> Relationship:
    """Ask for the relationship: template letter with the link, ways to send it, then sent from the portal."""
    sign_in(page, ADMIN)
    follow(page, "Relationship requests")
    follow(page, "Request a relationship")
    fill(page, {"Organization": name, "Contact’s e-mail address": email})
    press(page, "Go on to the letter")
    expect(heading(page, f"Email to {name}")).to_be_visible()
    made = Relationship.objects.get(organization_name=name, state="invited")
    link = page.get_by_label("The personal link").input_value()
    assert link.endswith(f"/relationships/answer/{made.token}/")
    message = page.get_by_label("Email", exact=True).first
    assert link in message.input_value()
    page.get_by_role("button", name="Copy the letter").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert link in page.evaluate("navigator.clipboard.readText()")
    mailto = page.get_by_role("link", name="Open in your mail program").get_attribute("href") or ""
    assert mailto.startswith(f"mailto:{email}?subject=")
    assert made.token in mailto

    # A letter without its link is not sent.
    written = message.input_value()
    message.fill("Please accept.")
    press(page, f"Save and send to {email}")
    expect(page.get_by_role("alert")).to_contain_text("The personal link is missing from the letter")
    message.fill(written + "\nThank you.")
    press(page, f"Save and send to {email}")
    expect(page.get_by_role("main")).to_contain_text(f"The letter is on its way to {email}.")
    return made


def accept(page: Page, made: Relationship, tenant: str, email: str) -> None:
    """Open the link of the mail and accept, as the customer's administrator."""
    open_mail(page, email, made.message_subject)
    expect(page.locator(".portal-letter")).to_contain_text("Thank you.")
    follow_mail(page)
    expect(heading(page, "Contoso Cloud asks to be your reseller")).to_be_visible()
    page.get_by_label("Your organization’s tenant ID").fill(tenant)
    expect(page.locator("#tenant-answer")).to_contain_text(made.organization_name)
    fill(page, {"Administrator’s first name": "Technology", "Last name": "Office", "Title": "Administrator"})
    page.get_by_label("E-mail address").first.fill(email)
    choose(page, "I am an administrator of this tenant and accept the reseller relationship.")
    choose(page, "I accept the Microsoft Customer Agreement for my organization")
    press(page, "Accept the relationship")
    expect(heading(page, "Contoso Cloud is your reseller")).to_be_visible()


def accepted_once(made: Relationship, email: str) -> None:
    """The relationship is active, each letter went once, the refused letter is not in the audit as sent."""
    made.refresh_from_db()
    assert (made.state, made.sends) == ("active", 1)
    assert len(entries(made, "activate")) == 1
    assert len(mails(email, made.message_subject)) == 1
    assert len(mails(ADMIN, f"{made.organization_name} accepted your relationship request")) == 1


def test_a_government_customer_accepts_and_is_ordered_for(window: Window) -> None:
    name, tenant, email = CHICAGO
    agent = window(permissions=["clipboard-read", "clipboard-write"])
    made = request(agent, name, email)
    customer = window()
    accept(customer, made, tenant, email)
    open_mail(agent, ADMIN, f"{name} accepted your relationship request")

    follow(agent, "Customers")
    follow(agent, name)
    follow(agent, "Account")
    row = agent.locator(".portal-summary__row").filter(has_text="Special qualifications")
    expect(row).to_contain_text("Government Community Cloud")
    follow(agent, "Catalog")
    add(agent, "Office 365 G1 GCC", 12, "1 year, billed yearly")
    agent.get_by_role("link", name="Cart (1 line)").click()
    press(agent, "Review the order")
    press(agent, "Submit the order")
    expect(agent.get_by_role("main")).to_contain_text("Every line is fulfilled", timeout=120_000)

    accepted_once(made, email)
    theirs = Customer.objects.get(name=name)
    assert str(theirs.pk) == tenant
    assert theirs.agreements.get().how == "accepted"
    assert theirs.granted_kinds == {"government_community_cloud"}
    order = Order.objects.get(customer=theirs)
    assert (order.state, order.created_by.email) == ("completed", ADMIN)
    assert theirs.subscriptions.get().quantity == 12


def test_a_commercial_customer_is_refused_at_the_order(window: Window) -> None:
    name, tenant, email = CERRO_GORDO
    agent = window(permissions=["clipboard-read", "clipboard-write"])
    made = request(agent, name, email)
    customer = window()
    accept(customer, made, tenant, email)
    open_mail(agent, ADMIN, f"{name} accepted your relationship request")

    follow(agent, "Customers")
    follow(agent, name)
    follow(agent, "Account")
    row = agent.locator(".portal-summary__row").filter(has_text="Special qualifications")
    expect(row).to_contain_text("None")
    follow(agent, "Catalog")
    add(agent, "Microsoft 365 E3", 12, "1 year, billed yearly")
    agent.get_by_role("link", name="Cart (1 line)").click()
    press(agent, "Review the order")
    no = agent.locator("[data-code='O1.customer_not_gcc']")
    expect(no).to_contain_text(f"The special qualification of {name} is None.")
    expect(no).to_contain_text("add it as a new customer")
    expect(agent.get_by_role("button", name="Submit the order")).to_be_disabled()
    # A government offer can't even be found for it.
    agent.goto(f"/customers/{tenant}/catalog/?q=Office+365+G1+GCC")
    expect(agent.get_by_role("main")).to_contain_text("No offer matches")

    accepted_once(made, email)
    theirs = Customer.objects.get(pk=tenant)
    assert theirs.granted_kinds == set()
    assert [order.state for order in Order.objects.filter(customer=theirs)] == ["cart"]
    assert not theirs.subscriptions.exists()
