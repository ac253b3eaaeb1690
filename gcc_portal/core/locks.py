"""Locks of PostgreSQL that Django's `select_for_update` can't express: shared row locks and advisory locks."""

import hashlib
from typing import Any

from django.db import connection
from django.db.models import QuerySet


def lock_shared(rows: "QuerySet[Any]") -> None:
    """Lock these rows against changes until the transaction ends (FOR SHARE).

    Holders of a shared lock do not wait for each other; a transaction that changes a row waits for all of them. Rows
    are locked in the order of their keys, so that two callers can't deadlock.
    """
    sql, params = rows.order_by("pk").values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} FOR SHARE", params)


def advisory_lock(*names: str) -> None:
    """Take locks by name, which end with the transaction; for what has no row yet that could be locked.

    Several locks are taken in one order, whoever takes them, so that two callers can't deadlock.
    """
    # A signed 64-bit number is what PostgreSQL's advisory locks take.
    keys = sorted(
        int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True) for name in set(names)
    )
    with connection.cursor() as cursor:
        # `unnest` yields an array's items in order, so the locks are taken in that order too.
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])
