"""The shapes of a customer: as a list shows it, in full, and its profiles."""

import uuid
from typing import Annotated, Any, Literal

from pydantic import Field

from customers.models import Customer
from gcc_portal.api.addresses import Address, AddressBody, PersonName, address_of_row
from gcc_portal.api.call import etag_of
from gcc_portal.api.schema import (
    Attributes,
    Body,
    Guid,
    Resource,
    SelfLinks,
    SentAttributes,
    self_link,
    typed,
)
from gcc_portal.api.texts import EMAIL, ONE_LINE, Culture, Language

Relation = Literal["none", "reseller"]
CompanyName = Annotated[str, Field(min_length=1, max_length=200), ONE_LINE]
Email = Annotated[str, Field(min_length=1, max_length=254), ONE_LINE, EMAIL]


class CompanyItem(Resource):
    """The organization behind a customer, as a list shows it."""

    tenant_id: Guid
    domain: str
    company_name: str
    links: SelfLinks | None = None
    attributes: Attributes


class CompanyProfile(CompanyItem):
    """The organization behind a customer."""

    address: Address
    email: str | None = None


class BillingProfile(Resource):
    """To whom the customer's bills and e-mails go."""

    id: Guid
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    culture: str
    language: str
    company_name: str
    default_address: Address
    links: SelfLinks
    attributes: Attributes


class CustomerItem(Resource):
    """A customer as a list shows it."""

    id: Guid
    company_profile: CompanyItem
    relationship_to_partner: Relation
    links: SelfLinks
    attributes: Attributes


class UserCredentials(Resource):
    """The administrator's account of a new tenant."""

    user_name: str
    password: str | None = None


class FullCustomer(Resource):
    """A customer."""

    id: Guid
    commerce_id: Guid
    company_profile: CompanyProfile
    billing_profile: BillingProfile
    relationship_to_partner: Relation
    allow_delegated_access: bool
    custom_domains: list[str]
    associated_partner_id: Guid | None = None
    user_credentials: UserCredentials | None = None
    links: SelfLinks
    attributes: Attributes


class FormerCustomer(Resource):
    """A customer to which the relationship has just ended."""

    id: Guid
    relationship_to_partner: Relation
    allow_delegated_access: bool
    attributes: Attributes


class BillingBody(Body):
    """A billing profile as it is sent, whole: what is left out is empty."""

    email: Email
    culture: Culture
    language: Language
    company_name: CompanyName = Field(description="The legal name. It can't be changed after the creation.")
    first_name: PersonName = ""
    last_name: PersonName = ""
    default_address: AddressBody
    attributes: SentAttributes = Field(default_factory=SentAttributes)


def _address(customer: Customer, state_as: str = "state") -> Address:
    return address_of_row(customer, state_as, first_name=customer.first_name, last_name=customer.last_name)


def item_of(pk: uuid.UUID, name: str, domain: str) -> dict[str, Any]:
    """Return a customer as a list shows it: a `CustomerItem` as it goes over the wire. A page holds hundreds."""
    company = {
        "tenantId": pk,
        "domain": domain,
        "companyName": name,
        "attributes": {"objectType": "CustomerCompanyProfile"},
    }
    return {
        "id": pk,
        "companyProfile": company,
        "relationshipToPartner": "reseller",
        "links": {"self": {"uri": f"/customers/{pk}", "method": "GET", "headers": []}},
        "attributes": {"objectType": "Customer"},
    }


def company_of(customer: Customer) -> CompanyProfile:
    """Return the customer's company profile."""
    return CompanyProfile(
        tenant_id=customer.pk,
        domain=customer.domain,
        company_name=customer.name,
        address=_address(customer, state_as="region"),
        email=customer.email or None,
        links=self_link(f"/customers/{customer.pk}/profiles/company"),
        attributes=typed("CustomerCompanyProfile"),
    )


def billing_of(customer: Customer) -> BillingProfile:
    """Return the customer's billing profile."""
    return BillingProfile(
        id=uuid.uuid5(customer.pk, "billing"),
        first_name=customer.first_name or None,
        last_name=customer.last_name or None,
        email=customer.email or None,
        culture=customer.culture,
        language=customer.language,
        company_name=customer.name,
        default_address=_address(customer),
        links=self_link(f"/customers/{customer.pk}/profiles/billing"),
        attributes=typed("CustomerBillingProfile", billing_etag(customer)),
    )


def billing_etag(customer: Customer) -> str:
    """Return the version of the customer's billing profile."""
    names = (
        "first_name", "last_name", "email", "culture", "language", "name", "address_line1", "address_line2", "city",
        "state", "postal_code", "country", "phone",
    )  # fmt: skip
    return etag_of(*(getattr(customer, name) for name in names))


def full(
    customer: Customer, reseller: Guid | None, credentials: UserCredentials | None = None
) -> FullCustomer:
    """Return a customer in full; `reseller` is the tenant of the indirect reseller that serves it."""
    return FullCustomer(
        id=customer.pk,
        commerce_id=uuid.uuid5(customer.pk, "commerce"),
        company_profile=company_of(customer),
        billing_profile=billing_of(customer),
        relationship_to_partner="reseller",
        allow_delegated_access=True,
        custom_domains=[],
        associated_partner_id=reseller,
        user_credentials=credentials,
        links=self_link(f"/customers/{customer.pk}"),
        attributes=typed("Customer"),
    )
