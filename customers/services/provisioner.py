"""Making a tenant: the interface, and an implementation that writes the portal's own directory."""

import secrets
import uuid
from dataclasses import dataclass
from typing import Protocol

from django.db import IntegrityError, transaction

from customers.gates.contact import domain_is_free, domain_taken
from customers.models import CustomerCreation
from customers.states import GCC
from gcc_portal.core.gates import Text
from gcc_portal.identity.tenants.directory import tenant_directory
from gcc_portal.identity.tenants.kinds import TenantKind
from gcc_portal.identity.tenants.models import DirectoryTenant

# Without the characters that are mistaken for each other when a password is read out.
LETTERS = "abcdefghijkmnpqrstuvwxyz"
CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "23456789"
PASSWORD_LENGTH = 16


class ProvisioningFailed(Exception):
    """The tenant could not be made; the sentence says why and what helps."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)


@dataclass(frozen=True)
class TenantOrder:
    """The tenant to make. Orders with the same key are for the same tenant."""

    key: str
    domain: str
    organization_name: str
    is_gcc: bool


@dataclass(frozen=True)
class NewTenant:
    """A tenant that was made, and the one account in it."""

    tenant_id: uuid.UUID
    domain: str
    admin_user_name: str
    password: str


class Provisioner(Protocol):
    """Makes tenants."""

    def create(self, order: TenantOrder) -> NewTenant:
        """Make the tenant and return it. Idempotent by `order.key`. Raises `ProvisioningFailed`."""
        ...


class DirectoryProvisioner:
    """Makes tenants in the portal's own directory, in the running transaction."""

    def create(self, order: TenantOrder) -> NewTenant:
        """Write the tenant. Raises `ProvisioningFailed` when the domain was taken meanwhile."""
        kind = DirectoryTenant.Kind.GCC if order.is_gcc else DirectoryTenant.Kind.COMMERCIAL
        try:
            with transaction.atomic():
                row = DirectoryTenant.objects.create(
                    tenant_id=self.new_id(order),
                    domain=order.domain,
                    kind=kind,
                    organization_name=order.organization_name,
                    special_qualifications=[GCC] if order.is_gcc else [],
                )
        except IntegrityError:
            raise ProvisioningFailed(domain_taken(order.domain).message) from None
        return NewTenant(row.tenant_id, row.domain, f"admin@{row.domain}", new_password())

    def new_id(self, order: TenantOrder) -> uuid.UUID:
        """Return the ID of a new tenant."""
        return uuid.uuid4()


def provisioner() -> Provisioner:
    """Return the provisioner of this portal."""
    return DirectoryProvisioner()


def is_domain_available(domain: str, creation: CustomerCreation | None = None) -> bool | None:
    """Return whether a domain can be a new tenant's; None if the tenant directory did not answer.

    Asks the directory over the network: call it before the transaction. `creation` may own the domain already.
    """
    if domain_is_free(domain, creation):
        return False
    kind = tenant_directory().find(domain).kind
    if kind == TenantKind.NOT_FOUND:
        return True
    return None if kind == TenantKind.UNCHECKED else False


def new_password() -> str:
    """Return a random one-time password with small and capital letters and digits."""
    drawn = [secrets.choice(alphabet) for alphabet in (LETTERS, CAPITALS, DIGITS)]
    drawn += [secrets.choice(LETTERS + CAPITALS + DIGITS) for _n in range(PASSWORD_LENGTH - len(drawn))]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)
