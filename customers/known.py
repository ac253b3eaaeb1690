"""What the rules of a customer's form read of others: of many forms at once, or of one when it is asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection

from gcc_portal.identity.registry.lookup import lookup_all
from gcc_portal.identity.tenants.kinds import parse_tenant_id

if TYPE_CHECKING:
    from customers.models import CustomerForm
    from gcc_portal.identity.registry.models import GovDomain
    from partners.models import Partner

# Shared: approvals do not wait for each other, a revocation waits for all.
HOLD = "SELECT FROM partners_partner WHERE tenant_id = ANY(%s::uuid[]) ORDER BY id FOR SHARE"


@dataclass
class Known:
    """Partners by tenant ID, registry rows by what was asked, admin agents' addresses by partner.

    Whatever is not at hand is asked of the database when it is wanted, and not kept.
    """

    partners: "dict[str, Partner | None]" = field(default_factory=dict)
    registry: "dict[str, GovDomain | None]" = field(default_factory=dict)
    admins: dict[int, list[str]] = field(default_factory=dict)

    def partner(self, tenant_id: str) -> "Partner | None":
        """Return the partner of a tenant ID in its one form, or None."""
        if tenant_id in self.partners:
            return self.partners[tenant_id]
        return _partners([tenant_id])[tenant_id]

    def registrant(self, domain: str) -> "GovDomain | None":
        """Return the registry's row of a domain, or None."""
        if domain in self.registry:
            return self.registry[domain]
        return lookup_all([domain])[domain]

    def addresses(self, partner: "Partner") -> list[str]:
        """Return the addresses of a partner's admin agents."""
        from partners.queries.partners import admin_addresses

        return self.admins[partner.pk] if partner.pk in self.admins else admin_addresses(partner)


def known_of(form: "CustomerForm") -> Known:
    """Return what is at hand of a form: nothing, unless it was loaded together with others."""
    return form.prefetched.known if form.prefetched is not None else Known()


def load(forms: "Iterable[CustomerForm]") -> None:
    """Have at hand for each form what its rules read of others, in three statements."""
    from partners.queries.partners import admin_addresses_of

    batch = list(forms)
    signed = [form.latest.answers for form in batch if form.latest is not None]
    tenants = {parse_tenant_id(str(answers.get("partner_tenant_id") or "")) for answers in signed}
    partners = _partners(tenant for tenant in tenants if tenant)
    registry = lookup_all({str(answers.get("web_domain") or "") for answers in signed})
    admins = admin_addresses_of({form.partner_id for form in batch if form.partner_id is not None})
    for form in batch:
        if form.prefetched is not None:
            form.prefetched.known = Known(partners, registry, admins)


def hold(forms: "Iterable[CustomerForm]") -> None:
    """Keep the partners that these forms name as they are until the transaction ends, and have them at hand anew (C1).

    What was loaded at a batch's begin is old by its decisions: a qualification that was revoked meanwhile is met.
    """
    batch = list(forms)
    signed = [form.latest.answers for form in batch if form.latest is not None]
    tenants = {parse_tenant_id(str(answers.get("partner_tenant_id") or "")) for answers in signed}
    named = sorted(tenant for tenant in tenants if tenant)
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [named])
    fresh = _partners(named)
    for form in batch:
        if form.prefetched is not None:
            form.prefetched.known.partners.update(fresh)


def _partners(tenant_ids: Iterable[str]) -> "dict[str, Partner | None]":
    from partners.models import Partner

    found: dict[str, Partner | None] = dict.fromkeys(tenant_ids)
    for partner in Partner.objects.select_related("provider").filter(tenant_id__in=found):
        found[str(partner.tenant_id)] = partner
    return found
