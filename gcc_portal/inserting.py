"""Writing new rows in one statement, without what Django does around it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write new rows of a model without parents in one statement and give them the keys that the database draws.

    As with `bulk_create` neither `save` nor a signal is called. Django takes longer to build such a statement than
    PostgreSQL to run it. Raises `IntegrityError`.
    """
    if not rows:
        return
    fields, into, row_of_values, drawn = _statement(model)
    values = [
        field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"{into} {', '.join([row_of_values] * len(rows))}{drawn}", values)
        keys = cursor.fetchall() if drawn else [(row.pk,) for row in rows]
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


@cache
def _statement(model: type[models.Model]) -> "tuple[list[models.Field[Any, Any]], str, str, str]":
    """Return the fields that are written, and what stands before, in, and after a row of values."""
    meta, quote = model._meta, connection.ops.quote_name
    fields = [each for each in meta.concrete_fields if not isinstance(each, models.AutoField)]
    columns = ", ".join(quote(str(each.column)) for each in fields)
    into = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES"
    drawn = f" RETURNING {quote(str(meta.pk.column))}" if meta.pk not in fields else ""
    return fields, into, f"({', '.join(['%s'] * len(fields))})", drawn
