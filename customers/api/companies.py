"""Customers: listed, read."""

from typing import Annotated, Any

from pydantic import Field

from customers.models import Customer
from customers.queries.customers import FormerCustomer, NoCustomer, customer_or_404, visible_customers
from gcc_portal.api.call import Call
from gcc_portal.api.errors import Answer, name_absence
from gcc_portal.api.filters import read_filter
from gcc_portal.api.paging import Collection, Seek
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Attributes, Guid, Resource, SelfLinks, self_link, typed

resources = Resources("Customers", "customers")

NO_CUSTOMER: Answer = (404, 60003)
NO_RELATIONSHIP: Answer = (403, 20002)
name_absence(NoCustomer, NO_CUSTOMER, "There is no such customer.")
name_absence(FormerCustomer, NO_RELATIONSHIP, "The reseller relationship with this customer has ended.")
FIELDS = {
    "CompanyName": "name",
    "Domain": "domain",
    "DisplayName": "name",
    "DefaultDomainName": "domain",
}


class CompanyProfile(Resource):
    """The organization behind a customer."""

    tenant_id: Guid
    domain: str
    company_name: str
    links: SelfLinks | None = None
    attributes: Attributes


class CustomerItem(Resource):
    """A customer as a list shows it."""

    id: Guid
    company_profile: CompanyProfile
    relationship_to_partner: str
    links: SelfLinks
    attributes: Attributes


def item_of(customer: Customer) -> CustomerItem:
    """Return a customer as a list shows it."""
    return CustomerItem(
        id=customer.pk,
        company_profile=CompanyProfile(
            tenant_id=customer.pk,
            domain=customer.domain,
            company_name=customer.name,
            attributes=typed("CustomerCompanyProfile"),
        ),
        relationship_to_partner="reseller",
        links=self_link(f"/customers/{customer.pk}"),
        attributes=typed("Customer"),
    )


@resources.get("customers", Collection[CustomerItem])
def list_customers(
    call: Call,
    size: Annotated[int, Field(ge=0, le=500)] = 0,
    filter: str = "",
    seek_operation: str = "",
) -> Any:
    """List or search the partner's customers.

    The next page is asked for by `links.next`, whose headers go into the request, or by a seek with the
    `continuationToken`; size and filter travel in the token.
    """
    seek = Seek(call, "customers", size=size, asked=filter, operation=seek_operation)
    found = read_filter(seek.asked, fields=FIELDS, operators=("starts_with",))
    rows = visible_customers(call.actor)
    if found is not None:
        rows = rows.filter(**{f"{found.field}__istartswith": found.value})
    return seek.page(rows, ("name", "id"), item_of, "/customers")


@resources.get("customers/{customer_id}", CustomerItem)
def get_customer(call: Call, customer_id: Guid) -> Any:
    """Return one customer."""
    return item_of(customer_or_404(call.actor, customer_id))
