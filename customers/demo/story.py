"""The demo's tenants to try, its validated organisations, a form in review and an open relationship request."""

import uuid
from typing import Any, Final

from customers.criteria import SHOWN_BY_DOCUMENT, Category, RegulatedData, ValidationOption
from customers.intake import STEPS
from customers.models import CustomerForm, Relationship, ValidationId
from customers.services import intake, relationships
from gcc_portal.core.people.actors import Actor, customer_contact
from gcc_portal.identity.tenants.models import DirectoryTenant
from gcc_portal.intake import review
from gcc_portal.intake.gates import Signature
from gcc_portal.intake.services import save_step, sign_and_submit
from gcc_portal.intake.terms import current_terms
from partners import demo as partners_demo

# Organizations that have a tenant already: for relationship requests (journey 5).
TENANTS: Final = (
    ("51c0ca60-c41c-4a60-8e01-6cc7e4a40001", "cityofchicago", "gcc", "City of Chicago", ()),
    (
        "60401010-c17f-4b0e-8e02-6cc7e4a40002",
        "cityandcountyofhonolulu",
        "gcc",
        "City and County of Honolulu",
        (),
    ),
    ("ce44060d-0c0a-4c4d-8e03-c03e4c1a0003", "cerrogordocounty", "commercial", "Cerro Gordo County", ()),
    (
        "ea57a11e-5c00-4e1a-8e04-c03e4c1a0004",
        "eastallenschools",
        "commercial",
        "East Allen County Schools",
        ("education",),
    ),
    ("5ec4e7a0-60f0-4a6e-8e05-a20e60f00005", "coventryrigov", "azure_government", "Town of Coventry, RI", ()),
)
UNREACHABLE: Final = ("a0a5e4ed-d0e0-4a05-8e06-0ff11e000006", "enfieldct", "gcc", "Town of Enfield")

# Validated for Contoso, each with its validation ID: name, web domain, address, category.
VALIDATED: Final = (
    ("City of Boston", "boston.gov", ("1 City Hall Square", "Boston", "MA", "02201"), Category.LOCAL),
    ("Juab County", "juabcounty.gov", ("160 North Main Street", "Nephi", "UT", "84648"), Category.LOCAL),
    (
        "Cerro Gordo County",
        "cerrogordo.gov",
        ("220 North Washington Avenue", "Mason City", "IA", "50401"),
        Category.LOCAL,
    ),
    ("City of Austin", "austintexas.gov", ("301 West 2nd Street", "Austin", "TX", "78701"), Category.LOCAL),
)
WAITING: Final = "Trey Research"
INVITED: Final = "City and County of Honolulu"


def load() -> None:
    """Load the tenants, the validated organisations, the form in review and the open request."""
    load_tenants()
    reviewer = partners_demo.actor_for(partners_demo.REVIEWER)
    for name, domain, address, category in VALIDATED:
        validate(reviewer, name, government_answers(name, domain, address, category))
    hand_in(WAITING, commercial_answers())
    invite()


def load_tenants() -> None:
    """Enter the tenants to try into the demo's directory."""
    for tenant_id, prefix, kind, name, qualifications in TENANTS:
        DirectoryTenant.objects.create(
            tenant_id=uuid.UUID(tenant_id),
            domain=f"{prefix}.onmicrosoft.example",
            kind=kind,
            organization_name=name,
            special_qualifications=list(qualifications),
        )
    tenant_id, prefix, kind, name = UNREACHABLE
    DirectoryTenant.objects.create(
        tenant_id=uuid.UUID(tenant_id),
        domain=f"{prefix}.onmicrosoft.example",
        kind=kind,
        organization_name=name,
        unreachable=True,
    )


def government_answers(name: str, domain: str, address: tuple[str, ...], category: str) -> dict[str, Any]:
    """Return what a government organisation of the story answers."""
    return {
        **contact(domain),
        "organization_name": name,
        "web_domain": domain,
        **located(address),
        "category": category,
        "category_evidence": "Founding act, on file" if category in SHOWN_BY_DOCUMENT else "",
        "us_presence": "",
        "us_presence_details": "",
        "regulated_data": [],
        "regulated_other": "",
        "regulated_evidence": "",
        **contoso(),
    }


def commercial_answers() -> dict[str, Any]:
    """Return what the story's commercial entity with regulated data answers: it waits for a reviewer."""
    return {
        **contact("treyresearch.example"),
        "organization_name": WAITING,
        "web_domain": "treyresearch.example",
        **located(("400 Laboratory Road", "Huntsville", "AL", "35801")),
        "category": Category.COMMERCIAL,
        "category_evidence": "",
        "us_presence": "yes",
        "us_presence_details": "Laboratory and offices in Huntsville, Alabama",
        "regulated_data": [RegulatedData.ITAR, RegulatedData.CUI],
        "regulated_other": "",
        "regulated_evidence": "DDTC registration M-00000; subcontract under DFARS 252.204-7012",
        **contoso(),
    }


def contact(domain: str) -> dict[str, Any]:
    """Return who fills in a form of the story: an office, not a person."""
    return {
        "contact_name": "Information Technology Office",
        "contact_title": "Chief Information Officer",
        "contact_email": f"it@{domain.rpartition('.')[0]}.example",
        "contact_phone": "",
    }


def located(address: tuple[str, ...]) -> dict[str, Any]:
    """Return a US address as the form keeps it."""
    line, city, state, postal_code = address
    return {
        "address_line1": line,
        "address_line2": "",
        "city": city,
        "state": state,
        "postal_code": postal_code,
        "phone": "",
    }


def contoso() -> dict[str, Any]:
    """Return the validation option and the partner that the story's customers name."""
    return {
        "validation_option": ValidationOption.CUSTOMER,
        "partner_tenant_id": str(partners_demo.TENANTS["contoso"]),
    }


def hand_in(name: str, answers: dict[str, Any]) -> CustomerForm:
    """Fill in and sign a form as the customer; return it."""
    actor = customer_contact(str(answers["contact_name"]), "127.0.0.1")
    form: CustomerForm = intake.start(
        actor, organization_name=name, contact_email=str(answers["contact_email"])
    )
    for step in STEPS:
        asked = {field: answers[field] for field in step.form.base_fields if field in answers}
        save_step(actor, form.pk, step.slug, asked, form.revision)
        form.refresh_from_db()
    signature = Signature(
        name=str(answers["contact_name"]),
        title=str(answers["contact_title"]),
        accepted=True,
        revision=form.revision,
        terms_version=current_terms("customer").version,
    )
    sign_and_submit(actor, form.pk, signature)
    form.refresh_from_db()
    return form


def validate(reviewer: Actor, name: str, answers: dict[str, Any]) -> ValidationId:
    """Let the reviewer approve a form of the story; return the validation ID that comes of it."""
    form = hand_in(name, answers)
    review.take(reviewer, form.pk)
    review.approve(reviewer, form.pk)
    return ValidationId.objects.get(form=form)


def invite() -> Relationship:
    """Let Contoso's admin agent ask an organisation with a GCC tenant for a relationship; return the request."""
    admin = partners_demo.actor_for("admin@contoso.example")
    begun = relationships.request(
        admin,
        organization_name=INVITED,
        contact_name="Department of Information Technology",
        contact_email="it@honolulu.example",
        for_gcc=True,
    )
    return relationships.send(admin, begun.pk, sends=0)
