"""Asking which cloud a tenant lives in: one question, answered by discovery or by the demo's table."""

from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gcc_portal.identity.tenants.demo import DemoDirectory
from gcc_portal.identity.tenants.kinds import TenantAnswer
from gcc_portal.identity.tenants.live import LiveDirectory


class TenantDirectory(Protocol):
    """Who answers in which cloud a tenant lives."""

    def find(self, identifier: str) -> TenantAnswer:
        """Return what is known of a tenant GUID or domain (P3, C1).

        Never raises for what was typed or for what a host does: malformed input, no answer
        and "not found" are kinds of answer. May wait for the network, so it is asked before
        a transaction begins, not inside one.
        """
        ...


def tenant_directory() -> TenantDirectory:
    """Return the directory that the setting TENANT_DIRECTORY names: "live" or "demo"."""
    match settings.TENANT_DIRECTORY:
        case "live":
            return LiveDirectory()
        case "demo":
            return DemoDirectory()
        case other:
            raise ImproperlyConfigured(f"TENANT_DIRECTORY must be 'live' or 'demo', not {other!r}")
