"""The demo story's partners, people and tenants. `docs/demo.md` lists the same names and IDs."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from allauth.account.models import EmailAddress

from gcc_portal.core.people.actors import Actor, Channel, portal
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Role
from gcc_portal.identity.tenants.models import DirectoryTenant
from gcc_portal.intake import review
from gcc_portal.intake.gates import Signature
from gcc_portal.intake.services import save_step, sign_and_submit
from gcc_portal.intake.terms import current_terms
from partners.intake import STEPS
from partners.models import Partner, PartnerForm
from partners.services import agents as agent_services
from partners.services import applications as application_services
from partners.services import forms as form_services
from partners.services import organization as organization_services
from partners.states import ApplicationKind, PartnerRole

PASSWORD: Final = "demo"  # noqa: S105 - the demo's, printed where the demo says who to sign in as
REVIEWER: Final = "reviewer@portal.example"

# Each organization's own commercial tenant: the Microsoft ID on its profile.
TENANTS: Final[Mapping[str, uuid.UUID]] = {
    "contoso": uuid.UUID("c0a7050c-10d0-4c5e-9a01-5e11ab1e0001"),
    "fabrikam": uuid.UUID("fab81ca0-d157-4b1d-8f02-5e11ab1e0002"),
    "northwind": uuid.UUID("b0e7a11d-2e5a-4d1e-9b03-5e11ab1e0003"),
    "tailspin": uuid.UUID("7a115b10-60f5-4e2f-8c04-5e11ab1e0004"),
}
# Azure Government tenants of the same organizations: the wrong ones to paste.
GOVERNMENT_TENANTS: Final[Mapping[str, uuid.UUID]] = {
    "contoso": uuid.UUID("c0a7050c-90f0-4a6e-9a01-a20e60f00001"),
    "fabrikam": uuid.UUID("fab81ca0-90f0-4b7d-8f02-a20e60f00002"),
}

PARTNERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "contoso": {
        "name": "Contoso Cloud",
        "role": PartnerRole.DIRECT_BILL,
        "mpn_id": "5310001",
        "address_line1": "1700 Main Street",
        "city": "Redmond",
        "state": "WA",
        "postal_code": "98052",
        "phone": "425-555-0110",
    },
    "fabrikam": {
        "name": "Fabrikam Distribution",
        "role": PartnerRole.INDIRECT_PROVIDER,
        "mpn_id": "5310002",
        "address_line1": "240 Harbor Avenue",
        "city": "Baltimore",
        "state": "MD",
        "postal_code": "21230",
        "phone": "410-555-0120",
    },
    "northwind": {
        "name": "Northwind Resale",
        "role": PartnerRole.INDIRECT_RESELLER,
        "mpn_id": "5310003",
        "address_line1": "88 Union Street",
        "city": "Portland",
        "state": "OR",
        "postal_code": "97205",
        "phone": "503-555-0130",
    },
    "tailspin": {
        "name": "Tailspin Gov Services",
        "role": PartnerRole.DIRECT_BILL,
        "mpn_id": "5310004",
        "address_line1": "915 Capitol Drive",
        "city": "Austin",
        "state": "TX",
        "postal_code": "78701",
        "phone": "512-555-0140",
    },
}
PEOPLE: Final = (
    ("contoso", "admin@contoso.example", "Ada Contoso", Role.ADMIN_AGENT),
    ("contoso", "sales@contoso.example", "Sam Contoso", Role.SALES_AGENT),
    ("fabrikam", "admin@fabrikam.example", "Fay Fabrikam", Role.ADMIN_AGENT),
    ("northwind", "admin@northwind.example", "Nora Northwind", Role.ADMIN_AGENT),
    ("tailspin", "admin@tailspin.example", "Tom Tailspin", Role.ADMIN_AGENT),
)
# Contoso's API clients: name, kind, client ID, secret, redirect addresses.
APPLICATIONS: Final = (
    (
        "Contoso billing sync",
        ApplicationKind.APP_ONLY,
        "c0a7050c-0a11-4b11-9a01-5e11ab1e0a01",
        "demo-secret-of-contoso-billing-sync",
        (),
    ),
    (
        "Contoso sales desk",
        ApplicationKind.APP_USER,
        "c0a7050c-0a22-4b22-9a01-5e11ab1e0a02",
        "demo-secret-of-contoso-sales-desk",
        ("http://127.0.0.1/signed-in",),
    ),
)


def load() -> None:
    """Create the partners of the demo, with people, tenants, API clients and two forms. Idempotent."""
    if User.objects.filter(email=REVIEWER).exists():
        return
    reviewer = make_reviewer()
    partners = {key: make_partner(key) for key in PARTNERS}
    partners["northwind"].provider = partners["fabrikam"]
    partners["northwind"].save(update_fields=["provider"])
    for key, email, name, role in PEOPLE:
        agent_services.add_agent(
            portal(Channel.COMMAND), partners[key], email=email, name=name, role=role, password=PASSWORD
        )
    for key, organization in (("contoso", "Contoso Cloud"), ("fabrikam", "Fabrikam Distribution")):
        make_tenant(
            GOVERNMENT_TENANTS[key],
            f"{key}gov.onmicrosoft.example",
            "azure_government",
            f"{organization} (government)",
        )
    make_applications()
    contoso = apply_for("admin@contoso.example", reviewer, contract="W52P1J-24-C-0031")
    review.approve(contoso[1], contoso[0].pk)
    apply_for("admin@tailspin.example", reviewer, contract="47QTCA-25-D-0107")


def make_reviewer() -> User:
    """Return the demo's reviewer."""
    reviewer = User.objects.create_user(REVIEWER, PASSWORD, name="Rae Viewer", is_reviewer=True)
    EmailAddress.objects.create(user=reviewer, email=REVIEWER, primary=True, verified=True)
    return reviewer


def make_applications() -> None:
    """Make Contoso's two API clients. Their secrets are public, so they exist in the demo alone."""
    for name, kind, client_id, secret, redirects in APPLICATIONS:
        application_services.make_application(
            actor_for("admin@contoso.example"),
            name=name,
            kind=kind,
            role=Role.ADMIN_AGENT,
            redirects=redirects,
            client_id=client_id,
            secret=secret,
        )


def make_partner(key: str) -> Partner:
    """Return one organization of the story, entered with its commercial tenant."""
    fields = PARTNERS[key]
    domain = f"{key}.onmicrosoft.example"
    make_tenant(TENANTS[key], domain, "commercial", str(fields["name"]))
    return organization_services.enrol_partner(
        portal(Channel.COMMAND),
        tenant_id=TENANTS[key],
        domain=domain,
        web_domain=f"{key}.example",
        email=f"hello@{key}.example",
        **fields,
    )


def make_tenant(tenant_id: uuid.UUID, domain: str, kind: str, organization: str) -> DirectoryTenant:
    """Return a tenant of the demo's directory."""
    found, _made = DirectoryTenant.objects.get_or_create(
        tenant_id=tenant_id, defaults={"domain": domain, "kind": kind, "organization_name": organization}
    )
    return found


def actor_for(email: str) -> Actor:
    """Return the actor of one of the story's people, at the channel of a command."""
    user = User.objects.get(email=email)
    agent = getattr(user, "agent", None)
    return Actor(
        role=agent.role if agent else Role.REVIEWER,
        channel=Channel.COMMAND,
        name=str(user),
        user_id=user.pk,
        partner_id=agent.partner_id if agent else None,
        address="127.0.0.1",
    )


def apply_for(email: str, reviewer: User, *, contract: str) -> tuple[PartnerForm, Actor]:
    """Fill in, sign and hand in an organization's form, and let the reviewer take it; return both."""
    actor = actor_for(email)
    form = form_services.start_form(actor)
    form.refresh_from_db()
    for step in STEPS:
        answers = {**form.answers, **story_answers(form.partner, contract)}
        given = {name: answers[name] for name in step.form.base_fields if name in answers}
        save_step(actor, form.pk, step.slug, given, form.revision)
        form.refresh_from_db()
    signature = Signature(
        name=actor.name,
        title="Managing Director",
        accepted=True,
        revision=form.revision,
        terms_version=current_terms("partner").version,
    )
    sign_and_submit(actor, form.pk, signature)
    by = actor_for(reviewer.email)
    review.take(by, form.pk)
    return form, by


def story_answers(partner: Partner, contract: str) -> dict[str, Any]:
    """Return what an organization of the story answers beyond what the portal knows."""
    return {
        "contact_title": "Managing Director",
        "contact_phone": partner.phone,
        "tenant_id": str(partner.tenant_id),
        "criteria": ["government_contracts"],
        "contract_number": contract,
        "gsa_schedule": "",
        "sponsor": "",
        "description": "Migration to and operation of Microsoft 365 for cities, counties and state agencies.",
    }
