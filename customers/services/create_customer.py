"""Adding a customer in one call: a creation without a wizard, its tenant made in the same transaction."""

import uuid
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.utils.translation import gettext as _

from customers.gates.adding import can_add_customer
from customers.gates.contact import country_is_served, serves_through
from customers.models import Customer, CustomerCreation
from customers.services import creation as creations
from customers.services import provisioning
from customers.services.provisioner import ProvisioningFailed, domain_of, look_up, taken_sentence
from gcc_portal.core.gates import Blocked, Blocker, guard
from gcc_portal.core.machine import require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right, Role
from gcc_portal.core.use_case import refused_on, use_case
from gcc_portal.identity.postal import address_may_be_kept, domain_prefix_problem
from partners.models import Partner

# A customer is created without a special qualification: that is asked for afterwards (A3). So is the agreement (O3).
ANSWERS: dict[str, creations.Answer] = {"qualification": {"kind": "none"}, "agreement": {"later": True}}


@dataclass(frozen=True)
class NewCustomer:
    """What a customer is made of."""

    company_name: str
    domain: str
    first_name: str
    last_name: str
    email: str
    culture: str
    language: str
    # By the names of `Customer`'s fields, `phone` and `country` among them.
    address: dict[str, str] = field(default_factory=dict)
    registration_number: str = ""
    # The tenant of the indirect reseller that serves the customer.
    reseller: uuid.UUID | None = None


@dataclass(frozen=True)
class Created:
    """A creation that is done, and the administrator's account where it was shown with it."""

    creation: CustomerCreation
    customer: Customer
    credentials: creations.Credentials | None = None


@use_case
def create(actor: Actor, new: NewCustomer, *, show_password: bool) -> Created:
    """Add a customer with its tenant, unqualified, and return the creation that made it; all of it or nothing.

    `show_password` shows the one-time password now; otherwise it waits to be shown once on the creation's page.
    Raises `NotAllowed` without the right, and `Blocked` when P2 says no, the country, the address or the domain is
    not one that can be used, the domain is taken, or the reseller is not one of the partner's own.
    """
    require(actor, Right.ADD_CUSTOMERS)
    partner = Partner.objects.select_related("provider").get(pk=actor.partner_id)
    with refused_on(partner, "start_creation"):
        guard(can_add_customer(partner))
        guard(country_is_served(new.address.get("country", ""), new.registration_number))
        account = {**_account(new), **_served_by(partner, new.reseller)}
        creation = creations.write_draft(actor, partner, account)
        for step, answer in ANSWERS.items():
            creations.take_answer(creation, step, answer)
    creations.begin(actor, creation)
    try:
        # The caller's own act, but the tenant is the portal's to make.
        customer = provisioning.complete(replace(actor, role=Role.SYSTEM), creation)
    except ProvisioningFailed as failure:
        raise Blocked([Blocker("domain.taken", failure.sentence, field="domain")]) from None
    shown = creations.reveal(actor, creation) if show_password else None
    provisioning.tell_done(creation)
    return Created(creation, customer, shown)


def _account(new: NewCustomer) -> creations.Answer:
    """Return the answer that the wizard's first step would have given. Raises `Blocked` for what can't be kept."""
    prefix, problem = _prefix_of(new.domain)
    wrong = [Blocker("domain.malformed", problem, field="domain")] if problem else []
    guard(wrong + address_may_be_kept(new.address))
    # No row is locked yet: the directory may be slow.
    if look_up(domain_of(prefix)) is False:
        guard([Blocker("domain.taken", taken_sentence(domain_of(prefix)), field="domain")])
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


def _prefix_of(domain: str) -> tuple[str, str]:
    """Return the part of a new tenant's domain that can be chosen, and what is wrong with it."""
    prefix, dot, suffix = domain.lower().partition(".")
    if f"{dot}{suffix}" != f".{settings.TENANT_SUFFIX}":
        names = {"suffix": settings.TENANT_SUFFIX}
        return prefix, _("A new tenant's domain ends in .%(suffix)s, such as harborview.%(suffix)s.") % names
    return prefix, domain_prefix_problem(prefix) or ""


def _served_by(partner: Partner, tenant_id: uuid.UUID | None) -> creations.Answer:
    """Return the answer that names the reseller, none where none is asked for. Raises `Blocked` (P2)."""
    if tenant_id is None:
        return {}
    reseller = Partner.objects.filter(tenant_id=tenant_id).first()
    guard(serves_through(partner, reseller))
    return {"reseller_id": reseller.pk} if reseller else {}
