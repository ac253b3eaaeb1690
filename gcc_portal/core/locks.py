"""Locks that Django's ORM has no words for: by name, for what has no row yet, and shared locks of rows."""

import hashlib
from collections.abc import Iterable
from typing import TypeVar

from django.db import connection, models

Model = TypeVar("Model", bound=models.Model)


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


def lock_shared(model: type[Model], keys: Iterable[object]) -> list[Model]:
    """Return the rows with these primary keys as they are, and keep them so until the transaction ends.

    Those who lock rows shared don't wait for each other; whoever changes one waits for all of them. Rows are locked in
    the order of their keys. Django's `select_for_update` knows exclusive locks alone.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    key = connection.ops.quote_name(str(model._meta.pk.column))
    statement = f"SELECT * FROM {table} WHERE {key} = ANY(%s) ORDER BY {key} FOR SHARE"  # noqa: S608 - no input
    return list(model._default_manager.raw(statement, [list(keys)]))
