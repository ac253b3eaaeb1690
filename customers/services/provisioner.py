"""Making a tenant: one small interface, and the portal's own directory as its implementation."""

import secrets
import uuid
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.models import Customer, CustomerCreation
from customers.states import CreationState
from gcc_portal.core.gates import Text
from gcc_portal.identity.tenants.directory import tenant_directory
from gcc_portal.identity.tenants.kinds import TenantKind
from gcc_portal.identity.tenants.models import DirectoryTenant

# No letters and digits that are mistaken for each other when a password is read out.
LETTERS = "abcdefghijkmnpqrstuvwxyz"
CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "23456789"
PASSWORD_LENGTH = 16
# The creation that asks holds its domain itself from the moment on which provisioning begins.
HOLDING = (CreationState.PROVISIONING, CreationState.ACTIVE)


class ProvisioningFailed(Exception):
    """The tenant could not be made; the sentence says why and what helps."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)


@dataclass(frozen=True)
class TenantOrder:
    """The tenant that is asked for. The same key asks for the same tenant."""

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
    """Whoever can make a tenant."""

    def create(self, order: TenantOrder) -> NewTenant:
        """Make the tenant and return it. Raises `ProvisioningFailed`; may be asked twice for one key."""
        ...


class DirectoryProvisioner:
    """Makes tenants in the portal's own directory, in the running transaction: rolled back, there is none."""

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
                    special_qualifications=["government_community_cloud"] if order.is_gcc else [],
                )
        except IntegrityError:
            raise ProvisioningFailed(taken_sentence(order.domain)) from None
        return NewTenant(row.tenant_id, row.domain, f"admin@{row.domain}", new_password())

    def new_id(self, order: TenantOrder) -> uuid.UUID:
        """Return the ID of a new tenant."""
        return uuid.uuid4()


def provisioner() -> Provisioner:
    """Return who makes tenants for this portal."""
    return DirectoryProvisioner()


def taken_sentence(domain: str) -> str:
    """Return the sentence on a domain that somebody else has."""
    return _("The domain %(domain)s is taken. Choose another domain prefix.") % {"domain": domain}


def domain_of(prefix: str) -> str:
    """Return the domain that a prefix stands for, in lower case."""
    return f"{prefix.lower()}.{settings.TENANT_SUFFIX}"


def is_taken(domain: str, creation: CustomerCreation | None = None) -> bool:
    """Return whether the portal itself knows a tenant, a customer or a creation under way with this domain."""
    others = CustomerCreation.objects.filter(domain=domain, state__in=HOLDING)
    if creation is not None:
        others = others.exclude(pk=creation.pk)
    return (
        DirectoryTenant.objects.filter(domain__iexact=domain).exists()
        or Customer.objects.filter(domain__iexact=domain).exists()
        or others.exists()
    )


def look_up(domain: str, creation: CustomerCreation | None = None) -> bool | None:
    """Return whether the domain is free; None when the directory gave no answer. May wait for the network."""
    if is_taken(domain, creation):
        return False
    kind = tenant_directory().find(domain).kind
    if kind == TenantKind.NOT_FOUND:
        return True
    return None if kind == TenantKind.UNCHECKED else False


def new_password() -> str:
    """Return a one-time password with small and capital letters and digits, drawn at random."""
    drawn = [secrets.choice(alphabet) for alphabet in (LETTERS, CAPITALS, DIGITS)]
    drawn += [secrets.choice(LETTERS + CAPITALS + DIGITS) for _n in range(PASSWORD_LENGTH - len(drawn))]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)
