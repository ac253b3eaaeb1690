"""Locks by name, for what has no row yet."""

import hashlib

from django.db import connection


def wait_for_the_same(name: str) -> None:
    """Let transactions that name the same thing wait for each other: the lock ends with the caller's transaction."""
    # 64 bits with a sign, as the database's advisory locks are numbered.
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
