"""Fixtures of the customers' tests: eligibility forms, creation drafts, validation IDs."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from customers.intake import STEPS
from customers.models import CustomerCreation, CustomerForm, ValidationId
from customers.services import creation as creations
from customers.services import intake as forms
from gcc_portal.core.people.actors import Actor, customer_contact
from gcc_portal.identity.registry.models import GovDomain
from gcc_portal.intake.gates import Signature
from gcc_portal.intake.services import save_step, sign_and_submit
from gcc_portal.intake.terms import current_terms
from partners.models import Partner
from tests import factories

ANSWERS: dict[str, Any] = {
    "contact_name": "City Clerk",
    "contact_title": "Clerk",
    "contact_email": "clerk@harborview.gov",
    "contact_phone": "",
    "organization_name": "City of Harborview",
    "web_domain": "harborview.gov",
    "address_line1": "1 Main Street",
    "address_line2": "",
    "city": "Tacoma",
    "state": "WA",
    "postal_code": "98402",
    "phone": "",
    "category": "local",
    "category_evidence": "",
    "us_presence": "",
    "us_presence_details": "",
    "regulated_data": [],
    "regulated_other": "",
    "regulated_evidence": "",
    "validation_option": "o365_gcc_csp_customer",
}
COMMERCIAL: dict[str, Any] = {
    "organization_name": "Trey Research",
    "web_domain": "treyresearch.example",
    "contact_email": "cio@treyresearch.example",
    "category": "commercial",
    "us_presence": "yes",
    "us_presence_details": "Huntsville, Alabama",
    "regulated_data": ["itar"],
    "regulated_evidence": "DDTC registration M-00000",
}

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

Filler = Callable[..., CustomerForm]
Drafter = Callable[..., CustomerCreation]


@pytest.fixture
def contact() -> Actor:
    """A customer's contact who came by a personal link."""
    return customer_contact("City Clerk", "192.0.2.7")


@pytest.fixture
def answers(contoso: Partner) -> dict[str, Any]:
    """The complete answers of a city that names Contoso."""
    return {**ANSWERS, "partner_tenant_id": str(contoso.tenant_id)}


@pytest.fixture
def harborview(db: None) -> GovDomain:
    """The registry's row of harborview.gov."""
    return GovDomain.objects.create(
        domain="harborview.gov",
        domain_type="City",
        category="local",
        organization_name="City of Harborview",
        name_key="city of harborview",
        city="Tacoma",
        state="WA",
        listed_on=date(2026, 8, 22),
    )


@pytest.fixture
def filled(contact: Actor, answers: dict[str, Any]) -> Filler:
    """Return a function that begins a form and saves every step with these answers."""

    def fill_in(**changes: Any) -> CustomerForm:
        given = {**answers, **changes}
        form = forms.start(
            contact, organization_name=given["organization_name"], contact_email=given["contact_email"]
        )
        for step in STEPS:
            asked = {name: given[name] for name in step.form.base_fields if name in given}
            save_step(contact, form.pk, step.slug, asked, form.revision)
            form.refresh_from_db()
        return form

    return fill_in


def signature_of(form: CustomerForm, **changes: Any) -> Signature:
    """Return a complete signature of the form as it stands."""
    given: dict[str, Any] = {
        "name": "City Clerk",
        "title": "Clerk",
        "accepted": True,
        "revision": form.revision,
        "terms_version": current_terms("customer").version,
    }
    return Signature(**{**given, **changes})


@pytest.fixture
def signed(filled: Filler, contact: Actor) -> Filler:
    """Return a function that fills in, signs and hands in a form."""

    def hand_in(**changes: Any) -> CustomerForm:
        form = filled(**changes)
        sign_and_submit(contact, form.pk, signature_of(form))
        form.refresh_from_db()
        return form

    return hand_in


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
