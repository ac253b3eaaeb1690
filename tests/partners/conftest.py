"""Shared fixtures of the partners tests: an applicant, its form filled in, and the wrong tenant."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.identity.tenants.models import DirectoryTenant
from gcc_portal.intake.gates import Signature
from gcc_portal.intake.services import save_step, sign_and_submit
from gcc_portal.intake.terms import current_terms
from partners.intake import STEPS
from partners.models import Partner, PartnerForm
from partners.services import forms as form_services
from tests import factories

ADDRESS = {"address_line1": "240 Harbor Avenue", "city": "Baltimore", "state": "MD", "postal_code": "21230"}


@pytest.fixture
def applicant(fabrikam: Partner) -> User:
    """Fabrikam's admin agent: Fabrikam is not qualified yet."""
    return factories.agent(fabrikam, "admin_agent").user


@pytest.fixture
def applicant_actor(applicant: User) -> Actor:
    """The applicant at the page."""
    return factories.actor(applicant)


@pytest.fixture
def applicant_client(applicant: User, client_of: Callable[[User], Client]) -> Client:
    """The applicant, signed in."""
    return client_of(applicant)


@pytest.fixture
def wrong_tenant(db: None) -> DirectoryTenant:
    """An Azure Government tenant."""
    return factories.tenant("azure_government", "Fabrikam Distribution (government)")


def answers_for(partner: Partner, **changes: Any) -> dict[str, Any]:
    """Return a partner form's answers that let through everything."""
    return {
        "contact_name": "Fay Fabrikam",
        "contact_title": "Director",
        "contact_email": f"fay@{partner.web_domain}",
        "contact_phone": "410-555-0120",
        "organization_name": partner.name,
        "tenant_id": str(partner.tenant_id),
        "web_domain": partner.web_domain,
        **ADDRESS,
        "address_line2": "",
        "criteria": ["government_contracts"],
        "contract_number": "W52P1J-24-C-0031",
        "gsa_schedule": "",
        "sponsor": "",
        "explanation": "",
        "description": "Migrations for counties.",
    } | changes


def signature(form: PartnerForm, **changes: Any) -> Signature:
    """Return a signature under what the form says now."""
    form.refresh_from_db()
    fields = {
        "name": "Fay Fabrikam",
        "title": "Director",
        "accepted": True,
        "revision": form.revision,
        "terms_version": current_terms("partner").version,
    }
    return Signature(**(fields | changes))


def filled(actor: Actor, partner: Partner, **changes: Any) -> PartnerForm:
    """Return a started form with its answers saved, step by step."""
    form = form_services.start_form(actor)
    answers = answers_for(partner, **changes)
    for step in STEPS:
        given = {name: answers[name] for name in step.form.base_fields}
        save_step(actor, form.pk, step.slug, given, form.revision)
        form = PartnerForm.objects.get(pk=form.pk)
    return form


def signed(actor: Actor, partner: Partner, **changes: Any) -> PartnerForm:
    """Return a form that was handed in."""
    form = filled(actor, partner, **changes)
    sign_and_submit(actor, form.pk, signature(form))
    return PartnerForm.objects.get(pk=form.pk)


def codes(blockers: Any) -> list[str]:
    """Return the codes of blockers, or of a refusal's blockers."""
    return [blocker.code for blocker in getattr(blockers, "blockers", blockers)]
