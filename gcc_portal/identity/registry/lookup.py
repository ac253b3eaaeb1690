"""Looking a domain up in the .gov registry."""

from collections.abc import Iterable

from gcc_portal.core.hosts import host_of
from gcc_portal.identity.registry.models import GovDomain
from gcc_portal.identity.registry.names import names_agree

# Deeper names than this are not delegated; it bounds the query.
DEEPEST = 8


def lookup(domain_or_email_or_url: str) -> GovDomain | None:
    """Return the registry's row for a domain, e-mail or web address, or None.

    Sub-domains count: `police.seattle.gov` gives the row of `seattle.gov`; of several rows
    above a name the longest is given. None proves nothing: many governments use other
    endings.
    """
    return lookup_all([domain_or_email_or_url])[domain_or_email_or_url]


def lookup_all(asked: Iterable[str]) -> dict[str, GovDomain | None]:
    """Return by what was asked the row that `lookup` gives, of all of them in one query."""
    names = {text: _names(text) for text in asked}
    wanted = {name for each in names.values() for name in each}
    rows = {row.domain: row for row in GovDomain.objects.filter(domain__in=wanted)} if wanted else {}
    return {text: next((rows[name] for name in each if name in rows), None) for text, each in names.items()}


def _names(text: str) -> list[str]:
    """Return the domains to look for, the longest first."""
    host = host_of(text)
    if host is None or not host.endswith(".gov"):
        return []
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)][-DEEPEST:]


def registrant_agrees(row: GovDomain, name: str) -> bool:
    """Return whether `name` can be the registrant's: the organisation's or the part's that the row names."""
    return names_agree(name, row.organization_name) or names_agree(name, row.suborganization_name)
