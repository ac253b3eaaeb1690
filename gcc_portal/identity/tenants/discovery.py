"""Fetches the OpenID Connect discovery document of a tenant or domain from one sign-in host."""

import enum
import http.client
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from gcc_portal.identity.tenants.document import in_words, is_discovery_document, kind_of, tenant_ids_of
from gcc_portal.identity.tenants.kinds import TenantKind, parse_tenant_id

PATH = "/{identifier}/v2.0/.well-known/openid-configuration"
# Bytes; a real document has about 2 kB.
LARGEST_BODY = 64 * 1024
CHUNK = 8 * 1024

TENANT_MISSING = frozenset({90002})
OTHER_NATIONAL_CLOUD = frozenset({90038})
IDENTIFIER_INVALID = frozenset({900021, 900023})


class Outcome(enum.Enum):
    """What the answer of one host means."""

    FOUND = "found"
    MISSING = "missing"
    ELSEWHERE = "elsewhere"
    INVALID = "invalid"
    NO_ANSWER = "no answer"


@dataclass(frozen=True)
class HostAnswer:
    """The answer of one host; `words` describe it for the record of the check."""

    outcome: Outcome
    words: str
    kind: TenantKind | None = None
    tenant_id: str | None = None


class NoAnswerError(Exception):
    """The host's answer allows no conclusion; the message describes it."""


def ask(base_url: str, identifier: str, timeout: float) -> HostAnswer:
    """Return the answer of the host at `base_url` about a tenant GUID or domain, within about `timeout` seconds.

    Anything but a clear answer is NO_ANSWER, which must never be read as "not found".
    """
    host = _checked_host(base_url)
    url = base_url.rstrip("/") + PATH.format(identifier=quote(identifier, safe=""))
    try:
        status, body = _get(url, timeout)
        answer = _read(status, body, identifier)
    except NoAnswerError as problem:
        answer = HostAnswer(Outcome.NO_ANSWER, str(problem))
    except TimeoutError:
        answer = HostAnswer(Outcome.NO_ANSWER, _("no answer in time"))
    except (OSError, http.client.HTTPException) as problem:
        # URLError is an OSError; a time-out while connecting hides inside it.
        late = isinstance(getattr(problem, "reason", None), TimeoutError)
        answer = HostAnswer(Outcome.NO_ANSWER, _("no answer in time") if late else _("could not be reached"))
    words = _("%(host)s: %(answer)s.") % {"host": host, "answer": answer.words}
    return HostAnswer(answer.outcome, words, answer.kind, answer.tenant_id)


def _checked_host(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in {"https", "http"} or not parts.netloc:
        raise ImproperlyConfigured(f"TENANT_DISCOVERY_HOSTS holds {base_url!r}, which is no http(s) address.")
    return parts.netloc


def _opener() -> urllib.request.OpenerDirector:
    """Return an opener for http(s) alone that follows no redirect and returns responses of every status."""
    opener = urllib.request.OpenerDirector()
    for handler in (urllib.request.ProxyHandler, urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
        opener.add_handler(handler())
    return opener


def _get(url: str, timeout: float) -> tuple[int, bytes]:
    """Return status and body. Raises NoAnswerError, TimeoutError, OSError or HTTPException."""
    deadline = time.monotonic() + timeout
    headers = {"Accept": "application/json", "User-Agent": "gcc-portal"}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - http(s) only, checked above
    with _opener().open(request, timeout=timeout) as response:
        body = b""
        # read1 returns after each packet, so that a host that sends slowly can't hold us past the deadline.
        while chunk := response.read1(CHUNK):
            body += chunk
            if len(body) > LARGEST_BODY:
                status = {"status": response.status}
                raise NoAnswerError(_("HTTP %(status)d with too long an answer") % status)
            if time.monotonic() > deadline:
                raise TimeoutError
        return response.status, body


def _read(status: int, body: bytes, identifier: str) -> HostAnswer:
    if status not in {200, 400}:
        raise NoAnswerError(_("HTTP %(status)d, which tells nothing") % {"status": status})
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NoAnswerError(_("HTTP %(status)d without readable JSON") % {"status": status}) from None
    return _read_tenant(document, identifier) if status == 200 else _read_refusal(document)


def _read_tenant(document: Any, identifier: str) -> HostAnswer:
    if not is_discovery_document(document):
        raise NoAnswerError(_("HTTP 200 without a discovery document"))
    tenant_ids = tenant_ids_of(document)
    asked_id = parse_tenant_id(identifier)
    if asked_id is not None and tenant_ids and tenant_ids != {asked_id}:
        raise NoAnswerError(_("HTTP 200 with the document of another tenant"))
    words = _("HTTP 200, %(fields)s") % {"fields": in_words(document)}
    if len(tenant_ids) != 1:
        return HostAnswer(Outcome.FOUND, words, TenantKind.UNKNOWN_CLOUD, asked_id)
    return HostAnswer(Outcome.FOUND, words, kind_of(document), tenant_ids.pop())


def _read_refusal(document: Any) -> HostAnswer:
    codes = _error_codes(document)
    shown = ", ".join(str(code) for code in sorted(codes)) or _("none")
    words = _("HTTP 400, error code %(codes)s") % {"codes": shown}
    meanings = {
        TENANT_MISSING: Outcome.MISSING,
        OTHER_NATIONAL_CLOUD: Outcome.ELSEWHERE,
        IDENTIFIER_INVALID: Outcome.INVALID,
    }
    for meant, outcome in meanings.items():
        # All codes must have this meaning: any other code means that something else went wrong.
        if codes and codes <= meant:
            return HostAnswer(outcome, words)
    return HostAnswer(Outcome.NO_ANSWER, words)


def _error_codes(document: Any) -> set[int]:
    listed = document.get("error_codes") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return set()
    # -1 stands for a value that is no number, so that it counts as an unknown code.
    return {code if type(code) is int else -1 for code in listed[:10]}
