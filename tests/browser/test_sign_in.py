"""People come in: invitation, second factor, recovery code, forgotten password; what they left in the cart stays."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from playwright.sync_api import Page, expect

from customers.models import Customer
from gcc_portal.core.people.models import User
from orders.models import Order
from partners.models import Agent, Invitation, Partner
from tests import factories
from tests.browser.acts import (
    PASSWORD,
    choose,
    entries,
    fill,
    follow,
    follow_mail,
    heading,
    let_in,
    mails,
    open_mail,
    press,
    sign_in,
    sign_out,
)
from tests.browser.test_journey_4_order import add

Window = Callable[..., Page]
NEW_PASSWORD = "correct horse battery staple"


@pytest.fixture
def person(story_db: None) -> User:
    """An agent of a partner of its own, so that nobody else's account changes."""
    agent = factories.agent(factories.partner(f"Adatum {User.objects.count()}"))
    return let_in(agent.user)


def code_of(secret: str) -> str:
    """Return the code that an app shows now. The portal takes each once: it is made to forget the last."""
    cache.clear()
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def give_code(page: Page, label: str, secret: str, button: str) -> None:
    """Enter the app's code; a second time when it ran out on the way."""
    fill(page, {label: code_of(secret)})
    with page.expect_navigation():
        press(page, button)
    if page.get_by_role("alert").is_visible():
        fill(page, {label: code_of(secret)})
        press(page, button)


def sign_in_half(page: Page, email: str) -> None:
    """Give the password, and be asked for the second factor."""
    page.goto("/accounts/login/")
    fill(page, {"Email": email, "Password": PASSWORD})
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(heading(page, "Enter your code")).to_be_visible()


def set_up_app(page: Page) -> tuple[str, list[str]]:
    """Turn the second factor on; return the app's secret and the recovery codes."""
    page.locator(".portal-user__summary").click()
    follow(page, "Account security")
    follow(page, "Set up an app")
    # Signing in long ago is not enough to change how one signs in.
    confirm = page.get_by_role("button", name="Confirm")
    expect(confirm.or_(page.get_by_role("button", name="Turn on"))).to_be_visible()
    if confirm.is_visible():
        fill(page, {"Password": PASSWORD})
        press(page, "Confirm")
    secret = page.get_by_label("Or type this secret into the app").input_value()
    fill(page, {"Authenticator code": "000000"})
    press(page, "Turn on")
    expect(page.get_by_role("alert")).to_contain_text("Incorrect code")
    assert page.get_by_label("Or type this secret into the app").input_value() == secret
    give_code(page, "Authenticator code", secret, "Turn on")
    expect(heading(page, "Recovery codes")).to_be_visible()
    return secret, page.get_by_label("Codes not used yet").input_value().split()


def test_second_factor_and_recovery_code(window: Window, person: User) -> None:
    page = window()
    sign_in(page, person.email)
    secret, recovery = set_up_app(page)
    assert len(recovery) == len(set(recovery)) == 10
    kinds = Authenticator.objects.filter(user=person).values_list("type", flat=True)
    assert sorted(kinds) == ["recovery_codes", "totp"]

    sign_out(page)
    sign_in_half(page, person.email)
    page.goto("/organization/")
    expect(heading(page, "Enter your code")).to_be_visible()
    fill(page, {"Code": "000000"})
    press(page, "Sign in")
    expect(page.get_by_role("alert")).to_contain_text("Incorrect code")
    give_code(page, "Code", secret, "Sign in")
    expect(page.locator(".portal-user__summary")).to_be_visible()

    # A recovery code gets in once.
    sign_out(page)
    sign_in_half(page, person.email)
    fill(page, {"Code": recovery[0]})
    press(page, "Sign in")
    expect(page.locator(".portal-user__summary")).to_be_visible()
    sign_out(page)
    sign_in_half(page, person.email)
    fill(page, {"Code": recovery[0]})
    press(page, "Sign in")
    expect(page.get_by_role("alert")).to_contain_text("Incorrect code")


def test_a_forgotten_password_is_replaced_by_the_link_of_a_mail(window: Window, person: User) -> None:
    page = window()
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    fill(page, {"Email": person.email})
    press(page, "Send the link")
    expect(heading(page, "Check your mail")).to_be_visible()
    open_mail(page, person.email, "GCC Portal: Password Reset Email")
    expect(page.locator(".portal-letter")).to_contain_text("Hello, You're receiving this")
    letter = page.url
    follow_mail(page)
    fill(page, {"New Password": "short", "New Password (again)": "short"})
    press(page, "Change password")
    expect(page.get_by_role("alert")).to_contain_text("at least 12 characters")
    fill(page, {"New Password": NEW_PASSWORD, "New Password (again)": NEW_PASSWORD})
    press(page, "Change password")
    expect(heading(page, "Your password is changed")).to_be_visible()

    page.goto("/accounts/login/")
    fill(page, {"Email": person.email, "Password": PASSWORD})
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, person.email, NEW_PASSWORD)
    assert len(mails(person.email, "Password Reset Email")) == 1
    page.goto(letter)
    follow_mail(page)
    expect(heading(page, "This link no longer works")).to_be_visible()


def test_an_invited_agent_joins_by_the_link_of_a_mail(window: Window, person: User) -> None:
    partner = Partner.objects.get(agents__user=person)
    invited = f"new@{partner.web_domain}"
    page = window()
    sign_in(page, person.email)
    page.goto("/organization/agents/")
    fill(page, {"E-mail address": invited})
    choose(page, "Sales agent")
    press(page, "Send the invitation")
    expect(page.get_by_role("row", name=invited)).to_contain_text("Invited")

    newcomer = window()
    open_mail(newcomer, invited, f"{partner.name} invites you to the GCC Portal")
    follow_mail(newcomer)
    link = urlsplit(newcomer.url).path
    fill(newcomer, {"Your name": "Nell Newcomer", "Password": NEW_PASSWORD, "Password, again": NEW_PASSWORD})
    press(newcomer, "Accept and sign in")
    expect(newcomer.get_by_role("main")).to_contain_text(f"You work for {partner.name} now.")
    follow(newcomer, "Customers")
    expect(heading(newcomer, "Customers")).to_be_visible()
    newcomer.goto("/organization/edit/")
    expect(heading(newcomer, "You may not do this")).to_be_visible()
    newcomer.goto(link)
    expect(newcomer.get_by_role("main")).to_contain_text("This invitation was used")

    agent = Agent.objects.get(user__email=invited)
    invitation = Invitation.objects.get(email=invited)
    assert (agent.partner_id, agent.role, invitation.state) == (partner.pk, "sales_agent", "accepted")
    assert len(mails(invited, "invites you to the GCC Portal")) == 1
    assert len(entries(invitation, "accept_invitation")) == 1
    page.reload()
    expect(page.get_by_role("row", name="Nell Newcomer")).to_contain_text("Sales agent")


def test_the_cart_outlasts_the_sign_out(window: Window, story_db: None) -> None:
    customer = Customer.objects.get(name="Doña Ana County")
    page = window()
    sign_in(page, "sales@contoso.example")
    page.goto(f"/customers/{customer.pk}/catalog/")
    add(page, "Office 365 G5 GCC", 7, "1 year, billed yearly")
    sign_out(page)
    page.goto(f"/customers/{customer.pk}/cart/")
    expect(heading(page, "Sign in")).to_be_visible()
    sign_in(page, "sales@contoso.example")
    page.goto(f"/customers/{customer.pk}/cart/")
    expect(page.get_by_role("article").get_by_label("Seats")).to_have_value("7")
    assert Order.objects.get(customer=customer).state == "cart"
    page.get_by_text("Empty this cart").click()
    press(page, "Empty the cart")
    expect(page.locator(".portal-empty")).to_contain_text("The cart is empty")
