"""Lists that fetch themselves alone, in a real browser: what stays, what is said, and the way back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_kit import overflow, policy_breaks, sign_in, violations

Window = Callable[..., Page]
LISTS = [
    ("admin@contoso.example", "/customers/"),
    ("admin@contoso.example", "/orders/"),
    ("reviewer@portal.example", "/review/"),
]


def mark(page: Page) -> None:
    """Leave something on the header that a new page would not have."""
    page.evaluate("document.querySelector('header').dataset.seen = 'yes'")


def is_the_same_page(page: Page) -> bool:
    """Return whether the header is the one that was marked."""
    return bool(page.evaluate("document.querySelector('header').dataset.seen === 'yes'"))


@pytest.mark.parametrize(("email", "path"), LISTS)
def test_a_filter_changes_the_list_alone(window: Window, email: str, path: str) -> None:
    page = window()
    sign_in(page, email)
    page.goto(path)
    mark(page)
    page.locator("form[role=search] input:not([type=hidden])").first.fill("zzz")
    page.locator("#filter-apply").click()
    expect(page.locator(".portal-empty__title")).to_be_visible()
    assert is_the_same_page(page)
    assert "q=zzz" in page.url
    expect(page.locator("#filter-apply")).to_be_focused()
    said = page.locator("body > p[role=status]")
    expect(said).to_have_text(page.locator(".portal-empty__title").inner_text())
    assert violations(page) == []
    assert policy_breaks(page) == []
    assert overflow(page) <= 0
    page.locator("a.portal-chip").first.click()
    expect(page.locator(".portal-empty__title")).to_have_count(0)
    assert is_the_same_page(page)
    page.go_back()
    expect(page.locator(".portal-empty__title")).to_be_visible()
    expect(page.locator("header.usa-header")).to_have_count(1)
    expect(page.locator("h1")).to_have_count(1)
    page.reload()
    expect(page.locator("h1")).to_have_count(1)


def test_a_header_sorts_and_keeps_the_focus(window: Window) -> None:
    page = window(width=375)
    sign_in(page, "admin@contoso.example")
    page.goto("/customers/")
    title = page.title()
    mark(page)
    page.locator("#sort-since").click()
    expect(page.locator("th[aria-sort]").locator("#sort-since")).to_be_focused()
    assert is_the_same_page(page)
    assert page.url.endswith("?sort=since")
    assert page.title() == title
    assert "sort=since" in str(page.get_by_role("link", name="Download as CSV").get_attribute("href"))


def test_who_was_signed_out_meanwhile_comes_to_sign_in(window: Window) -> None:
    page = window()
    sign_in(page, "admin@contoso.example")
    page.goto("/customers/")
    page.context.clear_cookies(name="sessionid")
    page.locator("#sort-since").click()
    page.wait_for_url("**/accounts/login/**")
    expect(page.locator("h1")).to_have_count(1)


def test_without_a_script_the_same_form_loads_the_page(window: Window) -> None:
    page = window(java_script_enabled=False)
    sign_in(page, "admin@contoso.example")
    page.goto("/customers/")
    page.locator("form[role=search] input:not([type=hidden])").first.fill("zzz")
    page.locator("#filter-apply").click()
    expect(page.locator(".portal-empty__title")).to_be_visible()
    expect(page.locator("h1")).to_have_count(1)
