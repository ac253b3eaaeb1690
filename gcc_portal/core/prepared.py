"""Queries of the ORM that are asked on every page: written once for each shape, then sent with other values.

To build a query of ten conditions takes the ORM longer than the database to answer it. Here it is built with values
that stand in for the real ones, and kept as SQL with places for them. What decides the SQL beside the values belongs
in the shape.
"""

import secrets
import uuid
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet


@dataclass(frozen=True)
class Statement:
    """SQL with the values that go with it. None of it was sent yet."""

    sql: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class _Kept:
    sql: str
    # Of each place of the SQL: which of the given values belongs there, or None and what always does.
    places: tuple[tuple[int | None, Any], ...]


_kept: dict[Hashable, _Kept] = {}
_BEGUN = datetime(1900, 1, 1, tzinfo=UTC)


def prepared(
    shape: Hashable,
    build: Callable[..., QuerySet[Any, Any]],
    values: Sequence[int | str | uuid.UUID | datetime],
) -> Statement | None:
    """Return the statement of `build(*values)`, built when its shape is met for the first time.

    None where the query itself says that there are no rows. `build` must put each value into the query as it is, and
    must not decide by it: it is called with others of the same type. Raises `ValueError` for one that it left out.
    """
    whole = (shape, tuple(type(value) for value in values))
    kept = _kept.get(whole)
    if kept is None:
        stand_ins = [_stand_in(value, number) for number, value in enumerate(values)]
        try:
            kept = _kept[whole] = _read(build(*stand_ins), stand_ins)
        except EmptyResultSet:
            return None
    return Statement(
        kept.sql, tuple(always if which is None else values[which] for which, always in kept.places)
    )


def _read(rows: QuerySet[Any, Any], stand_ins: Sequence[Any]) -> _Kept:
    sql, params = rows.query.sql_with_params()
    places = tuple((stand_ins.index(each), None) if each in stand_ins else (None, each) for each in params)
    if {which for which, _always in places if which is not None} != set(range(len(stand_ins))):
        raise ValueError("A prepared query has no place for one of its values.")
    return _Kept(sql, places)


def _stand_in(value: int | str | uuid.UUID | datetime, number: int) -> Any:
    """Return a value of the same type that stands nowhere else in the query."""
    if isinstance(value, datetime):
        return _BEGUN + timedelta(microseconds=1 + secrets.randbelow(10**6), days=number)
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, int):
        return -secrets.randbelow(2**30) - 2**30
    return f"value {number} {secrets.token_hex(8)}"
