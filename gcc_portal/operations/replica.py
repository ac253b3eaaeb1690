"""Reads that the replica may answer: safe pages of whoever did not just write.

A request that may write, anything inside a transaction, sign-in and rights read the primary: a gate or a lock never
asks a copy. Who has written is pinned to the primary for a while, so that nobody misses what he just did. A replica
that is away or far behind is left out until it is back.
"""

import contextlib
import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, Error, OperationalError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse

logger = logging.getLogger(__name__)
REPLICA = "replica"
COOKIE = "portal_wrote"
SAFE = frozenset({"GET", "HEAD"})
# Signing in, Django's admin and the probes are about the primary.
PRIMARY_PATHS = ("/accounts/", "/operator/", "/operations/", "/identity/", "/healthz", "/readyz", "/metrics")
# How often each process looks how far the replica is (seconds).
LOOK_EVERY = 5.0
DELAY = """
SELECT CASE WHEN NOT pg_is_in_recovery() THEN 0
            WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
                 AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END
"""

_may_lag: ContextVar[bool] = ContextVar("may_lag", default=False)
_look = threading.Lock()
_looked: tuple[float, bool] = (float("-inf"), False)


def is_set() -> bool:
    """Return whether there is a replica."""
    return REPLICA in connections.databases


def delay() -> float | None:
    """Return how many seconds the replica is behind, None where it does not answer or can't tell."""
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(DELAY)
            (seconds,) = cursor.fetchone()
    except Error as problem:
        logger.warning("the replica does not answer: %s", type(problem).__name__)
        connections[REPLICA].close()
        return None
    return None if seconds is None else max(0.0, float(seconds))


def usable() -> bool:
    """Return whether the replica answers and is less behind than people are pinned; looked at now and then.

    Until the next look it may fall behind by as long as that takes: who is not pinned any more must not be there first.
    """
    global _looked
    at, answer = _looked
    if time.monotonic() - at < LOOK_EVERY:
        return answer
    if not _look.acquire(blocking=False):
        return answer  # another thread looks
    try:
        behind = delay()
        answer = behind is not None and behind + LOOK_EVERY < settings.REPLICA_PIN_SECONDS
        _looked = (time.monotonic(), answer)
    finally:
        _look.release()
    return answer


def reading() -> str:
    """Return the database that a statement of one's own may be read from at this moment."""
    if _may_lag.get() and not transaction.get_connection(DEFAULT_DB_ALIAS).in_atomic_block:
        return REPLICA
    return DEFAULT_DB_ALIAS


def read_connection() -> BaseDatabaseWrapper:
    """Return the connection to it: for raw SQL that a page only reads by."""
    return connections[reading()]


class ReplicaRouter:
    """Sends each statement of the ORM to its database (setting DATABASE_ROUTERS)."""

    def db_for_read(self, model: type[models.Model], **_hints: Any) -> str:
        """Return the replica for what may lag, else the primary."""
        return DEFAULT_DB_ALIAS if _never(model) else reading()

    def db_for_write(self, model: type[models.Model], **_hints: Any) -> str:
        """Return the primary. What this request reads from here on is read there, too."""
        if not _never(model):
            _may_lag.set(False)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: models.Model, _other: models.Model, **_hints: Any) -> bool:
        """Return True: both hold the same rows."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        """Return whether tables are made there: the replica gets its own by being one."""
        return db != REPLICA


def _never(model: type[models.Model]) -> bool:
    """Return whether a table is always read from the primary: then a write to it says nothing of the others."""
    label = model._meta
    return label.app_label in settings.REPLICA_NEVER or label.label_lower in settings.REPLICA_NEVER


class ReplicaMiddleware:
    """Says of each request whether it may be read from the replica, and pins who has written. The outermost one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        pin = _program(request)
        begun = request.method in SAFE and not _pinned(request, pin) and _is_page(request.path) and usable()
        with _lagging(begun):
            response = self.get_response(request)
            wrote = request.method not in SAFE or (begun and not _may_lag.get())
            if isinstance(response, StreamingHttpResponse) and begun and not wrote:
                response.streaming_content = _streamed(iter(response.streaming_content))  # type: ignore[arg-type]
        if wrote:
            _remember(response, pin)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Leave the replica out at once when it failed; a browser asks again, and is answered by the primary."""
        global _looked
        if not (isinstance(error, OperationalError) and _may_lag.get()):
            return None
        logger.warning("a page could not be read from the replica: %s", error)
        _looked = (time.monotonic(), False)
        if "Authorization" in request.headers:
            return None
        again = HttpResponseRedirect(request.get_full_path())
        _remember(again, "")
        return again


@contextlib.contextmanager
def _lagging(value: bool) -> Iterator[None]:
    token = _may_lag.set(value)
    try:
        yield
    finally:
        _may_lag.reset(token)


def _streamed(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a download's parts; what each is made of is read where the page would have been read."""
    while True:
        with _lagging(True):
            try:
                part = next(parts)
            except StopIteration:
                return
        yield part


def _is_page(path: str) -> bool:
    return not path.startswith(PRIMARY_PATHS)


def _program(request: HttpRequest) -> str:
    """Return the key under which a program's writing is kept: it has a token and keeps no cookies."""
    token = request.headers.get("Authorization", "")
    return f"wrote:{hashlib.sha256(token.encode()).hexdigest()}" if token else ""


def _pinned(request: HttpRequest, program: str) -> bool:
    return COOKIE in request.COOKIES or bool(program and cache.get(program))


def _remember(response: HttpResponseBase, program: str) -> None:
    seconds = settings.REPLICA_PIN_SECONDS
    if program:
        cache.set(program, 1, timeout=seconds)
        return
    response.set_cookie(  # type: ignore[attr-defined]
        COOKIE, "1", max_age=seconds, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
