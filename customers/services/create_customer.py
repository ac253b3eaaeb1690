"""Adding a customer in one call of the API: no wizard, and the tenant is made in the same transaction."""

import uuid
from dataclasses import dataclass, field, replace

from customers.gates.adding import can_add_customer
from customers.gates.contact import (
    country_is_served,
    domain_is_well_formed,
    domain_of,
    domain_taken,
    serves_through,
)
from customers.models import Customer, CustomerCreation
from customers.services import creation as creations
from customers.services import provisioning
from customers.services.provisioner import ProvisioningFailed, is_domain_available
from gcc_portal.core.gates import Blocked, guard
from gcc_portal.core.machine import require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right, Role
from gcc_portal.core.use_case import refused_on, use_case
from gcc_portal.identity.gates import address_may_be_kept
from partners.models import Partner

# A special qualification (A3) and the agreement (O3) are separate calls, after the creation.
ANSWERS: dict[str, creations.Answer] = {"qualification": {"kind": "none"}, "agreement": {"later": True}}


@dataclass(frozen=True)
class NewCustomer:
    """The data of a new customer."""

    company_name: str
    domain: str
    first_name: str
    last_name: str
    email: str
    culture: str
    language: str
    # Keys are the names of `Customer`'s address fields, with `phone` and `country`.
    address: dict[str, str] = field(default_factory=dict)
    registration_number: str = ""
    # The tenant of the indirect reseller that serves the customer.
    reseller: uuid.UUID | None = None


@dataclass(frozen=True)
class Created:
    """A finished creation, and the administrator's account if it was to be shown."""

    creation: CustomerCreation
    customer: Customer
    credentials: creations.Credentials | None = None


@use_case
def create(actor: Actor, new: NewCustomer, *, show_password: bool) -> Created:
    """Create an unqualified customer with its tenant, all or nothing; return the creation that made it.

    With `show_password` the one-time password is returned, else it is shown once on the creation's page.
    Raises `NotAllowed` without the right, and `Blocked` when P2 says no, the country, the address or the domain is
    not one that can be used, the domain is taken, or the reseller is not one of the partner's own.
    """
    require(actor, Right.ADD_CUSTOMERS)
    partner = Partner.objects.select_related("provider").get(pk=actor.partner_id)
    with refused_on(partner, "start_creation"):
        guard(can_add_customer(partner))
        guard(country_is_served(new.address.get("country", ""), new.registration_number))
        account = {**_account(new), **_reseller(partner, new.reseller)}
        creation = creations.write_draft(actor, partner, account)
        for step, answer in ANSWERS.items():
            creations.take_answer(creation, step, answer)
    creations.begin_provisioning(actor, creation)
    try:
        # Done by the caller, with the portal's rights: only the portal finishes a creation.
        customer = provisioning.complete(replace(actor, role=Role.SYSTEM), creation)
    except ProvisioningFailed:
        raise Blocked([domain_taken(creation.domain, field="domain")]) from None
    credentials = creations.reveal(actor, creation) if show_password else None
    provisioning.email_created(creation)
    return Created(creation, customer, credentials)


def _account(new: NewCustomer) -> creations.Answer:
    """Return the data as the wizard's first step saves it. Raises `Blocked` for a bad domain or address."""
    guard(domain_is_well_formed(new.domain) + address_may_be_kept(new.address))
    prefix = new.domain.lower().partition(".")[0]
    # Asked before any row is locked: the directory may be slow.
    if is_domain_available(domain_of(prefix)) is False:
        raise Blocked([domain_taken(domain_of(prefix), field="domain")])
    return {
        **new.address,
        "company_name": new.company_name,
        "prefix": prefix,
        "first_name": new.first_name,
        "last_name": new.last_name,
        "email": new.email,
        "culture": new.culture,
        "language": new.language,
    }


def _reseller(partner: Partner, tenant_id: uuid.UUID | None) -> creations.Answer:
    """Return the reseller as the wizard's first step saves it. Raises `Blocked` for another provider's (P2)."""
    if tenant_id is None:
        return {}
    reseller = Partner.objects.filter(tenant_id=tenant_id).first()
    guard(serves_through(partner, reseller))
    return {"reseller_id": reseller.pk} if reseller else {}
