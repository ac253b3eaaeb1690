"""Keyset pagination: pages of ordered rows, forwards and backwards, at the same cost however far down they are.

A page is named by a cursor: the ordering values of the row next to which it begins, where an index finds it. So it
needs no offset and no count of all rows; counts stop at a limit. Lists on pages, the review queue and the API's
continuation tokens all use `Ordering` and `OrderedRows`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.core import signing
from django.db.models import F, Lookup, Q, QuerySet
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)
from django.http import QueryDict

COUNT_LIMIT = 1000
# Rows that one page searches for a condition that no index answers; the next page goes on from there.
SCAN_LIMIT = 20_000
CURSORS = ("after", "before")
LOOKUPS: "dict[tuple[bool, bool], type[Lookup[Any]]]" = {
    # (upwards, inclusive)
    (True, False): TupleGreaterThan,
    (True, True): TupleGreaterThanOrEqual,
    (False, False): TupleLessThan,
    (False, True): TupleLessThanOrEqual,
}

Values = Sequence[Any]


def _plain(values: Iterable[Any]) -> list[Any]:
    return [each if isinstance(each, int | str) else str(each) for each in values]


class Ordering:
    """An order of rows by columns or annotations that are never NULL, all ascending or all descending (`-name`).

    The last one must be unique. `backwards` reads the rows from the end.
    """

    def __init__(self, *fields: str) -> None:
        self.names = [field.removeprefix("-") for field in fields]
        self.descending = fields[0].startswith("-")
        if any(field.startswith("-") != self.descending for field in fields):
            raise ValueError(
                "All fields of an ordering must have one direction: rows are compared as tuples."
            )

    def sort(self, rows: QuerySet[Any], *, backwards: bool = False) -> QuerySet[Any]:
        """Return the rows in this order."""
        sign = "-" if self.descending != backwards else ""
        return rows.order_by(*(f"{sign}{name}" for name in self.names))

    def values(self, row: Any) -> list[Any]:
        """Return the row's ordering values in a form that JSON can hold."""
        return _plain(getattr(row, name) for name in self.names)

    def past(
        self, rows: QuerySet[Any], values: Values, *, backwards: bool = False, inclusive: bool = False
    ) -> QuerySet[Any]:
        """Return the rows that come after these values, with `inclusive` also the one that has them."""
        upwards = self.descending == backwards
        # The first value is compared by itself as well: PostgreSQL estimates from statistics how many rows that
        # leaves, while for a comparison of tuples it guesses, and may choose a worse plan.
        bound = {f"{self.names[0]}__{'gte' if upwards else 'lte'}": values[0]}
        lookup = LOOKUPS[upwards, inclusive]
        return rows.filter(lookup(Tuple(*map(F, self.names)), values), **bound)


@dataclass(frozen=True)
class OrderedRows:
    """The rows of a list, or of one part of it, with their order.

    `rows` are narrowed by what an index answers. `scan` is a condition that none does: a page searches `SCAN_LIMIT`
    rows for it. Of the conditions `any_of` one must hold, and each is answered by an index of its own.
    """

    rows: QuerySet[Any]
    order: tuple[str, ...]
    scan: Q | None = None
    any_of: Sequence[Q] = ()

    @cached_property
    def ordering(self) -> Ordering:
        """Return the order as an object."""
        return Ordering(*self.order)

    def read(
        self, start: Values | None, count: int, *, backwards: bool = False
    ) -> tuple[list[Any], list[Any] | None]:
        """Return `count` rows past `start` (None: from the beginning), and where a scan stopped before the end.

        One query, and one more for a scan.
        """
        ordering, rows, stop = self.ordering, self.rows, None
        if start is not None:
            rows = ordering.past(rows, start, backwards=backwards)
        rows = ordering.sort(rows, backwards=backwards)
        if self.scan:
            last_two = list(rows.values_list(*ordering.names)[SCAN_LIMIT - 1 : SCAN_LIMIT + 1])
            if len(last_two) > 1:
                stop = _plain(last_two[0])
                rows = ordering.past(rows, stop, backwards=not backwards, inclusive=True)
            rows = rows.filter(self.scan)
        if self.any_of:
            found = self.rows.filter(pk__in=self._union(rows, count))
            rows = ordering.sort(found, backwards=backwards)
        return list(rows[:count]), stop

    def all(self) -> QuerySet[Any]:
        """Return all the rows in their order, however long a scan takes."""
        rows = self.rows.filter(self.scan) if self.scan else self.rows
        return self.ordering.sort(rows.filter(reduce(or_, self.any_of)) if self.any_of else rows)

    def count(self, limit: int = COUNT_LIMIT) -> "BoundedCount":
        """Return how many rows there are, counted up to a limit; one query that walks the order's index."""
        if not self.any_of:
            return bounded_count(self.all(), limit)
        rows = self._union(self.ordering.sort(self.rows), limit + 1)
        return BoundedCount(min(rows.count(), limit + 1), limit)

    def _union(self, rows: QuerySet[Any], count: int) -> QuerySet[Any]:
        # Each query stops after `count` rows of its index. With OR, PostgreSQL would walk the order's index instead.
        first, *others = (rows.filter(each).values("pk")[:count] for each in self.any_of)
        return first.union(*others) if others else first


@dataclass(frozen=True)
class KeysetPage:
    """One page, with the links to those before and after it; an empty link where there is none.

    `goes_on`: the scan ended at `SCAN_LIMIT` rows, and the next page continues it.
    """

    object_list: list[Any]
    next_url: str = ""
    previous_url: str = ""
    goes_on: bool = False

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    @property
    def has_next(self) -> bool:
        """Return whether there are rows after these."""
        return bool(self.next_url)

    @property
    def has_previous(self) -> bool:
        """Return whether this is not the first page."""
        return bool(self.previous_url)

    @property
    def searched(self) -> str:
        """Return how many rows a scan looks through at a time, for people to read."""
        return f"{SCAN_LIMIT:,}"


@dataclass(frozen=True)
class BoundedCount:
    """A number of rows that was counted no further than a limit: `1,000+`."""

    rows: int
    limit: int = COUNT_LIMIT

    def __bool__(self) -> bool:
        return self.rows > 0

    def __str__(self) -> str:
        return f"{min(self.rows, self.limit):,}" + ("+" if self.is_more else "")

    @property
    def is_more(self) -> bool:
        """Return whether there are more rows than the limit."""
        return self.rows > self.limit


def bounded_count(rows: QuerySet[Any], limit: int = COUNT_LIMIT) -> BoundedCount:
    """Return how many rows there are; the query stops one row past the limit."""
    return BoundedCount(rows[: limit + 1].count(), limit)


# The number of a part of the list, and the ordering values of a row of it.
Cursor = tuple[int, list[Any]]


def page_of(query: QueryDict, size: int, *parts: OrderedRows) -> KeysetPage:
    """Return the page of a list that `?after=` or `?before=` names; several parts are shown one after the other.

    A cursor that was altered, or belongs to another list or order, means the first page.
    """
    after, before = (_read_cursor(parts, query.get(name, "")) for name in CURSORS)
    backwards = before is not None and after is None
    start = before if backwards else after
    found, stop = _read(parts, start, size + 1, backwards=backwards)
    more, shown = len(found) > size, found[:size]
    cursors = [(number, parts[number].ordering.values(row)) for number, row in (shown[:1] + shown[-1:])]
    far = cursors[-1] if more else stop
    near = cursors[0] if shown else start
    if not shown and far is None:
        return KeysetPage([], previous_url=_link(query) if start is not None else "")
    following, preceding = (near, far) if backwards else (far, near if start is not None else None)
    rows = [row for _number, row in shown]
    return KeysetPage(
        rows[::-1] if backwards else rows,
        next_url=_link(query, after=cursor_text(parts, following)) if following else "",
        previous_url=_link(query, before=cursor_text(parts, preceding)) if preceding else "",
        goes_on=stop is not None and not more,
    )


def _read(
    parts: Sequence[OrderedRows], start: Cursor | None, count: int, *, backwards: bool
) -> tuple[list[tuple[int, Any]], Cursor | None]:
    """Return `count` rows past a cursor, nearest first, each with its part's number, and where a scan stopped."""
    found: list[tuple[int, Any]] = []
    # Without a cursor the list is always read forwards.
    begin = start[0] if start else 0
    for number in range(begin, -1, -1) if backwards else range(begin, len(parts)):
        values = start[1] if start and number == begin else None
        rows, stop = parts[number].read(values, count - len(found), backwards=backwards)
        found += [(number, row) for row in rows]
        if stop is not None or len(found) == count:
            return found, (number, stop) if stop is not None else None
    return found, None


def _salt(parts: Sequence[OrderedRows]) -> str:
    """Return the salt that makes cursors of one list invalid in another."""
    names = (f"{part.rows.model._meta.label}:{','.join(part.order)}" for part in parts)
    return f"gcc_portal.keyset/{'/'.join(names)}"


def cursor_text(parts: Sequence[OrderedRows], cursor: Cursor) -> str:
    """Return the cursor as text for a URL, signed, so that only cursors of this list are read back."""
    return signing.dumps(cursor, salt=_salt(parts))


def _read_cursor(parts: Sequence[OrderedRows], text: str) -> Cursor | None:
    """Return the cursor, or None for one that was altered or belongs to another list."""
    if not text:
        return None
    try:
        number, values = signing.loads(text, salt=_salt(parts))
    except signing.BadSignature:
        return None
    return number, values


def _link(query: QueryDict, **cursor: str) -> str:
    changed = query.copy()
    for key in (*CURSORS, "page"):
        changed.pop(key, None)
    for key, value in cursor.items():
        changed[key] = value
    return f"?{changed.urlencode()}"
