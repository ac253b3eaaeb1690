"""A customer's billing profile."""

from typing import Any

from customers.api.shapes import BillingBody, BillingProfile, billing_etag, billing_of
from customers.models import Customer
from customers.queries.customers import customer_or_404
from customers.services import profile
from gcc_portal.api.call import Call
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Guid

resources = Resources("Customers", "customers")


@resources.get("customers/{customer_id}/profiles/billing", BillingProfile)
def get_billing_profile(call: Call, customer_id: Guid) -> Any:
    """Return to whom the customer's bills and e-mails go."""
    return billing_of(customer_or_404(call.actor, customer_id))


@resources.put("customers/{customer_id}/profiles/billing", BillingProfile)
def update_billing_profile(call: Call, customer_id: Guid, body: BillingBody) -> Any:
    """Replace to whom the customer's bills and e-mails go.

    The etag that was read goes into `If-Match` or `attributes.etag`; a stale one is refused with 400/2055, none at
    all is accepted. The legal name can't be changed: 400/3000. The contact stands at two places, in the profile and
    in its address: where they differ, the one that was changed counts.
    """

    def new_profile(customer: Customer) -> profile.Profile:
        call.check_etag(billing_etag(customer), body.attributes)
        return _profile(customer, body)

    return billing_of(profile.change(call.actor, customer_id, body.company_name, new_profile))


def _profile(customer: Customer, body: BillingBody) -> profile.Profile:
    address = body.default_address
    return profile.Profile(
        first_name=_changed(customer.first_name, body.first_name, address.first_name),
        last_name=_changed(customer.last_name, body.last_name, address.last_name),
        email=body.email,
        culture=body.culture,
        language=body.language,
        **address.as_kept(),
    )


def _changed(current: str, *sent: str) -> str:
    """Return the first name that was sent and differs from the current one, else the first that is not empty."""
    given = [name for name in sent if name]
    return next((name for name in given if name != current), given[0] if given else "")
