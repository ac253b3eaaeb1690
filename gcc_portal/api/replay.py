"""Repeated calls: the same `MS-RequestId` has one effect, and gets the answer that the first call got."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gcc_portal.api.models import RepeatableCall
from gcc_portal.api.schema import guid_of
from gcc_portal.core.locks import advisory_lock
from gcc_portal.core.sealing import seal, unseal

KEPT = timedelta(days=1)
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class CallKey:
    """What makes two calls the same: partner, verb, normalised path with query (as SHA-256), and request id."""

    partner_id: int
    verb: str
    path: str
    request_id: uuid.UUID


def key_of(request: HttpRequest, partner_id: int, request_id: uuid.UUID) -> CallKey:
    """Return the key of a call: a repetition may spell ids and order the query differently."""
    path = "/".join(_normalised(segment) for segment in request.path_info.split("/"))
    query = sorted((name, value) for name, values in request.GET.lists() for value in values)
    address = f"{path}?{urlencode(query)}"
    return CallKey(partner_id, str(request.method), hashlib.sha256(address.encode()).hexdigest(), request_id)


def _normalised(segment: str) -> str:
    """Return a segment of a path in one spelling: GUIDs have several, and no id depends on case."""
    return str(guid_of(segment) or segment.casefold())


def once(key: CallKey, body: bytes, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Act, or return the kept answer if this very call succeeded before. Runs in the caller's transaction.

    Calls with one key wait for each other. Effect and answer are committed together, so neither is there without the
    other. Failures are not kept: what stood in the way may be gone. The same key with another body is another call,
    and its answer replaces the one before.
    """
    digest = hashlib.sha256(body).hexdigest()
    # A row lock can't do it: at the first call there is no row yet.
    advisory_lock(f"API call {key}")
    kept = RepeatableCall.objects.filter(**asdict(key), body=digest).first()
    text = unseal(kept.answer) if kept else None
    if kept and text is not None:
        return HttpResponse(text, status=kept.status, content_type=JSON)
    answer = act()
    if answer.status_code < 300 and not transaction.get_rollback():
        sealed = seal(answer.content.decode())
        RepeatableCall.objects.bulk_create(
            [
                RepeatableCall(
                    **asdict(key), body=digest, status=answer.status_code, answer=sealed, at=timezone.now()
                )
            ],
            update_conflicts=True,
            unique_fields=["partner_id", "verb", "path", "request_id"],
            update_fields=["body", "status", "answer", "at"],
        )
    return answer


def forget_old() -> int:
    """Remove the answers that are older than a day; return how many."""
    return RepeatableCall.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
