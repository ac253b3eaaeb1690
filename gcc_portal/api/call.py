"""One API call: its caller, its client program and its headers. Resources get a `Call` and no HTTP request."""

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gcc_portal.api.clients import Client, client_of
from gcc_portal.api.errors import APP_ONLY, INPUT, STALE, ApiError
from gcc_portal.api.schema import SentAttributes, guid_of
from gcc_portal.core.people.actors import Actor, visitor
from gcc_portal.core.people.address import client_address

DEFAULT_LOCALE = "en-US"
NO_TENANT = uuid.UUID(int=0)


@dataclass
class Call:
    """What a resource gets to know of the request."""

    request_id: uuid.UUID
    correlation_id: uuid.UUID
    repeatable: bool  # the client chose the request id, so a repetition can be recognised
    client: Client = field(default_factory=Client)
    locale: str = DEFAULT_LOCALE
    etag: str = ""
    continuation: str = ""
    address: str = ""
    actor: Actor = field(default_factory=visitor)
    tenant_id: uuid.UUID = NO_TENANT  # the calling partner's
    app_only: bool = False

    def require_user(self) -> None:
        """Raise `ApiError` (403/900329) for an App-only token."""
        if self.app_only:
            raise ApiError(
                APP_ONLY,
                _(
                    "This operation is for a person: sign in as an agent (App+User) and call it with that token."
                ),
            )

    def check_etag(self, current: str, attributes: SentAttributes | None = None) -> bool:
        """Refuse a change made from another version (400/2055); a client that names no version is let through.

        The `If-Match` header comes before the etag in the body's `attributes`. Returns whether the client named a
        version: then the use case that locks the row has to find that one.
        """
        sent = self.etag or (attributes.etag if attributes else "")
        named = sent.strip().removeprefix("W/").strip('"')
        if named and named != "*" and named != current.removeprefix("W/").strip('"'):
            raise ApiError(
                STALE, _("The etag is no longer valid. Read the resource again and repeat the change on it.")
            )
        return bool(named) and named != "*"


def read_call(request: HttpRequest) -> Call:
    """Return the call that the request's headers describe. Raises `ApiError` for a request id that is no GUID."""
    return Call(
        request_id=request_id_of(request),
        correlation_id=correlation_id_of(request),
        repeatable=_is_named(request),
        client=client_of(request),
        locale=request.headers.get("X-Locale", "")[:10] or DEFAULT_LOCALE,
        etag=request.headers.get("If-Match", "")[:200],
        # Java's audit query puts the token into the address.
        continuation=request.headers.get("MS-ContinuationToken", "")
        or request.GET.get("MS-ContinuationToken", ""),
        address=client_address(request),
    )


def request_id_of(request: HttpRequest) -> uuid.UUID:
    """Return the call's id: the client's, or a new one if it sent none or no GUID."""
    return _sent_or_new(request.headers.get("MS-RequestId", ""))


def correlation_id_of(request: HttpRequest) -> uuid.UUID:
    """Return the id that ties calls together: the client's, or a new one if it sent none or no GUID."""
    return _sent_or_new(request.headers.get("MS-CorrelationId", ""))


def _sent_or_new(text: str) -> uuid.UUID:
    found = guid_of(text)
    return found if found is not None and found.int else uuid.uuid4()


def _is_named(request: HttpRequest) -> bool:
    """Return whether the client sent a request id of its own. Raises `ApiError` if it is no GUID."""
    named = request.headers.get("MS-RequestId", "").strip()
    found = guid_of(named)
    if named and found is None:
        sentence = _("%(header)s must be a GUID: a call is told by it from its repetition.")
        raise ApiError(INPUT, sentence % {"header": "MS-RequestId"})
    return found is not None and bool(found.int)


def etag_of(*parts: Any) -> str:
    """Return the etag of a resource: a hash of the parts that make up its version."""
    packed = json.dumps(parts, default=str, ensure_ascii=False).encode()
    return hashlib.sha256(packed).hexdigest()[:16]
