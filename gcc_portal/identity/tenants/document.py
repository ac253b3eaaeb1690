"""Reads from a tenant's OpenID Connect discovery document in which cloud the tenant is.

The document's fields decide, not the host that answered: the worldwide host also answers for tenants of Azure
Government. A field that is missing or has an unknown value makes the cloud unknown, never commercial.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gcc_portal.identity.tenants.kinds import GUID, ZERO_TENANT_ID, TenantKind

WORLDWIDE = "microsoftonline.com"
US_GOVERNMENT = "microsoftonline.us"
CHINA = "partner.microsoftonline.cn"
US_GOVERNMENT_REGIONS = frozenset({"USGOV", "USG", "DOD"})

# Fields that contain the tenant's GUID.
ENDPOINTS = ("issuer", "token_endpoint", "authorization_endpoint")
CLOUD, REGION, SUB_REGION = "cloud_instance_name", "tenant_region_scope", "tenant_region_sub_scope"
LONGEST_SHOWN = 60
UNREADABLE = "?"


def kind_of(document: Mapping[str, Any]) -> TenantKind:
    """Return the kind of tenant that a discovery document describes; UNKNOWN_CLOUD when its fields do not say."""
    cloud = _word(document, CLOUD).lower()
    region, sub_region = _word(document, REGION).upper(), _word(document, SUB_REGION).upper()
    if UNREADABLE in (cloud, region, sub_region):
        return TenantKind.UNKNOWN_CLOUD
    if cloud == US_GOVERNMENT or (region in US_GOVERNMENT_REGIONS and cloud in {"", WORLDWIDE}):
        return _us_government_kind(region, sub_region)
    if cloud == CHINA and region not in US_GOVERNMENT_REGIONS:
        return TenantKind.CHINA
    if cloud == WORLDWIDE and region:
        kinds = {"": TenantKind.COMMERCIAL, "GCC": TenantKind.GCC}
        return kinds.get(sub_region, TenantKind.UNKNOWN_CLOUD)
    return TenantKind.UNKNOWN_CLOUD


def tenant_ids_of(document: Mapping[str, Any]) -> set[str]:
    """Return the GUIDs in the document's endpoints; a valid document has exactly one."""
    text = " ".join(_word(document, field).lower() for field in ENDPOINTS)
    return set(re.findall(GUID, text)) - {ZERO_TENANT_ID}


def is_discovery_document(document: Any) -> bool:
    """Return whether a JSON value is a discovery document at all: an object that names an issuer."""
    return isinstance(document, dict) and _word(document, "issuer") not in {"", UNREADABLE}


def in_words(document: Mapping[str, Any]) -> str:
    """Return the fields that decide the kind, as a translated phrase for the record of a check."""
    return _("cloud %(cloud)s, region %(region)s, sub-region %(sub_region)s") % {
        "cloud": _shown(document, CLOUD),
        "region": _shown(document, REGION),
        "sub_region": _shown(document, SUB_REGION),
    }


def _us_government_kind(region: str, sub_region: str) -> TenantKind:
    if sub_region == "DOD" or (region == "DOD" and not sub_region):
        return TenantKind.DOD
    if sub_region in {"", "DODCON"} and region != "DOD":
        return TenantKind.AZURE_GOVERNMENT
    return TenantKind.UNKNOWN_CLOUD


def _word(document: Mapping[str, Any], field: str) -> str:
    """Return the field's text, '' when it is absent, null or empty, or UNREADABLE when it is no text."""
    value = document.get(field)
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else UNREADABLE


def _shown(document: Mapping[str, Any], field: str) -> str:
    word = "".join(character for character in _word(document, field) if character.isprintable())
    return word[:LONGEST_SHOWN] or _("not given")
