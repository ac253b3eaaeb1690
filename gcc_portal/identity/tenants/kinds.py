"""The kinds of tenant, the answer of a tenant directory, and reading tenant IDs."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.hosts import parse_domain

ZERO_TENANT_ID = "00000000-0000-0000-0000-000000000000"
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
# Invisible characters that are copied along with an ID from a page or an e-mail.
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


class TenantKind(models.TextChoices):
    """The result of looking a tenant up. The first five are tenants of a known cloud."""

    COMMERCIAL = "commercial", _("Commercial (worldwide) cloud")
    GCC = "gcc", _("Government Community Cloud")
    AZURE_GOVERNMENT = "azure_government", _("Azure Government (GCC High)")
    DOD = "dod", _("Azure Government, Department of Defense")
    CHINA = "china", _("China (21Vianet)")
    UNKNOWN_CLOUD = "unknown_cloud", _("Found, in a cloud that is not known here")
    AMBIGUOUS = "ambiguous", _("Found in more than one cloud")
    NOT_FOUND = "not_found", _("No such tenant")
    UNCHECKED = "unchecked", _("Could not check")
    MALFORMED = "malformed", _("Not a tenant ID or domain")

    @property
    def is_known_cloud(self) -> bool:
        """True for a tenant that was found and whose cloud is known."""
        return self in KNOWN_CLOUDS

    @property
    def is_us_government_cloud(self) -> bool:
        """True for tenants of Azure Government and of the Department of Defense: never GCC (P3)."""
        return self in {TenantKind.AZURE_GOVERNMENT, TenantKind.DOD}


KNOWN_CLOUDS = frozenset(
    {
        TenantKind.COMMERCIAL,
        TenantKind.GCC,
        TenantKind.AZURE_GOVERNMENT,
        TenantKind.DOD,
        TenantKind.CHINA,
    }
)


@dataclass(frozen=True)
class TenantAnswer:
    """The answer of a tenant directory, with what the record of a check needs.

    `tenant_id` is the GUID in lower case where known, also when a domain was looked up. `detail` is a sentence on
    what was asked and what came back.
    """

    kind: TenantKind
    tenant_id: str | None
    domain: str | None
    organization_name: str | None
    source: str
    detail: str
    asked_at: datetime
    special_qualifications: tuple[str, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """Return the answer as plain values for a JSON column."""
        return {
            "kind": self.kind.value,
            "tenant_id": self.tenant_id,
            "domain": self.domain,
            "organization_name": self.organization_name,
            "source": self.source,
            "detail": self.detail,
            "asked_at": self.asked_at.isoformat(),
            "special_qualifications": list(self.special_qualifications),
        }


def parse_tenant_id(text: str) -> str | None:
    """Return the GUID in `text` in lower case with hyphens, or None.

    Accepts upper case, blanks around it and one pair of braces or brackets. The GUID of zeros is no tenant's and
    gives None.
    """
    trimmed = text.strip().strip(INVISIBLE).strip().lower()
    if trimmed[:1] + trimmed[-1:] in {"{}", "()"}:
        trimmed = trimmed[1:-1].strip()
    if not GUID.fullmatch(trimmed) or trimmed == ZERO_TENANT_ID:
        return None
    return trimmed


def canonical(identifier: str) -> str | None:
    """Return a tenant GUID or a domain in lower case, as caches and tables hold it, or None for other text."""
    return parse_tenant_id(identifier) or parse_domain(identifier)
