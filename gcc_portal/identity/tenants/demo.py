"""The tenant directory in the portal's own table: the demo's tenants, and those that the portal created."""

from django.utils import timezone
from django.utils.translation import gettext as _

from gcc_portal.identity.tenants.kinds import TenantAnswer, TenantKind, canonical, parse_tenant_id
from gcc_portal.identity.tenants.models import DirectoryTenant

SOURCE = "directory"


class DemoDirectory:
    """Answers from the table alone."""

    def find(self, identifier: str) -> TenantAnswer:
        """Return the answer for a tenant GUID or domain, read from the table."""
        name = canonical(identifier)
        if name is None:
            return malformed(SOURCE)
        return find_in_table(name) or TenantAnswer(
            kind=TenantKind.NOT_FOUND,
            tenant_id=parse_tenant_id(name),
            domain=_domain_of(name),
            organization_name=None,
            source=SOURCE,
            detail=_("Asked the directory about %(name)s: no such tenant.") % {"name": name},
            asked_at=timezone.now(),
        )


def find_in_table(name: str) -> TenantAnswer | None:
    """Return the answer for the tenant with this GUID or domain (as `canonical` writes it), None when there is none."""
    tenant_id = parse_tenant_id(name)
    rows = DirectoryTenant.objects.all()
    row = (rows.filter(pk=tenant_id) if tenant_id else rows.filter(domain__iexact=name)).first()
    if row is None:
        return None
    if row.unreachable:
        return TenantAnswer(
            kind=TenantKind.UNCHECKED,
            tenant_id=tenant_id,
            domain=_domain_of(name),
            organization_name=None,
            source=SOURCE,
            detail=_("Asked the directory about %(name)s: no answer in time.") % {"name": name},
            asked_at=timezone.now(),
        )
    kind = TenantKind(row.kind)
    return TenantAnswer(
        kind=kind,
        tenant_id=str(row.pk),
        domain=row.domain,
        organization_name=row.organization_name,
        source=SOURCE,
        detail=_("Asked the directory about %(name)s: %(kind)s.") % {"name": name, "kind": kind.label},
        asked_at=timezone.now(),
        special_qualifications=tuple(row.special_qualifications),
    )


def malformed(source: str) -> TenantAnswer:
    """Return the answer for text that is neither a tenant ID nor a domain."""
    return TenantAnswer(
        kind=TenantKind.MALFORMED,
        tenant_id=None,
        domain=None,
        organization_name=None,
        source=source,
        detail=_("Not asked: this is neither a tenant ID nor a domain."),
        asked_at=timezone.now(),
    )


def _domain_of(name: str) -> str | None:
    return None if parse_tenant_id(name) else name
