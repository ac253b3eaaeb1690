"""C3: the address that got the personal link is the only one of the form; nobody borrows another's domain."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from customers.models import CustomerForm, ValidationId
from gcc_portal.core.people.actors import Actor
from gcc_portal.identity.registry.models import GovDomain
from gcc_portal.intake.auto_review.sweep import sweep
from gcc_portal.intake.checks import gather
from gcc_portal.intake.kinds import context_of
from gcc_portal.intake.models import Check
from gcc_portal.intake.services import save_step, sign_and_submit

from .conftest import signature_of

Filler = Callable[..., CustomerForm]
pytestmark = pytest.mark.django_db
STRANGER, CLERK = "evil2@evilmail.example", "clerk@harborview.gov"


@pytest.fixture
def strangers(filled: Filler) -> CustomerForm:
    """A form in a city's name, begun from an address that is not the city's."""
    return filled(contact_email=STRANGER)


def about_you(form: CustomerForm) -> str:
    """Return the path of the first step."""
    return reverse("eligibility:step", args=[form.access_token, "about-you"])


def test_no_step_asks_for_the_address_and_the_first_one_shows_it(
    client: Client, strangers: CustomerForm
) -> None:
    page = client.get(about_you(strangers))
    text = page.content.decode()
    assert "contact_email" not in page.context["step_form"].fields
    assert 'name="contact_email"' not in text
    assert STRANGER in text
    assert "start a new form there" in text
    assert f'href="{reverse("eligibility:start")}"' in text


def test_a_posted_address_changes_nothing(client: Client, strangers: CustomerForm) -> None:
    sent = {"contact_name": "Eve", "contact_title": "Clerk", "contact_email": CLERK, "go": "next"}
    answer = client.post(about_you(strangers), {**sent, "revision": strangers.revision})
    assert answer.status_code == 302
    strangers.refresh_from_db()
    assert (strangers.contact_name, strangers.contact_email) == ("Eve", STRANGER)
    assert strangers.answers["contact_email"] == STRANGER


def test_the_service_ignores_an_address_too(contact: Actor, strangers: CustomerForm) -> None:
    save_step(contact, strangers.pk, "about-you", {"contact_email": CLERK}, strangers.revision)
    strangers.refresh_from_db()
    assert (strangers.contact_email, strangers.answers["contact_email"]) == (STRANGER, STRANGER)


def test_a_stranger_gets_no_validation_id_by_naming_a_citys_address(
    client: Client, contact: Actor, strangers: CustomerForm, harborview: GovDomain, settings: Any
) -> None:
    settings.INTAKE_DESK_PACE = "0"
    sent = {"contact_name": "Eve", "contact_title": "Clerk", "contact_email": CLERK, "go": "next"}
    client.post(about_you(strangers), {**sent, "revision": strangers.revision})
    strangers.refresh_from_db()
    sign_and_submit(contact, strangers.pk, signature_of(strangers, name="Eve"))
    outcomes = {each.code: each.outcome for each in gather(context_of(strangers))}
    assert outcomes["email_domain"] == Check.Outcome.WARN
    sweep()
    strangers.refresh_from_db()
    assert strangers.state == "information_requested"
    assert not ValidationId.objects.exists()
    assert CLERK not in {address for mail in Email.objects.all() for address in mail.to}


@pytest.mark.parametrize("name", ["sign", "copy"])
def test_who_signed_from_where_stands_on_the_form(
    client: Client, contact: Actor, strangers: CustomerForm, name: str
) -> None:
    if name == "copy":
        sign_and_submit(contact, strangers.pk, signature_of(strangers))
    shown = client.get(reverse(f"eligibility:{name}", args=[strangers.access_token])).content.decode()
    assert STRANGER in shown
