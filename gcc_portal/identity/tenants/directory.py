"""The tenant directory that the settings choose: live discovery, or the demo's table."""

from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gcc_portal.identity.tenants.demo import DemoDirectory
from gcc_portal.identity.tenants.kinds import TenantAnswer
from gcc_portal.identity.tenants.live import LiveDirectory


class TenantDirectory(Protocol):
    """Looks up in which cloud a tenant is."""

    def find(self, identifier: str) -> TenantAnswer:
        """Return the answer for a tenant GUID or domain (P3, C1).

        Never raises for malformed input or a host's behaviour: malformed, no answer and "not found" are kinds of
        answer. May wait for the network, so it is called before a transaction begins, not inside one.
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
