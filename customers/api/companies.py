"""Customers: listed, created, read, and let go."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from customers.api.shapes import (
    BillingBody,
    CompanyProfile,
    CustomerItem,
    FormerCustomer,
    FullCustomer,
    UserCredentials,
    company_of,
    full,
    item_of,
)
from customers.queries.customers import (
    active_relationships,
    customer_or_404,
    prefix_match,
    served_by,
    with_reseller_or_404,
)
from customers.services import create_customer as creation_at_once
from customers.services import relationships
from gcc_portal.api.call import Call
from gcc_portal.api.errors import WRONG_STATE, refused_as
from gcc_portal.api.filters import read_filter
from gcc_portal.api.paging import Collection, PageSize, SeekRequest
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Body, Guid, one_of, typed
from gcc_portal.api.texts import ONE_LINE

resources = Resources("Customers", "customers")

# What still runs under a relationship stands in the way of its end.
STILL_RUNS = dict.fromkeys(("O1", "O4"), WRONG_STATE)
RESELLER = "reseller"
FIELDS = {
    "CompanyName": "customer_name",
    "Domain": "customer_domain",
    "DisplayName": "customer_name",
    "DefaultDomainName": "customer_domain",
    "IndirectReseller": RESELLER,
    "IndirectCloudSolutionProvider": RESELLER,
}
# By name, in capitals, as the index of a partner's customers is.
ORDER = ("customer_name", "customer_id")
COLUMNS = (*ORDER, "customer__name", "customer__domain")
MaybeGuid = Annotated[Guid | None, BeforeValidator(lambda value: None if value == "" else value)]


class NewCompany(Body):
    """The organization behind a new customer."""

    domain: Annotated[str, Field(min_length=17, max_length=43), ONE_LINE] = Field(
        description="The new tenant's domain: a prefix of at most 27 characters and .onmicrosoft.com."
    )
    organization_registration_number: Annotated[str, Field(max_length=100), ONE_LINE] = ""


class NewCustomer(Body):
    """A customer to create. The legal name stands in the billing profile."""

    company_profile: NewCompany
    billing_profile: BillingBody
    associated_partner_id: MaybeGuid = Field(
        None, description="The indirect reseller who serves the customer."
    )


class RelationChange(Body):
    """The end of a relationship: there is no other change."""

    relationship_to_partner: Annotated[Literal["none"], one_of("none")]


@resources.get("customers", Collection[CustomerItem])
def list_customers(
    call: Call,
    size: PageSize = 0,
    filter: str = "",
    seek_operation: str = "",
) -> Any:
    """List or search the partner's customers.

    The next page is asked for by `links.next`, whose headers go into the request, or by a seek with the
    `continuationToken`; size and filter travel in the token. Customers are found by how their name or domain begins,
    or by the indirect reseller that serves them (its tenant ID, or how its name begins; App+User tokens alone).
    """
    seek = SeekRequest(call, "customers", size=size, filters=filter, operation=seek_operation)
    found = read_filter(seek.filters, fields=FIELDS, operators=("starts_with",))
    rows = active_relationships(call.actor)
    if found is not None and found.field == RESELLER:
        call.require_user()
        rows = served_by(rows, found.value)
    elif found is not None:
        rows = rows.filter(prefix_match(found.field, found.value))
    return seek.page(rows.values_list(*COLUMNS, named=True), ORDER, _items, "/customers", counted=rows)


def _items(page: list[Any]) -> list[dict[str, Any]]:
    return [item_of(row.customer_id, row.customer__name, row.customer__domain) for row in page]


@resources.post("customers", FullCustomer)
def create_customer(call: Call, body: NewCustomer) -> Any:
    """Create a customer with a tenant of its own.

    It is created unqualified: POST qualifications is a separate call, and the agreement is one more. A customer for
    an indirect reseller (`associatedPartnerId`) is created with App+User tokens alone. The administrator's one-time
    password is answered once, to clients that can read it; otherwise it is shown once in the portal, on the page of
    the creation. `userCredentials` that are sent are ignored, and so is `enableGDAPByDefault`. A call that fails
    leaves nothing behind.
    """
    if body.associated_partner_id is not None:
        call.require_user()
    made = creation_at_once.create(call.actor, _new(body), show_password=call.client.reads_password)
    user_name = made.creation.admin_user_name.partition("@")[0]
    credentials = UserCredentials(
        user_name=user_name, password=made.credentials.password if made.credentials else None
    )
    return full(made.customer, body.associated_partner_id, credentials)


def _new(body: NewCustomer) -> creation_at_once.NewCustomer:
    billing, address = body.billing_profile, body.billing_profile.default_address
    return creation_at_once.NewCustomer(
        company_name=billing.company_name,
        domain=body.company_profile.domain,
        first_name=billing.first_name or address.first_name,
        last_name=billing.last_name or address.last_name,
        email=billing.email,
        culture=billing.culture,
        language=billing.language,
        address=address.as_kept(),
        registration_number=body.company_profile.organization_registration_number,
        reseller=body.associated_partner_id,
    )


@resources.get("customers/{customer_id}", FullCustomer)
def get_customer(call: Call, customer_id: Guid) -> Any:
    """Return one customer."""
    customer, reseller = with_reseller_or_404(call.actor, customer_id)
    return full(customer, reseller)


@resources.patch("customers/{customer_id}", FormerCustomer, user_only=True)
def end_relationship(call: Call, customer_id: Guid, body: RelationChange) -> Any:
    """End the reseller relationship with a customer.

    Refused with 409/600006 while the partner's subscriptions are held or its orders are under way. Afterwards the
    customer is gone from the lists, and whatever is asked of it is answered with 403/20002.
    """
    _end(call, customer_id)
    return FormerCustomer(
        id=customer_id,
        relationship_to_partner="none",
        allow_delegated_access=False,
        attributes=typed("Customer"),
    )


@resources.delete("customers/{customer_id}")
def delete_customer(call: Call, customer_id: Guid) -> Any:
    """Remove a customer from the sandbox.

    403/600006 where the portal is no sandbox. In one, the relationship ends under the same conditions as everywhere:
    orders and subscriptions are cancelled first. The tenant keeps its domain, and the audit what was done.
    """
    with refused_as(STILL_RUNS):
        relationships.leave_sandbox(call.actor, customer_id)


@resources.delete("customers/{customer_id}/relationships/partner", user_only=True)
def remove_partner_relationship(call: Call, customer_id: Guid) -> Any:
    """End the reseller relationship with a customer, as PATCH of the customer does (an older address of it)."""
    _end(call, customer_id)


@resources.delete("customers/{customer_id}/CustomerPartnerRelationships/reseller", user_only=True)
def remove_reseller_relationship(call: Call, customer_id: Guid) -> Any:
    """End the reseller relationship with a customer, as PATCH of the customer does."""
    _end(call, customer_id)


def _end(call: Call, customer_id: Guid) -> None:
    with refused_as(STILL_RUNS):
        relationships.end_with(call.actor, customer_id)


@resources.get("customers/{customer_id}/profiles/company", CompanyProfile, user_only=True)
def get_company_profile(call: Call, customer_id: Guid) -> Any:
    """Return the organization behind a customer."""
    return company_of(customer_or_404(call.actor, customer_id))
