"""Writing rows in sets: one statement however many they are, without what Django does around it.

Django takes longer to build such statements than PostgreSQL to run them. As with `bulk_create` neither `save` nor a
signal is called.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, models

# Nothing is to be done to values of these for a text, a number, or a key.
PLAIN = (
    models.CharField,
    models.TextField,
    models.BooleanField,
    models.BigIntegerField,
    models.IntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.UUIDField,
    models.ForeignKey,
    models.OneToOneField,
)
AS_THEY_ARE = frozenset({str, int, bool, UUID, type(None)})
Field = Any


@dataclass(frozen=True)
class Statement:
    """A statement with its values, not sent yet: several can be sent as one message."""

    sql: str
    values: Sequence[Any]


def send(statements: Iterable[Statement]) -> list[Any]:
    """Send statements as one message, done in turn, and return the rows that the last one gives."""
    batch = list(statements)
    if not batch:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "; ".join(each.sql for each in batch), [value for each in batch for value in each.values]
        )
        return list(cursor.fetchall()) if cursor.description else []


def update_rows(model: type[models.Model], rows: Iterable[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of the rows, whose primary keys are set, in one statement.

    Django's `bulk_update` writes a CASE for each row and field, which takes longer to build than to run. Raises
    `DatabaseError` when a row is not there any more.
    """
    batch = list(rows)
    if not batch:
        return
    statement = update_of(model, batch, tuple(fields))
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.values)
        if cursor.rowcount != len(batch):
            raise DatabaseError(
                f"{len(batch) - cursor.rowcount} of {len(batch)} rows were not there to write"
            )


def update_of(model: type[models.Model], rows: Sequence[models.Model], fields: tuple[str, ...]) -> Statement:
    """Return the statement of `update_rows`, for rows that are locked: whether they are there is not asked."""
    columns, sql = _update(model, fields)
    return Statement(
        sql, [[row.pk for row in rows], *(_values(field, rows, changed=True) for field in columns)]
    )


def insert_rows(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Write new rows of a model without parents in one statement that is as long for a thousand as for one.

    Rows without a key are given those that the database draws; either all have one or none. Raises `IntegrityError`.
    """
    batch = list(rows)
    if not batch:
        return
    statement = insert_of(model, batch)
    drawn = f"{statement.sql} RETURNING {_quote(_key(model).column)}"
    written(batch, [key for (key,) in send([Statement(drawn, statement.values)])])


def insert_of(model: type[models.Model], rows: Sequence[models.Model]) -> Statement:
    """Return the statement of `insert_rows`; keys that it draws are not told to the rows."""
    names, arrays, fields = _insert(model, rows[0].pk is not None)
    sql = f"INSERT INTO {_quote(model._meta.db_table)} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608
    return Statement(sql, [_values(field, rows) for field in fields])


def insert_pairs_of(first: Sequence[models.Model], second: Sequence[models.Model], link: str) -> Statement:
    """Return the statement that writes new rows of two models, each of the second with its own of the first.

    `link` is the second's foreign key. It gives the keys drawn for both, in the order of the rows.
    """
    sql, of_first, of_second = _insert_pairs(type(first[0]), type(second[0]), link)
    return Statement(
        sql,
        [*(_values(field, first) for field in of_first), *(_values(field, second) for field in of_second)],
    )


@cache
def _insert_pairs(
    first: type[models.Model], second: type[models.Model], link: str
) -> tuple[str, list[Field], list[Field]]:
    """Return the statement, and the fields of either that are written."""
    (names, arrays, fields), (own_names, own_arrays, own_fields) = (
        _insert(first, False), _insert(second, False, link),
    )  # fmt: skip
    foreign: Field = second._meta.get_field(link)
    column, key, own_key = (_quote(each.column) for each in (foreign, _key(first), _key(second)))
    # Keys are drawn in the order of the arrays, so they tell which row is whose.
    sql = (
        f"WITH made AS (INSERT INTO {_quote(first._meta.db_table)} ({names})"  # noqa: S608
        f" SELECT * FROM unnest({arrays}) RETURNING {key} AS made),"
        " placed AS (SELECT made, row_number() OVER (ORDER BY made) AS place FROM made)"
        f" INSERT INTO {_quote(second._meta.db_table)} ({column}, {own_names})"
        f" SELECT made, {own_names} FROM unnest({own_arrays}) WITH ORDINALITY AS own ({own_names}, place)"
        f" JOIN placed USING (place) ORDER BY place RETURNING {column}, {own_key}"
    )
    return sql, fields, own_fields


def written(rows: Sequence[models.Model], keys: Sequence[Any]) -> None:
    """Tell new rows that they stand in the database under these keys."""
    for row, key in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[list[Field], str]:
    """Return the fields that are written, and the statement."""
    fields: list[Field] = [model._meta.get_field(name) for name in names]
    columns, key = [_quote(field.column) for field in fields], _quote(_key(model).column)
    arrays = ", ".join(f"%s::{_type_of(field)}[]" for field in (_key(model), *fields))
    sql = (  # names of our own tables and columns alone
        f"UPDATE {_quote(model._meta.db_table)} AS kept SET {', '.join(f'{name} = fresh.{name}' for name in columns)}"  # noqa: S608
        f" FROM unnest({arrays}) AS fresh (key, {', '.join(columns)}) WHERE kept.{key} = fresh.key"
    )
    return fields, sql


@cache
def _insert(model: type[models.Model], keyed: bool, without: str = "") -> tuple[str, str, list[Field]]:
    """Return the columns that are written, their arrays, and the fields; the key with them unless it is drawn."""
    drawn = None if keyed else _key(model)
    fields: list[Field] = [
        field for field in model._meta.concrete_fields if field is not drawn and field.name != without
    ]
    names = ", ".join(_quote(str(field.column)) for field in fields)
    return names, ", ".join(f"%s::{_type_of(field)}[]" for field in fields), fields


def _values(field: Field, rows: Sequence[models.Model], *, changed: bool = False) -> list[Any]:
    """Return a column's values as the driver takes them; `changed`: of rows that are there, as they stand."""
    if type(field) in PLAIN:
        plain = [row.__dict__.get(field.attname, field) for row in rows]
        if all(type(value) in AS_THEY_ARE for value in plain):
            return plain
    return [
        field.get_db_prep_save(
            getattr(row, field.attname) if changed else field.pre_save(row, True), connection
        )
        for row in rows
    ]


def next_keys(model: type[models.Model], count: int) -> list[int]:
    """Draw so many primary keys: rows that speak of each other can be made before any of them is written."""
    meta = model._meta
    key: Any = meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [_quote(meta.db_table), key.column, count],
        )
        return [int(key) for (key,) in cursor.fetchall()]


def _type_of(field: Any) -> str:
    """Return the column's type without a length: a cast to one with a length would cut a text off in silence."""
    return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection)).partition(
        "("
    )[0]


def _key(model: type[models.Model]) -> Any:
    return model._meta.pk


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)
