"""Looking a domain up in the .gov registry."""

from gcc_portal.hosts import host_of
from gcc_portal.registry.models import GovDomain
from gcc_portal.registry.names import names_agree

# Deeper names than this are not delegated; it bounds the query.
DEEPEST = 8


def lookup(domain_or_email_or_url: str) -> GovDomain | None:
    """Return the registry's row for a domain, e-mail or web address, or None.

    Sub-domains count: `police.seattle.gov` gives the row of `seattle.gov`; of several rows
    above a name the longest is given. None proves nothing: many governments use other
    endings.
    """
    host = host_of(domain_or_email_or_url)
    if host is None or not host.endswith(".gov"):
        return None
    labels = host.split(".")
    names = [".".join(labels[start:]) for start in range(len(labels) - 1)][-DEEPEST:]
    rows = {row.domain: row for row in GovDomain.objects.filter(domain__in=names)}
    return next((rows[name] for name in names if name in rows), None)


def registrant_agrees(row: GovDomain, name: str) -> bool:
    """Return whether `name` can be the registrant's: the organisation's or the part's that the row names."""
    return names_agree(name, row.organization_name) or names_agree(name, row.suborganization_name)
