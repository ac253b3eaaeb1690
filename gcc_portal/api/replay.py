"""The same call again: a repeated `MS-RequestId` has one effect, and gets the answer that the first one got."""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gcc_portal.api.models import RepeatableCall
from gcc_portal.api.schema import guid_of
from gcc_portal.core.locks import advisory_lock
from gcc_portal.core.sealing import seal, unseal

KEPT = timedelta(days=1)
JSON = "application/json; charset=utf-8"
# Written by hand: Django takes longer to write these than PostgreSQL to answer.
KEPT_ANSWER = """
SELECT status, answer FROM gcc_portal_repeatablecall
WHERE partner_id = %s AND verb = %s AND path = %s AND request_id = %s AND body = %s
"""
KEEP = """
INSERT INTO gcc_portal_repeatablecall (partner_id, verb, path, request_id, body, status, answer, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (partner_id, verb, path, request_id) DO UPDATE
SET body = excluded.body, status = excluded.status, answer = excluded.answer, at = excluded.at
"""


@dataclass(frozen=True)
class Key:
    """What makes two calls the same: partner, verb, normalised path with query, and request id."""

    partner_id: int
    verb: str
    address: str
    request_id: uuid.UUID

    @property
    def path(self) -> str:
        """Return the address as it is kept."""
        return hashlib.sha256(self.address.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.partner_id} {self.verb} {self.path} {self.request_id}"


def key_of(request: HttpRequest, partner_id: int, request_id: uuid.UUID) -> Key:
    """Return the key of a call: a repetition may spell ids and write the query in another way."""
    path = "/".join(_spelled(segment) for segment in request.path_info.split("/"))
    query = sorted((name, value) for name, values in request.GET.lists() for value in values)
    return Key(partner_id, str(request.method), f"{path}?{urlencode(query)}", request_id)


def _spelled(segment: str) -> str:
    """Return a segment of a path in one form: GUIDs come in several, and no id is told by its case."""
    return str(guid_of(segment) or segment.casefold())


def once(key: Key, body: bytes, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Act, or return the kept answer when this very call succeeded before. Runs in the caller's transaction.

    Calls with one key wait for each other. The effect and its answer are committed together, so that there is never
    one without the other. Failures are not kept: what stood in the way may be gone. The same key with another body
    is another call, and its answer takes the place of the one before.
    """
    digest = hashlib.sha256(body).hexdigest()
    place: list[Any] = [key.partner_id, key.verb, key.path, key.request_id]
    advisory_lock(str(key))
    with connection.cursor() as cursor:
        cursor.execute(KEPT_ANSWER, [*place, digest])
        kept = cursor.fetchone()
    known = unseal(kept[1]) if kept else None
    if kept and known is not None:
        return HttpResponse(known, status=kept[0], content_type=JSON)
    answer = act()
    if answer.status_code < 300 and not transaction.get_rollback():
        sealed = seal(answer.content.decode())
        with connection.cursor() as cursor:
            cursor.execute(KEEP, [*place, digest, answer.status_code, sealed, timezone.now()])
    return answer


def forget_old() -> int:
    """Remove the answers that are older than a day; return how many."""
    return RepeatableCall.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
