"""The two ways through the code that docs/architecture.md describes are what real calls go through, in that order."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from post_office.models import STATUS

from customers.models import Customer
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.mail.tasks import deliver_outbox
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.intake.tasks import sweep
from orders.models import Offer, Subscription
from orders.services import carts
from partners.models import Partner
from tests import factories
from tests.intake import making
from tests.orders.conftest import YEARLY, county, g3  # noqa: F401 - fixtures

ROOT = Path(__file__).resolve().parents[2]
APPS = ("gcc_portal/", "partners/", "customers/", "orders/")


def described(name: str) -> list[str]:
    """Return the steps of a path of the page, as `file:function`."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    [part] = re.findall(rf"<!-- path: {name} -->(.*?)<!-- end -->", page, re.S)
    return re.findall(r"^\d\. `([\w/]+\.py:\w+)`", part, re.M)


@contextmanager
def followed() -> Iterator[list[str]]:
    """Record every call of the product's own functions inside the context, in order."""
    calls: list[str] = []

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" and (path := frame.f_code.co_filename).startswith(str(ROOT)):
            name = path.removeprefix(f"{ROOT}/")
            if name.startswith(APPS) and not frame.f_code.co_name.startswith("<"):
                calls.append(f"{name}:{frame.f_code.co_name}")

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def first_missing(steps: list[str], calls: list[str]) -> str:
    """Return the first step that is not called after the ones before it; an empty string when all are."""
    place = 0
    for step in steps:
        try:
            place = calls.index(step, place) + 1
        except ValueError:
            return step
    return ""


@pytest.fixture(autouse=True)
def empty_cache(db: None) -> None:
    """Nothing is cached from other tests."""
    cache.clear()


def test_a_form_from_its_signing_to_its_email(
    fabrikam: Partner, client_of: Callable[[User], Client], settings: Any
) -> None:
    settings.INTAKE_DESK_PACE = "0"
    page = client_of(factories.agent(fabrikam, "admin_agent").user)
    page.get(reverse("home"))  # imports every address
    form = making.draft(fabrikam)
    given = making.signature(form)
    fields = {
        "signatory_name": given.name,
        "signatory_title": given.title,
        "accepted": "on",
        "revision": given.revision,
        "terms_version": given.terms_version,
    }
    with followed() as calls:
        assert page.post(reverse("partners:intake-sign"), fields).status_code == 302
        sweep()
        deliver_outbox()
    steps = described("form")
    assert 1 < len(steps) <= 8
    assert first_missing(steps, calls) == ""
    fabrikam.refresh_from_db()
    assert fabrikam.qualification == "qualified"
    assert set(OutboxMail.objects.filter(kind="intake.approved").values_list("email__status")) == {
        (STATUS.sent,)
    }


def test_a_cart_from_its_submit_to_its_subscriptions(
    sales: User,
    sales_actor: Actor,
    county: Customer,  # noqa: F811
    g3: Offer,  # noqa: F811
    client_of: Callable[[User], Client],
    eager: None,
    commits: Callable[[], AbstractContextManager[Any]],
) -> None:
    page = client_of(sales)
    page.get(reverse("home"))
    line, _before = carts.add_line(sales_actor, county.pk, g3.pk, 10, YEARLY)
    cart = line.order
    fields = {"number": cart.number, "revision": cart.revision, "due_cents": line.due_cents}
    with followed() as calls, commits():
        sent = page.post(reverse("orders:review", args=[county.pk]), fields)
        assert sent.status_code == 302
    steps = described("cart")
    assert 1 < len(steps) <= 8
    assert first_missing(steps, calls) == ""
    assert Subscription.objects.get().offer == g3
