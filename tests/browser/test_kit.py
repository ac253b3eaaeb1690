"""The front-end kit in a real browser: accessible, within the security policy, usable on a phone and without script."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

PUBLIC = ["/", "/styleguide/", "/accounts/login/", "/accounts/password/reset/", "/no/such/page/"]
Window = Callable[..., Page]


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with a page: the rule and the first element."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


def policy_breaks(page: Page) -> list[str]:
    """Return what broke the Content-Security-Policy on this page."""
    return page.evaluate("window.__csp")


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def sign_in(page: Page, email: str) -> None:
    """Sign in as a person of the demo."""
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill("demo")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.locator(".portal-user__summary").first).to_be_attached()


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_are_accessible_and_fit(window: Window, path: str, width: int) -> None:
    page = window(width=width)
    page.goto(path)
    assert violations(page) == []
    assert policy_breaks(page) == []
    assert overflow(page) <= 0


def test_the_axe_check_bites(window: Window) -> None:
    page = window()
    page.goto("/accounts/login/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any(found.startswith("label:") for found in violations(page))


@pytest.mark.parametrize("width", [1280, 375])
def test_account_pages_are_accessible_and_fit(window: Window, width: int) -> None:
    page = window(width=width)
    sign_in(page, "reviewer@portal.example")
    for path in ("/accounts/2fa/", "/accounts/password/change/", "/accounts/sessions/", "/accounts/logout/"):
        page.goto(path)
        assert violations(page) == [], path
        assert overflow(page) <= 0, path


def test_the_style_guides_scripts_do_their_work(window: Window) -> None:
    page = window(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/styleguide/")
    expect(page.locator(".portal-error-summary").first).to_be_focused()
    page.get_by_role("button", name="Copy to the clipboard").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert "please open this link" in page.evaluate("navigator.clipboard.readText()")
    combo = page.locator("#id_w-offer")
    expect(combo).to_have_attribute("aria-invalid", "true")
    expect(combo).to_have_attribute("aria-describedby", "id_w-offer_error")


def test_too_large_an_upload_is_stopped_before_it_is_sent(window: Window) -> None:
    page = window()
    page.goto("/styleguide/")
    # Said to be 27 MB: the browser can't be handed that much by the test.
    page.evaluate("document.querySelector('form[data-max-bytes]').dataset.maxBytes = '10'")
    page.set_input_files("#id_evidence", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x" * 11})
    expect(page.locator("[data-upload-note]")).to_contain_text("too large")
    page.locator("form[data-max-bytes]").get_by_role("button", name="Save").click()
    assert page.url.endswith("/styleguide/")


def test_a_double_click_sends_a_form_once(window: Window) -> None:
    page = window()
    page.goto("/styleguide/")
    sent: list[Any] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.route("**/slow/", lambda route: route.fulfill(status=204))
    page.evaluate(
        """() => {
            const form = document.querySelector(".portal-button-form button.usa-button--outline").form;
            form.action = "/slow/";
            form.querySelector("button").click();
            form.querySelector("button").click();
        }"""
    )
    expect(page.get_by_role("button", name="Working…")).to_be_disabled()
    assert len(sent) == 1


def test_the_user_menu_closes_on_escape_and_outside(window: Window) -> None:
    page = window()
    sign_in(page, "reviewer@portal.example")
    menu = page.locator(".portal-user__menu")
    page.locator(".portal-user__summary").click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.locator(".portal-user__summary").click()
    page.locator("h1").click()
    expect(menu).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 375])
def test_everything_is_reached_without_script(window: Window, width: int) -> None:
    page = window(width=width, java_script_enabled=False)
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Primary navigation").get_by_text("Sign in")).to_be_visible()
    expect(page.get_by_role("button", name="Use")).to_have_count(0)
    page.get_by_label("Email").fill("nobody@contoso.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.get_by_label("Email")).to_have_value("nobody@contoso.example")
