"""Looks domains up in the .gov registry."""

from collections.abc import Iterable

from gcc_portal.core.hosts import host_of
from gcc_portal.identity.registry.models import GovDomain
from gcc_portal.identity.registry.names import names_agree

# Labels of the longest name looked up, which limits the query; deeper .gov names are not registered.
DEEPEST = 8


def lookup(domain_or_email_or_url: str) -> GovDomain | None:
    """Return the registry's row for a domain, e-mail or web address, or None.

    Sub-domains count: `police.seattle.gov` gives the row of `seattle.gov`, and of several matching rows the longest
    domain wins. None is no evidence against an organisation: many governments use other endings.
    """
    return lookup_all([domain_or_email_or_url])[domain_or_email_or_url]


def lookup_all(texts: Iterable[str]) -> dict[str, GovDomain | None]:
    """Return the row that `lookup` returns for each text, by text, with one query for all."""
    names = {text: _names(text) for text in texts}
    domains = {name for each in names.values() for name in each}
    rows = {row.domain: row for row in GovDomain.objects.filter(domain__in=domains)} if domains else {}
    return {text: next((rows[name] for name in each if name in rows), None) for text, each in names.items()}


def _names(text: str) -> list[str]:
    """Return the domains to look for, the longest first."""
    host = host_of(text)
    if host is None or not host.endswith(".gov"):
        return []
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)][-DEEPEST:]


def registrant_agrees(row: GovDomain, name: str) -> bool:
    """Return whether `name` can be that of the row's organisation or of its suborganisation."""
    return names_agree(name, row.organization_name) or names_agree(name, row.suborganization_name)
