"""The discovery document of the OAuth endpoints. MSAL reads it before it asks for a token."""

import re

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from partners.oauth.entra import RESOURCE, SIGN_IN
from partners.oauth.token import GRANTS

_DOCUMENT = "/.well-known/openid-configuration"
_TENANT = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?", re.ASCII)


@require_safe
def discovery(request: HttpRequest, tenant: str = "", version: str = "") -> JsonResponse:
    """Return a tenant's document, which names the address that it was requested at as its issuer.

    Any well-formed tenant gets one, so the document does not reveal who is a partner here.
    """
    if tenant and not _TENANT.fullmatch(tenant):
        raise Http404
    portal = request.build_absolute_uri("/").rstrip("/")
    home = f"{portal}/{tenant}" if tenant else portal
    endpoints = f"{home}/oauth2/{version}" if tenant and version else f"{home}/oauth2"
    return JsonResponse(
        {
            "issuer": request.build_absolute_uri(request.path).removesuffix(_DOCUMENT),
            "authorization_endpoint": f"{endpoints}/authorize",
            "token_endpoint": f"{endpoints}/token",
            "grant_types_supported": GRANTS,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "scopes_supported": [
                f"{RESOURCE}/.default",
                f"{RESOURCE}/user_impersonation",
                *sorted(SIGN_IN),
            ],
        }
    )
