"""What people do in a browser, in the words of the pages: by label, role and heading."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from post_office.models import STATUS, Email

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.people.models import User

PASSWORD = "demo"
# Seconds in which the desk, the worker and the mail must have done their part; the desk waits two.
SOON = 120
LOOK = 700  # milliseconds to look at one state of a page before it is loaded again


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in and stand on the first page."""
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".portal-user__summary").first).to_be_attached()


def sign_out(page: Page) -> None:
    """Sign out by the menu under the person's name."""
    page.locator(".portal-user__summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("navigation", name="Primary navigation").get_by_text("Sign in")).to_be_attached()


def heading(page: Page, name: str | re.Pattern[str]) -> Locator:
    """Return the page's main heading of this name."""
    return page.get_by_role("heading", level=1, name=name)


def on_step(page: Page, name: str) -> None:
    """Expect to stand on this step of a wizard."""
    expect(page.locator(".usa-step-indicator__heading-text")).to_have_text(name)


def fill(page: Page | Locator, answers: Mapping[str, str]) -> None:
    """Type into text fields, each by its label. "(optional)" behind a label need not be given."""
    for label, value in answers.items():
        field(page, label).fill(value)


def field(page: Page | Locator, label: str) -> Locator:
    """Return the field with this label."""
    return page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(\(optional\))?\s*$"))


def choose(page: Page | Locator, label: str) -> None:
    """Choose a radio button or check a box by its label, whatever explanation stands below it."""
    page.locator("label").filter(has_text=re.compile(rf"^\s*{re.escape(label)}")).first.click()


def press(page: Page | Locator, name: str) -> None:
    """Press the button of this name."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page | Locator, name: str) -> None:
    """Follow the link of this name."""
    page.get_by_role("link", name=name, exact=True).first.click()


def sign(page: Page, name: str, title: str) -> None:
    """Sign the form on its last page."""
    expect(heading(page, "Review and sign")).to_be_visible()
    fill(page, {"Your full name": name, "Your title": title})
    choose(page, "I accept the terms on behalf of the organization, and I may sign for it")
    press(page, "Sign and send")


def until(page: Page, path: str, seen: Callable[[Page], Locator]) -> Locator:
    """Load a page until what is looked for is seen on it; return that."""
    deadline = datetime.now(UTC) + timedelta(seconds=SOON)
    while True:
        page.goto(path)
        found = seen(page)
        try:
            expect(found).to_be_visible(timeout=LOOK)
        except AssertionError:
            if datetime.now(UTC) > deadline:
                raise
        else:
            return found


def open_mail(page: Page, to: str, subject: str | re.Pattern[str]) -> None:
    """Wait for a mail in the demo's mailbox and open it."""
    until(page, f"/mailbox/?to={to}", lambda here: here.get_by_role("link", name=subject).first).click()
    expect(heading(page, subject)).to_be_visible()


def follow_mail(page: Page) -> None:
    """Follow the link of the mail that is open."""
    page.locator(".portal-letter a").first.click()


def choose_file(page: Page, name: str, content: bytes, kind: str = "application/pdf") -> None:
    """Choose a file for the page's one file field, which the design system names by its own instructions."""
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def let_in(user: User) -> User:
    """Let a person made by the test sign in at the portal, which hashes otherwise: with the story's own password."""
    user.password = User.objects.get(email="reviewer@portal.example").password
    user.save(update_fields=["password"])
    return user


def entries(subject: Any, action: str, *, refused: bool = False) -> list[AuditEntry]:
    """Return what the audit holds of one action on an object."""
    return list(history_of(subject).filter(action=action, refused=refused))


def mails(to: str, subject: str) -> list[Email]:
    """Return the mails to an address whose subject holds these words, of which each was sent."""
    found = [each for each in Email.objects.order_by("pk") if to in each.to and subject in each.subject]
    assert all(each.status == STATUS.sent for each in found)
    return found


def today() -> str:
    """Return today as a date field takes it."""
    return timezone.localdate().isoformat()
