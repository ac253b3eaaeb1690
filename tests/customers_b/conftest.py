"""What the tests of creation, customers and agreements share."""

from collections.abc import Callable
from typing import Any

import pytest

from customers.models import CustomerCreation, ValidationId
from customers.services import creation as creations
from gcc_portal.core.people.actors import Actor
from partners.models import Partner
from tests import factories

ACCOUNT = {
    "company_name": "Harborview County",
    "prefix": "harborviewcounty",
    "address_line1": "1 Main Street",
    "address_line2": "",
    "city": "Tacoma",
    "state": "WA",
    "postal_code": "98402",
    "first_name": "Ada",
    "last_name": "Reyes",
    "email": "clerk@harborview.example",
    "phone": "253-555-0123",
}
ACCEPTED = {
    "first_name": "Ada",
    "last_name": "Reyes",
    "email": "clerk@harborview.example",
    "phone": "",
    "agreed_on": "2026-03-01",
}

Drafter = Callable[..., CustomerCreation]


@pytest.fixture
def validation(contoso: Partner) -> ValidationId:
    """Contoso's validation ID for Harborview County, with five creates."""
    return factories.validation_id(contoso, "Harborview County")


@pytest.fixture
def draft() -> Drafter:
    """Return a function that fills in the wizard through its services, up to the review."""

    def fill_in(actor: Actor, number: str = "", **changes: Any) -> CustomerCreation:
        agreement = changes.pop("agreement", {"later": True})
        begun = creations.start(actor, {**ACCOUNT, **changes})
        kind = factories.GCC if number else "none"
        saved = creations.save_step(actor, begun.pk, "qualification", {"kind": kind}, begun.revision)
        if number:
            saved = creations.save_step(actor, begun.pk, "validation", {"number": number}, saved.revision)
        return creations.save_step(actor, begun.pk, "agreement", agreement, saved.revision)

    return fill_in
