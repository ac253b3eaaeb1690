"""What clients of Microsoft's identity platform send, in this portal's terms.

They name the API by `resource` (v1) or inside `scope` (v2), and ask for scopes of the sign-in that mean nothing here.
"""

from django.conf import settings

from gcc_portal.api.schema import guid_of
from partners.models import Partner

SCOPE = "user_impersonation"
RESOURCE = "https://api.partnercenter.microsoft.com"
ANY_TENANT = ("common", "organizations")
_OF_THE_API = ("", ".default", "user_impersonation")
SIGN_IN = frozenset({"openid", "profile", "email", "offline_access", SCOPE})


def is_api(resource: str) -> bool:
    """Return whether a resource is this API, by Microsoft's name or by the portal's own address."""
    return _plain(resource) in (_plain(RESOURCE), _plain(settings.PORTAL_URL))


def is_scope(scope: str) -> bool:
    """Return whether each of the scopes asked for is one that the API or the sign-in has."""
    return all(_is_one(each) for each in scope.split())


def is_tenant_of(partner: Partner, tenant: str) -> bool:
    """Return whether the tenant in an address is the partner's: by id, by default domain, or any tenant."""
    named = tenant.casefold()
    return named in ("", *ANY_TENANT, partner.domain.casefold()) or guid_of(named) == partner.tenant_id


def _is_one(scope: str) -> bool:
    if scope in SIGN_IN:
        return True
    resource, _slash, name = scope.rpartition("/")
    return name in _OF_THE_API and is_api(resource)


def _plain(address: str) -> str:
    return address.casefold().rstrip("/")
