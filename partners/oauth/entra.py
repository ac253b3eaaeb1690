"""How the two endpoints understand clients that were written for Microsoft Entra.

Such clients name the API by `resource` (v1) or inside `scope` (v2), and ask for sign-in scopes (`openid`, ...) that are
accepted and ignored here.
"""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from gcc_portal.api.schema import guid_of
from partners.models import Partner

SCOPE = "user_impersonation"
RESOURCE = "https://api.partnercenter.microsoft.com"
ANY_TENANT = ("common", "organizations")
_OF_THE_API = ("", ".default", "user_impersonation")
SIGN_IN = frozenset({"openid", "profile", "email", "offline_access", SCOPE})


class OAuthError(Exception):
    """A refusal: OAuth's code for it (RFC 6749, 4.1.2.1 and 5.2), a sentence, and the HTTP status."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.code, self.description, self.status = code, description, status

    def as_parameters(self) -> dict[str, str]:
        """Return the refusal under the names of RFC 6749, for a body or for a query."""
        return {"error": self.code, "error_description": self.description}


def check_resources_and_scopes(parameters: QueryDict) -> None:
    """Raise `OAuthError` where a request names another API, or a scope that neither the API nor the sign-in has."""
    if not all(_is_api(resource) for resource in parameters.getlist("resource")):
        raise OAuthError("invalid_target", _("The resource is %(resource)s.") % {"resource": RESOURCE})
    if not all(_is_scope(scope) for scope in parameters.get("scope", "").split()):
        raise OAuthError("invalid_scope", _("The scope is %(scope)s.") % {"scope": f"{RESOURCE}/.default"})


def provider_request(request: HttpRequest, parameters: Mapping[str, str]) -> HttpRequest:
    """Return the request with these parameters alone and the one scope that the provider knows.

    The provider refuses a resource and the sign-in's scopes, and it would read credentials of the Authorization
    header and the raw query a second time.
    """
    reduced = QueryDict(mutable=True)
    reduced.update({**parameters, "scope": SCOPE})
    request.META = {name: value for name, value in request.META.items() if name != "HTTP_AUTHORIZATION"}
    if request.method == "POST":
        request.POST = reduced  # type: ignore[assignment]
        request.META["QUERY_STRING"] = ""
    else:
        request.GET = reduced  # type: ignore[assignment]
        request.META["QUERY_STRING"] = reduced.urlencode()
    return request


def is_tenant_of(partner: Partner, tenant: str) -> bool:
    """Return whether the tenant in an address is the partner's: by id, by default domain, or any tenant."""
    named = tenant.casefold()
    return named in ("", *ANY_TENANT, partner.domain.casefold()) or guid_of(named) == partner.tenant_id


def _is_api(resource: str) -> bool:
    """Return whether a resource is this API, by Microsoft's name or by the portal's own address."""
    return _plain(resource) in (_plain(RESOURCE), _plain(settings.PORTAL_URL))


def _is_scope(scope: str) -> bool:
    if scope in SIGN_IN:
        return True
    resource, _slash, name = scope.rpartition("/")
    return name in _OF_THE_API and _is_api(resource)


def _plain(address: str) -> str:
    return address.casefold().rstrip("/")
