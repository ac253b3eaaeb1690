"""Health probes: `/healthz` checks the process alone, `/readyz` also database, broker, worker and migrations."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from gcc_portal.celery import app

WORKER_PATIENCE = 1.5  # seconds
# A worker's answer is kept for this many seconds, so that probes do not crowd the broker.
WORKER_KEPT = 5


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while this process can answer at all."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 if all parts are there, else 503; the body says which part fails and how."""
    parts = {name: probe() for name, probe in PROBES.items()}
    bad = [name for name, problem in parts.items() if problem]
    body = {
        "status": "bad" if bad else "ok",
        "parts": {name: problem or "ok" for name, problem in parts.items()},
    }
    return JsonResponse(body, status=503 if bad else 200)


def database() -> str:
    """Return what is wrong with the database, or an empty string."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"does not answer: {type(error).__name__}"
    return ""


def broker() -> str:
    """Return what is wrong with Redis, or an empty string."""
    try:
        cache.set("readyz", 1, timeout=10)
        with app.connection_for_write() as broker_connection:
            broker_connection.ensure_connection(max_retries=1, timeout=2)
    except (RedisError, OperationalError, OSError) as error:
        return f"does not answer: {type(error).__name__}"
    return ""


def worker() -> str:
    """Return an empty string when at least one Celery worker answers."""
    try:
        if cache.get("readyz:worker"):
            return ""
        answers = app.control.ping(timeout=WORKER_PATIENCE, limit=1)
        if answers:
            cache.set("readyz:worker", 1, timeout=WORKER_KEPT)
    except (RedisError, OperationalError, OSError) as error:
        return f"could not be asked: {type(error).__name__}"
    return "" if answers else f"none answered within {WORKER_PATIENCE} seconds"


def migrations() -> str:
    """Return which migrations were not applied, or an empty string."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return f"could not be read: {type(error).__name__}"
    return ", ".join(f"{migration.app_label}.{migration.name}" for migration, _backwards in plan)


PROBES: dict[str, Callable[[], str]] = {
    "database": database,
    "broker": broker,
    "worker": worker,
    "migrations": migrations,
}
