"""Contoso's customers in the demo, added through the wizard's services, with fixed tenant IDs."""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from customers.criteria import Category
from customers.demo.story import government_answers, validate
from customers.models import ValidationId
from customers.services import creation as creations
from customers.services.provisioner import DirectoryProvisioner, TenantOrder
from customers.services.provisioning import provision
from customers.states import GCC
from gcc_portal.core.people.actors import Actor
from partners import demo as partners_demo


@dataclass(frozen=True)
class Organization:
    """A customer of the story. Without a web domain it was never validated: a commercial customer."""

    tenant_id: uuid.UUID
    prefix: str
    name: str
    web_domain: str
    address: tuple[str, str, str, str]
    agreed: bool = True


CUSTOMERS: Final = (
    Organization(
        uuid.UUID("b0570000-c0de-4a01-8d01-000000000001"),
        "cityofboston",
        "City of Boston",
        "boston.gov",
        ("1 City Hall Square", "Boston", "MA", "02201"),
    ),
    Organization(
        uuid.UUID("900e0000-c0de-4a02-8d02-000000000002"),
        "cityofphoenix",
        "City of Phoenix",
        "phoenix.gov",
        ("200 West Washington Street", "Phoenix", "AZ", "85003"),
    ),
    Organization(
        uuid.UUID("90f10000-c0de-4a03-8d03-000000000003"),
        "cityofportland",
        "City of Portland",
        "portland.gov",
        ("1221 SW 4th Avenue", "Portland", "OR", "97204"),
    ),
    Organization(
        uuid.UUID("d0a00000-c0de-4a04-8d04-000000000004"),
        "donaanacounty",
        "Doña Ana County",
        "donaana.gov",
        ("845 North Motel Boulevard", "Las Cruces", "NM", "88007"),
    ),
    Organization(
        uuid.UUID("a4f00000-c0de-4a05-8d05-000000000005"),
        "cityofakron",
        "City of Akron, Ohio",
        "akronohio.gov",
        ("166 South High Street", "Akron", "OH", "44308"),
    ),
    Organization(
        uuid.UUID("10ab0000-c0de-4a06-8d06-000000000006"),
        "juabcounty",
        "Juab County",
        "juabcounty.gov",
        ("160 North Main Street", "Nephi", "UT", "84648"),
    ),
    Organization(
        uuid.UUID("1effe000-c0de-4a07-8d07-000000000007"),
        "jeffersoncountyar",
        "Jefferson County",
        "jeffersoncountyar.gov",
        ("101 West Barraque Street", "Pine Bluff", "AR", "71601"),
    ),
    Organization(
        uuid.UUID("ba7e0000-c0de-4a08-8d08-000000000008"),
        "cityofbatesville",
        "City of Batesville",
        "batesvillems.gov",
        ("103 College Street", "Batesville", "MS", "38606"),
        agreed=False,
    ),
    Organization(
        uuid.UUID("117e0000-c0de-4a09-8d09-000000000009"),
        "litwareresearch",
        "Litware Research",
        "",
        ("400 Broad Street", "Seattle", "WA", "98109"),
    ),
)


class FixedIds(DirectoryProvisioner):
    """Makes tenants with the story's IDs."""

    def new_id(self, order: TenantOrder) -> uuid.UUID:
        """Return the ID that the story gives to this domain."""
        return next(each.tenant_id for each in CUSTOMERS if order.domain.startswith(f"{each.prefix}."))


def load() -> None:
    """Add Contoso's customers."""
    sales = partners_demo.actor_for("sales@contoso.example")
    reviewer = partners_demo.actor_for(partners_demo.REVIEWER)
    for organization in CUSTOMERS:
        number = _validated(reviewer, organization) if organization.web_domain else ""
        _add(sales, organization, number)


def _validated(reviewer: Actor, organization: Organization) -> str:
    """Return the number of the organisation's validation ID; it is validated first where it was not yet."""
    issued = ValidationId.objects.filter(web_domain=organization.web_domain).first()
    if issued is None:
        answers = government_answers(
            organization.name, organization.web_domain, organization.address, Category.LOCAL
        )
        issued = validate(reviewer, organization.name, answers)
    return issued.number


def _add(actor: Actor, organization: Organization, number: str) -> None:
    """Go through the wizard as the sales agent did, and let the portal make the tenant."""
    begun = creations.start(actor, _account(organization))
    kind = GCC if number else "none"
    saved = creations.save_step(actor, begun.pk, "qualification", {"kind": kind}, begun.revision)
    if number:
        saved = creations.save_step(actor, begun.pk, "validation", {"number": number}, saved.revision)
    saved = creations.save_step(actor, begun.pk, "agreement", _agreement(organization), saved.revision)
    creations.start_provisioning(actor, begun.pk)
    provision(begun.pk, FixedIds())


def _account(organization: Organization) -> dict[str, Any]:
    """Return the account details; the contact is an office, not a person."""
    line, city, state, postal_code = organization.address
    return {
        "company_name": organization.name,
        "prefix": organization.prefix,
        "address_line1": line,
        "address_line2": "",
        "city": city,
        "state": state,
        "postal_code": postal_code,
        "first_name": "Technology",
        "last_name": "Office",
        "email": f"it@{organization.prefix}.example",
        "phone": "",
    }


def _agreement(organization: Organization) -> dict[str, Any]:
    if not organization.agreed:
        return {"later": True}
    return {
        "first_name": "Technology",
        "last_name": "Office",
        "email": f"it@{organization.prefix}.example",
        "phone": "",
        "agreed_on": timezone.localdate().isoformat(),
    }
