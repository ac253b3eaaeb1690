"""Writing rows in sets: one statement however many they are."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DatabaseError, connection, models

PLAIN = (
    models.CharField,
    models.TextField,
    models.BooleanField,
    models.BigIntegerField,
    models.PositiveSmallIntegerField,
    models.ForeignKey,
    models.OneToOneField,
)


def update_rows(model: type[models.Model], rows: Iterable[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of the rows, whose primary keys are set, in one statement.

    Django's `bulk_update` writes a CASE for each row and field, which takes longer to build than to run. Raises
    `DatabaseError` when a row is not there any more.
    """
    batch = list(rows)
    if not batch:
        return
    meta = model._meta
    columns: list[Any] = [meta.get_field(name) for name in fields]
    key: Any = meta.pk
    values = [[row.pk for row in batch]] + [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for row in batch]
        for field in columns
    ]
    quote = connection.ops.quote_name
    names = [quote(field.column) for field in columns]
    types = [_type_of(field) for field in (key, *columns)]
    sql = (  # names of our own tables and columns alone
        f"UPDATE {quote(meta.db_table)} AS kept SET {', '.join(f'{name} = fresh.{name}' for name in names)}"  # noqa: S608
        f" FROM unnest({', '.join(f'%s::{type_}[]' for type_ in types)}) AS fresh (key, {', '.join(names)})"
        f" WHERE kept.{quote(key.column)} = fresh.key"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if cursor.rowcount != len(batch):
            raise DatabaseError(
                f"{len(batch) - cursor.rowcount} of {len(batch)} rows were not there to write"
            )


def make_rows(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Write new rows in one statement that is as long for a thousand as for ten: an array for each column.

    Keys that are not set are drawn by the database and are not told. Raises `IntegrityError`.
    """
    batch = list(rows)
    if not batch:
        return
    meta = model._meta
    key: Any = meta.pk
    columns = [field for field in meta.concrete_fields if field is not key or batch[0].pk is not None]
    quote = connection.ops.quote_name
    sql = (  # names of our own tables and columns alone
        f"INSERT INTO {quote(meta.db_table)} ({', '.join(quote(str(field.column)) for field in columns)})"  # noqa: S608
        f" SELECT * FROM unnest({', '.join(f'%s::{_type_of(field)}[]' for field in columns)})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [_values(field, batch) for field in columns])


def _values(field: Any, rows: Iterable[models.Model]) -> list[Any]:
    """Return a column's values as the driver takes them: nothing is to be done to a text or a number."""
    if type(field) in PLAIN:
        return [row.__dict__[field.attname] for row in rows]
    return [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows]


def next_keys(model: type[models.Model], count: int) -> list[int]:
    """Draw so many primary keys: rows that speak of each other can be made before any of them is written."""
    meta = model._meta
    key: Any = meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(meta.db_table), key.column, count],
        )
        return [int(key) for (key,) in cursor.fetchall()]


def _type_of(field: Any) -> str:
    """Return the column's type without a length: a cast to one with a length would cut a text off in silence."""
    return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection)).partition(
        "("
    )[0]
