"""Intake forms for tests: drafts with answers that pass, and forms that were signed through the service."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from customers.gates.intake import CustomerContext, named_partner
from customers.models import CustomerForm
from gcc_portal.core.business_time import respond_by
from gcc_portal.core.people.actors import Actor
from gcc_portal.identity.registry.lookup import lookup
from gcc_portal.identity.registry.models import GovDomain
from gcc_portal.intake.checks import ask_what_checks_need
from gcc_portal.intake.gates import Signature
from gcc_portal.intake.kinds import context_of
from gcc_portal.intake.models import FormState, Submission
from gcc_portal.intake.services import sign_and_submit
from gcc_portal.intake.terms import current_terms
from partners.models import Partner, PartnerForm
from partners.states import QualificationState
from tests import factories


def answers_of(partner: Partner, **changes: Any) -> dict[str, Any]:
    """Return answers with which every check passes."""
    return {
        "contact_name": "Robin Office",
        "contact_title": "Head of Public Sector",
        "contact_email": f"robin@{partner.web_domain}",
        "contact_phone": "206-555-0123",
        "organization_name": partner.name,
        "tenant_id": str(partner.tenant_id),
        "web_domain": partner.web_domain,
        "address_line1": "100 Main Street",
        "address_line2": "",
        "city": "Seattle",
        "state": "WA",
        "postal_code": "98101",
        "country": "US",
        "criteria": ["government_contracts"],
        "contract_number": "GS-35F-0001X",
        "gsa_schedule": "",
        "sponsor": "",
        "description": "Migration services for county governments since 2019.",
        **changes,
    }


def draft(partner: Partner, **changes: Any) -> PartnerForm:
    """Return a draft in which every step is filled in."""
    answers = answers_of(partner, **changes)
    return PartnerForm.objects.create(
        kind="partner",
        partner=partner,
        applicant_key=f"partner:{partner.pk}",
        answers=answers,
        revision=1,
        organization_name=answers["organization_name"],
        contact_name=answers["contact_name"],
        contact_email=answers["contact_email"],
    )


def signature(form: Any, **changes: Any) -> Signature:
    """Return a signature of the form as it is now."""
    fresh = PartnerForm.objects.get(pk=form.pk)
    values = {
        "name": "Robin Office",
        "title": "Head of Public Sector",
        "accepted": True,
        "revision": fresh.revision,
        "terms_version": current_terms("partner").version,
    }
    return Signature(**{**values, **changes})


def signed(form: PartnerForm, actor: Actor) -> Submission:
    """Sign the form and return the submission."""
    return sign_and_submit(actor, form.pk, signature(form))


def due_form(
    at: datetime | None = None, *, name: str = "", partner: Partner | None = None, **fields: Any
) -> PartnerForm:
    """Return a submitted form that the desk answers at `at` (a minute ago), made by rows alone: it is quick."""
    at = at or timezone.now() - timedelta(minutes=1)
    if partner is None:
        partner = factories.partner(name, qualification=QualificationState.PENDING)
    answers = answers_of(partner, **fields.pop("answers", {}))
    due = respond_by(at)
    form = PartnerForm.objects.create(
        **{
            "kind": "partner",
            "partner": partner,
            "applicant_key": f"partner:{partner.pk}",
            "state": FormState.SUBMITTED,
            "answers": answers,
            "organization_name": answers["organization_name"],
            "contact_name": answers["contact_name"],
            "contact_email": answers["contact_email"],
            "submitted_at": at,
            "respond_by": due,
            "auto_review_at": at,
            **fields,
        }
    )
    Submission.objects.create(
        form=form,
        number=1,
        answers=answers,
        terms_version=current_terms("partner").version,
        signatory_name="Robin Office",
        signatory_title="Head of Public Sector",
        signed_at=at,
        signed_from="203.0.113.7",
        respond_by=form.respond_by,
    )
    return form


def customer_forms(
    count: int, partner: Partner, *, first: int | None = None, **changes: Any
) -> list[CustomerForm]:
    """Return so many submitted customers' forms that the desk answers now, made by rows alone.

    They are clear: the .gov registry knows each domain under the name of its form. `changes` are to their answers.
    """
    begin = first if first is not None else CustomerForm.objects.count() + 1
    numbers = range(begin, begin + count)
    GovDomain.objects.bulk_create(
        GovDomain(
            domain=f"city{number}.gov",
            domain_type="City",
            category="local",
            organization_name=f"City of Number {number}",
            name_key=f"city of number {number}",
            listed_on=date(2026, 8, 22),
        )
        for number in numbers
    )
    forms = [_customer_form(number, partner, changes) for number in numbers]
    Submission.objects.bulk_create(
        Submission(
            form=form,
            number=1,
            answers=form.answers,
            terms_version=current_terms("customer").version,
            signatory_name="City Clerk",
            signatory_title="Clerk",
            signed_at=form.submitted_at,
            signed_from="203.0.113.7",
            respond_by=form.respond_by,
        )
        for form in forms
    )
    return forms


def _customer_form(number: int, partner: Partner, changes: dict[str, Any]) -> CustomerForm:
    at = timezone.now() - timedelta(minutes=1)
    answers = {
        "contact_name": "City Clerk",
        "contact_email": f"clerk@city{number}.gov",
        "organization_name": f"City of Number {number}",
        "web_domain": f"city{number}.gov",
        "category": "local",
        "validation_option": "o365_gcc_csp_customer",
        "partner_tenant_id": str(partner.tenant_id),
        **changes,
    }
    return CustomerForm.objects.create(
        kind="customer",
        partner=partner,
        state=FormState.SUBMITTED,
        answers=answers,
        organization_name=answers["organization_name"],
        contact_name=answers["contact_name"],
        contact_email=answers["contact_email"],
        submitted_at=at,
        respond_by=respond_by(at),
        auto_review_at=at,
    )


def context_with(form: Any, **changes: Any) -> Any:
    """Return the context of a form as if these had been among its answers, with what its checks need asked."""
    context = context_of(form)
    answers = context.answers | changes
    if context.submission is None:
        context.form.answers = answers
    else:
        context.submission.answers = answers
    if isinstance(context, CustomerContext):
        context.partner = named_partner(str(answers.get("partner_tenant_id") or ""))
        context.registrant = lookup(str(answers.get("web_domain") or ""))
    ask_what_checks_need(context)
    return context
