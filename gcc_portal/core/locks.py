"""Locks by name, for what has no row yet."""

import hashlib
from collections.abc import Iterable

from django.db import connection


def wait_for_the_same(name: str) -> None:
    """Let transactions that name the same thing wait for each other: the lock ends with the caller's transaction."""
    wait_for_all_the_same([name])


def wait_for_all_the_same(names: Iterable[str]) -> None:
    """Do what `wait_for_the_same` does for several names, in an order that is the same for all who take several."""
    # 64 bits with a sign, as the database's advisory locks are numbered.
    numbers = [int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True) for name in names]
    with connection.cursor() as cursor:
        # Taken as the rows come: an array's own order.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number", [sorted(numbers)]
        )
