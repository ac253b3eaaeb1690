"""A customer's billing profile: whom to write to, where, in which language."""

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass

from customers.gates.contact import country_is_served, name_may_become
from customers.models import Customer
from customers.queries.customers import locked_customer_or_404
from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import guard
from gcc_portal.core.machine import require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import refused_on, use_case
from gcc_portal.identity.gates import address_may_be_kept


@dataclass(frozen=True)
class Profile:
    """The fields of a customer that may be changed."""

    first_name: str
    last_name: str
    email: str
    culture: str
    language: str
    address_line1: str
    address_line2: str
    city: str
    state: str
    postal_code: str
    country: str
    phone: str


@use_case
def change(
    actor: Actor,
    customer_id: uuid.UUID | str,
    company_name: str,
    profile_for: Callable[[Customer], Profile],
) -> Customer:
    """Replace the customer's profile and return the customer.

    `profile_for` is called with the locked customer and may refuse: another version than the caller's is stale.
    Raises `Http404` for a customer that is not the actor's, `NotAllowed` without the right, and `Blocked` for another
    legal name (A2), a country that is not served, or a bad address. Nothing is written when nothing changes.
    """
    require(actor, Right.ADD_CUSTOMERS)
    customer = locked_customer_or_404(actor, customer_id)
    new = asdict(profile_for(customer))
    with refused_on(customer, "change_billing_profile"):
        guard(name_may_become(customer, company_name))
        guard(country_is_served(new["country"]))
        guard(address_may_be_kept(new))
    changed = [field for field, value in new.items() if getattr(customer, field) != value]
    if changed:
        for field in changed:
            setattr(customer, field, new[field])
        customer.save(update_fields=changed)
        record(actor, "change_billing_profile", customer, reason=", ".join(changed))
    return customer
