"""Rows for tests, written directly and not through services: a test of a service calls the services it needs."""

import itertools
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from customers.models import Customer, CustomerAgreement, Relationship, SpecialQualification, ValidationId
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Role
from gcc_portal.identity.tenants.models import DirectoryTenant
from partners.models import Agent, Partner

numbers = itertools.count(1)
GCC = "government_community_cloud"


def tenant(kind: str = "commercial", name: str = "", **fields: Any) -> DirectoryTenant:
    """Return a tenant of the demo directory."""
    number = next(numbers)
    return DirectoryTenant.objects.create(
        tenant_id=fields.pop("tenant_id", uuid.uuid4()),
        domain=fields.pop("domain", f"tenant{number}.onmicrosoft.com"),
        kind=kind,
        organization_name=name or f"Organization {number}",
        **fields,
    )


def partner(
    name: str = "", *, role: str = "direct_bill", qualification: str = "none", **fields: Any
) -> Partner:
    """Return a partner whose commercial tenant is in the demo directory."""
    number = next(numbers)
    own_tenant = tenant("commercial", name or f"Partner {number}")
    return Partner.objects.create(
        name=name or f"Partner {number}",
        role=role,
        qualification=qualification,
        tenant_id=own_tenant.tenant_id,
        domain=own_tenant.domain,
        mpn_id=f"{5_000_000 + number}",
        web_domain=fields.pop("web_domain", f"partner{number}.example"),
        email=f"office{number}@partner{number}.example",
        **fields,
    )


def agent(of: Partner, role: str = "admin_agent", **fields: Any) -> Agent:
    """Return an agent with an account; the password is `demo`."""
    email = fields.pop("email", f"{role.split('_')[0]}{next(numbers)}@{of.web_domain}")
    user = User.objects.create_user(
        email, "demo", name=fields.pop("name", email.partition("@")[0].capitalize())
    )
    return Agent.objects.create(user=user, partner=of, role=role, **fields)


def reviewer(name: str = "") -> User:
    """Return a reviewer; the password is `demo`."""
    number = next(numbers)
    return User.objects.create_user(
        f"reviewer{number}@portal.example", "demo", name=name or f"Reviewer {number}", is_reviewer=True
    )


def actor(user: User, channel: str = Channel.PAGE) -> Actor:
    """Return the person as an actor, as the middleware would."""
    if user.is_reviewer:
        return Actor(
            role=Role.REVIEWER, channel=channel, name=str(user), user_id=user.pk, address="203.0.113.7"
        )
    membership = user.agent
    return Actor(
        role=membership.role,
        channel=channel,
        name=str(user),
        user_id=user.pk,
        partner_id=membership.partner_id,
        address="203.0.113.7",
    )


def customer(
    of: Partner, name: str = "", *, kinds: tuple[str, ...] = (GCC,), agreed: bool = True, **fields: Any
) -> Customer:
    """Return an active customer of the partner, with these special qualifications granted."""
    number = next(numbers)
    made = Customer.objects.create(
        name=name or f"County {number}",
        domain=fields.pop("domain", f"county{number}.onmicrosoft.com"),
        **fields,
    )
    for kind in kinds:
        SpecialQualification.objects.create(customer=made, kind=kind, state="granted")
    relate(of, made)
    if agreed:
        agreement(of, made)
    return made


def relate(of: Partner, to: Customer, state: str = "active", **fields: Any) -> Relationship:
    """Return a relationship between the two."""
    return Relationship.objects.create(
        partner=of, customer=to, state=state, is_request=False, organization_name=to.name, **fields
    )


def agreement(of: Partner, with_: Customer) -> CustomerAgreement:
    """Return an attested agreement."""
    return CustomerAgreement.objects.create(
        customer=with_,
        partner=of,
        how="attested",
        first_name="Pat",
        last_name="Clerk",
        email="clerk@county.example",
        agreed_on=timezone.now().date() - timedelta(days=1),
        template_version="1",
    )


def validation_id(of: Partner, organization: str = "Harborview County", **fields: Any) -> ValidationId:
    """Return a validation ID with creates left."""
    fields.setdefault("max_creates", 5)
    fields.setdefault("expires_at", timezone.now() + timedelta(days=300))
    return ValidationId.objects.create(partner=of, organization_name=organization, **fields)
