"""Authentication: the app named by `API_AUTHENTICATOR` turns a bearer token into the calling partner and actor."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from gcc_portal.api.errors import ApiError
from gcc_portal.core.people.actors import Actor


@dataclass(frozen=True)
class Caller:
    """A partner's application, acting for itself (App-only) or for an agent (App+User)."""

    actor: Actor
    tenant_id: uuid.UUID
    app_only: bool


@cache
def _authenticator() -> Callable[[str], Caller | None]:
    found: Callable[[str], Caller | None] = import_string(settings.API_AUTHENTICATOR)
    return found


def caller_of(request: HttpRequest) -> Caller:
    """Return who holds the request's bearer token. Raises `ApiError` (401) for none, an expired or an unknown one."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not token.strip():
        raise ApiError((401, 800001), _("Send an access token: Authorization: Bearer … ."))
    caller = _authenticator()(token.strip())
    if caller is None:
        sentence = _("The access token is unknown, expired or revoked. Ask the token endpoint for a new one.")
        raise ApiError((401, 400), sentence)
    return caller
