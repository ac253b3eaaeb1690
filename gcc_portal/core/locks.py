"""Locks of PostgreSQL that Django's `select_for_update` has no word for: shared row locks, and locks by name."""

import hashlib
from typing import Any

from django.db import connection
from django.db.models import QuerySet


def lock_shared(rows: "QuerySet[Any]") -> None:
    """Keep these rows as they are until the transaction ends (FOR SHARE), locked in the order of their keys.

    Who holds a shared lock does not wait for others who do; who wants to change a row waits for all of them.
    """
    sql, params = rows.order_by("pk").values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} FOR SHARE", params)


def advisory_lock(*names: str) -> None:
    """Let transactions that name the same thing wait for each other, where no row stands for it.

    The locks end with the caller's transaction. Several are taken in one order, whoever takes them.
    """
    # 64 bits with a sign, as PostgreSQL numbers its advisory locks.
    keys = sorted(
        int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True) for name in set(names)
    )
    with connection.cursor() as cursor:
        # The rows of an array come in its order.
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])
