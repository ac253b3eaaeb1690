"""Reads from the replica: GET pages of users who did not just write.

A request that may write, anything inside a transaction, sign-in and rights read the primary, so no gate or lock depends
on a copy. After a write its user is pinned to the primary for `REPLICA_PIN_SECONDS`, so that nobody misses their own
change. A replica that is away or far behind is left out until it is back.
"""

import contextlib
import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar, copy_context
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, Error, OperationalError, connections, models, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse

logger = logging.getLogger(__name__)
REPLICA = "replica"
COOKIE = "portal_wrote"
SAFE = frozenset({"GET", "HEAD"})
# Signing in, Django's admin and the probes are about the primary.
PRIMARY_PATHS = ("/accounts/", "/operator/", "/operations/", "/identity/", "/healthz", "/readyz", "/metrics")
CHECK_EVERY = 5.0  # seconds between two looks of a process at the replica's delay
DELAY = """
SELECT CASE WHEN NOT pg_is_in_recovery() THEN 0
            WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
                 AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END
"""

_may_lag: ContextVar[bool] = ContextVar("may_lag", default=False)
_checked: tuple[float, bool] = (float("-inf"), False)  # when, and whether it was usable then


def is_configured() -> bool:
    """Return whether there is a replica."""
    return REPLICA in connections.databases


def delay() -> float | None:
    """Return how many seconds the replica is behind, None if it does not answer or can't say."""
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(DELAY)
            (seconds,) = cursor.fetchone()
    except Error as problem:
        logger.warning("the replica does not answer: %s", type(problem).__name__)
        connections[REPLICA].close()
        return None
    return None if seconds is None else max(0.0, float(seconds))


def is_usable() -> bool:
    """Return whether the replica answers and is less behind than writers are pinned; checked every few seconds.

    It may fall behind by as long again until the next check, so that time is added.
    """
    global _checked
    at, usable = _checked
    if time.monotonic() - at >= CHECK_EVERY:
        # Set before the check: meanwhile the process's other threads go by the last answer.
        _checked = (time.monotonic(), usable)
        behind = delay()
        usable = behind is not None and behind + CHECK_EVERY < settings.REPLICA_PIN_SECONDS
        _checked = (time.monotonic(), usable)
    return usable


def read_alias() -> str:
    """Return the database that may be read from at this moment."""
    if _may_lag.get() and not transaction.get_connection(DEFAULT_DB_ALIAS).in_atomic_block:
        return REPLICA
    return DEFAULT_DB_ALIAS


class ReplicaRouter:
    """Database router (setting DATABASE_ROUTERS)."""

    def db_for_read(self, model: type[models.Model], **_hints: Any) -> str:
        """Return the replica for what may lag, else the primary."""
        return DEFAULT_DB_ALIAS if _always_primary(model) else read_alias()

    def db_for_write(self, model: type[models.Model], **_hints: Any) -> str:
        """Return the primary. From here on this request reads the primary too."""
        if not _always_primary(model):
            _may_lag.set(False)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: models.Model, _other: models.Model, **_hints: Any) -> bool:
        """Return True: both databases hold the same rows."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: Any) -> bool:
        """Return whether to migrate: the replica gets its tables by replication."""
        return db != REPLICA


def _always_primary(model: type[models.Model]) -> bool:
    names = {model._meta.app_label, model._meta.label_lower}
    return not names.isdisjoint(settings.REPLICA_NEVER)


class ReplicaMiddleware:
    """Decides for each request whether it may read the replica, and pins users who wrote. The outermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _token_key(request)
        safe = request.method in SAFE
        pinned = COOKIE in request.COOKIES or bool(token and cache.get(token))
        lagging = safe and not pinned and not request.path.startswith(PRIMARY_PATHS) and is_usable()
        with _lagging(lagging):
            response = self.get_response(request)
            wrote = not safe or (lagging and not _may_lag.get())
            if isinstance(response, StreamingHttpResponse) and lagging and not wrote:
                # Its rows are read after the middleware has returned: where the page itself was read.
                context, parts = copy_context(), iter(response.streaming_content)  # type: ignore[arg-type]
                response.streaming_content = iter(lambda: context.run(next, parts, None), None)
        if wrote:
            _pin(response, token)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Stop using the replica when it fails, and send a browser to the same page on the primary."""
        global _checked
        if not (isinstance(error, OperationalError) and _may_lag.get()):
            return None
        logger.warning("a page could not be read from the replica: %s", error)
        _checked = (time.monotonic(), False)
        if "Authorization" in request.headers:
            return None
        again = HttpResponseRedirect(request.get_full_path())
        _pin(again, "")
        return again


@contextlib.contextmanager
def _lagging(value: bool) -> Iterator[None]:
    token = _may_lag.set(value)
    try:
        yield
    finally:
        _may_lag.reset(token)


def _token_key(request: HttpRequest) -> str:
    """Return the cache key of an API client's pin, which keeps no cookies; "" for a browser."""
    token = request.headers.get("Authorization", "")
    return f"wrote:{hashlib.sha256(token.encode()).hexdigest()}" if token else ""


def _pin(response: HttpResponseBase, token: str) -> None:
    seconds = settings.REPLICA_PIN_SECONDS
    if token:
        cache.set(token, 1, timeout=seconds)
        return
    response.set_cookie(  # type: ignore[attr-defined]
        COOKIE, "1", max_age=seconds, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
