"""Every page that links lead to, as each person of the story: it answers, fits a phone, is sound and accessible."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, expect

from tests.browser.acts import sign_in

PEOPLE = [
    "",
    "admin@contoso.example",
    "sales@contoso.example",
    "admin@fabrikam.example",
    "admin@northwind.example",
    "admin@tailspin.example",
    "reviewer@portal.example",
]
Window = Callable[..., Page]
# Pages that are opened in the browser: so many of a kind that is new, one of a kind that others have seen, in all at
# most so many a person. The rest is only asked for.
OF_A_KIND, PAGES = 2, 120
# Links that are only asked for: do they answer?
ASKED = 120
NOT_PAGES = ("/accounts/logout/", "/operator/", "/static/")
DOWNLOAD = re.compile(r"/export(\.csv|/)|/files/|/openapi\.json")
NO_CRUMBS = {"home", "account_login", "account_reauthenticate"}
OF_A_LIBRARY = {"api:docs"}  # draws a main heading of its own
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}

LOOK = """() => ({
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    headings: [...document.querySelectorAll("h1")].map((each) => each.innerText.trim()),
    title: document.title,
    crumbs: document.querySelectorAll("nav.usa-breadcrumb li").length,
    links: [...document.querySelectorAll("a[href]")]
        .filter((each) => !each.closest(".portal-letter")) // those are for whoever the letter is to
        .map((each) => each.getAttribute("href")),
    csp: window.__csp,
    wide: [...document.querySelectorAll("main *")]
        .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .filter((each) => !each.closest(".usa-table-container--scrollable, .usa-sr-only"))
        .slice(0, 2).map((each) => each.outerHTML.slice(0, 90)),
})"""


@dataclass
class Crawl:
    """One person's way through the portal."""

    page: Page
    waiting: list[str] = field(default_factory=lambda: ["/"])
    known: set[str] = field(default_factory=lambda: {"/"})
    opened: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    def run(self, checked: set[str]) -> None:
        """Follow every link from page to page. `checked` holds the kinds that axe has seen."""
        seen_by_others = frozenset(checked)
        while self.waiting and self.opened.total() < PAGES:
            path = self.waiting.pop(0)
            kind = kind_of(path)
            wanted = 1 if kind in seen_by_others else OF_A_KIND
            if self.opened[kind] < wanted and not DOWNLOAD.search(path):
                self.opened[kind] += 1
                self.open(path, kind, checked)
            elif self.asked < ASKED:
                self.asked += 1
                status = self.page.request.get(path).status
                if not answers_well(status):
                    self.wrong.append(f"{path}: {status}")

    def open(self, path: str, kind: str, checked: set[str]) -> None:
        """Open one page and look at it."""
        answer = self.page.goto(path, wait_until="load")
        if answer is None or not answers_well(answer.status):
            self.wrong.append(f"{path}: {answer.status if answer else 'no answer'}")
            return
        seen = self.page.evaluate(LOOK)
        self.wrong += [f"{path}: {each}" for each in problems(kind_of(self.page.url), seen)]
        if kind not in checked:
            checked.add(kind)
            self.wrong += [f"{path}: {each}" for each in violations(self.page)]
        for link in seen["links"]:
            self.note(urldefrag(urljoin(self.page.url, link)).url)

    def note(self, url: str) -> None:
        """Keep a link of ours that was not seen before."""
        parts, here = urlsplit(url), urlsplit(self.page.url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.netloc == here.netloc and path not in self.known and not path.startswith(NOT_PAGES):
            self.known.add(path)
            self.waiting.append(path)


def kind_of(url: str) -> str:
    """Return the name of the URL that answers; the path itself where none does."""
    path = urlsplit(url).path
    try:
        return resolve(path).view_name or path
    except Resolver404:
        return path


def answers_well(status: int) -> bool:
    """Return whether a link of ours may lead to such an answer: a page, or a refusal that says why."""
    return status < 400 or status in (403, 409)


def problems(kind: str, seen: dict[str, Any]) -> list[str]:
    """Return what is wrong with the build of a page."""
    found = []
    if seen["overflow"] > 1:
        found.append(f"wider than the window by {seen['overflow']} px: {seen['wide']}")
    if kind not in OF_A_LIBRARY and (len(seen["headings"]) != 1 or not seen["headings"][0]):
        found.append(f"main headings: {seen['headings']}")
    if not re.fullmatch(r"\S.* · GCC Portal", seen["title"]):
        found.append(f"title: {seen['title']}")
    if kind not in NO_CRUMBS and seen["crumbs"] < 2:
        found.append("no breadcrumb")
    return found + [f"security policy: {each}" for each in seen["csp"]]


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong, each with the first element."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"axe {each['id']} ({len(each['nodes'])}): {each['nodes'][0]['html'][:140]}" for each in found]


@pytest.fixture(scope="module")
def checked() -> set[str]:
    """The kinds of page that axe has seen: one of each kind is enough."""
    return set()


@pytest.mark.parametrize("person", PEOPLE, ids=lambda each: each.partition("@")[2] or "visitor")
def test_every_page_that_links_lead_to(window: Window, person: str, checked: set[str]) -> None:
    page = window(width=375)
    if person:
        sign_in(page, person)
    crawl = Crawl(page)
    crawl.run(checked)
    assert crawl.opened.total() > (2 if not person else 10)
    assert not crawl.wrong, "\n".join(["", *crawl.wrong])


# Sent empty, each of these pages comes back with its errors.
FORMS = {
    "": ["/accounts/login/", "/accounts/password/reset/", "/eligibility/"],
    "admin@contoso.example": ["/organization/agents/", "/customers/create/", "/relationships/new/"],
}


@pytest.mark.parametrize("person", FORMS, ids=lambda each: each.partition("@")[2] or "visitor")
def test_a_form_with_errors_is_as_sound_as_one_without(window: Window, person: str) -> None:
    page = window(width=375)
    if person:
        sign_in(page, person)
    for path in FORMS[person]:
        page.goto(path)
        page.locator("main form.usa-form [type=submit]").first.click()
        expect(page.get_by_role("alert").first, path).to_contain_text("There is a problem")
        expect(page.get_by_role("alert").first, path).to_be_focused()
        assert problems(kind_of(path), page.evaluate(LOOK)) == [], path
        assert violations(page) == [], path


def test_the_look_bites(window: Window) -> None:
    page = window(width=375)
    page.goto("/")
    page.evaluate(
        """() => {
            const wide = document.createElement("pre");
            wide.textContent = "x".repeat(200);
            document.querySelector("main").append(wide, document.createElement("h1"));
            document.title = "";
        }"""
    )
    found = " ".join(problems("a page", page.evaluate(LOOK)))
    for told in ("wider than the window by", "main headings", "title", "no breadcrumb"):
        assert told in found
