"""Pages of lists in any order that an index knows, there and back: a page far down costs what the first one does."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)
from django.http import QueryDict

from gcc_portal.web import seek
from gcc_portal.web.seek import SeekPage

CURSORS = ("after", "before")


@dataclass(frozen=True)
class Stretch:
    """A part of a list. `keys` are the attributes that order its rows: moments and whole numbers, never None.

    `fetch(place, size, backwards)` returns so many rows past the place, a value for each key, or from the beginning
    for None; `backwards` those before it, or from the end, the nearest first.
    """

    keys: tuple[str, ...]
    fetch: Callable[[Sequence[Any] | None, int, bool], list[Any]]

    def place_of(self, row: Any) -> list[Any]:
        """Return the place of a row."""
        return [getattr(row, key) for key in self.keys]


Place = tuple[int, list[Any]]


def between(stretches: Sequence[Stretch], query: QueryDict, size: int) -> SeekPage:
    """Return the page of these stretches, one after the other, that `?after=` or `?before=` names.

    A cursor that makes no sense means the first page.
    """
    place, backwards = _asked(query, stretches)
    found = _found(stretches, place, size + 1, backwards=backwards)
    places = [(number, stretches[number].place_of(row)) for number, row in found]
    return _page([row for _at, row in found], places, query, size, place, backwards=backwards)


def newest_first(
    rows: QuerySet[Any], keys: tuple[str, str], query: QueryDict, size: int, sought: Q | None = None
) -> SeekPage:
    """Return the page of the rows, by a moment and `pk` downwards, that `?after=` or `?before=` names.

    What the rows are narrowed to an index must answer. `sought` is what none does: a page looks through `SEARCHED`
    rows for it and no further, and the next one goes on from there. One query, and one more for what is sought.
    """
    [stretch] = stretches = [Stretch(keys, lambda place, size, backwards: [])]
    place, backwards = _asked(query, stretches)
    by = [key if backwards else f"-{key}" for key in keys]
    past, up_to = (
        (TupleGreaterThan, TupleLessThanOrEqual) if backwards else (TupleLessThan, TupleGreaterThanOrEqual)
    )

    def at(values: Sequence[Any]) -> tuple[Tuple, list[Value]]:
        # As a row: the index is entered at the place, however many share the moment.
        return Tuple(*(F(key) for key in keys)), [Value(each) for each in values]

    narrow = rows
    if place is not None:
        # The moment is said once more by itself: how many rows compare so, PostgreSQL can tell.
        bound = {f"{keys[0]}__{'gte' if backwards else 'lte'}": place[1][0]}
        narrow = rows.filter(past(*at(place[1])), **bound)
    narrow = narrow.order_by(*by)
    end = None
    if sought:
        ends = list(narrow.values_list(*keys)[seek.SEARCHED - 1 : seek.SEARCHED + 1])
        if len(ends) > 1:
            end = (0, list(ends[0]))
            bound = {f"{keys[0]}__{'lte' if backwards else 'gte'}": end[1][0]}
            narrow = narrow.filter(up_to(*at(end[1])), **bound)
        narrow = narrow.filter(sought)
    found = list(narrow[: size + 1])
    places = [(0, stretch.place_of(row)) for row in found]
    return _page(found, places, query, size, place, backwards=backwards, end=end)


def _asked(query: QueryDict, stretches: Sequence[Stretch]) -> tuple[Place | None, bool]:
    """Return the place from which the page is read, and whether backwards."""
    after, before = (_read(query.get(name, ""), stretches) for name in CURSORS)
    backwards = before is not None and after is None
    return (before if backwards else after), backwards


def _page(
    found: list[Any],
    places: list[Place],
    query: QueryDict,
    size: int,
    place: Place | None,
    *,
    backwards: bool,
    end: Place | None = None,
) -> SeekPage:
    """Return the page of the rows found past a place, nearest first; one of them is too many where there are more.

    `end` is where a search ended that has not looked through all.
    """
    more = len(found) > size
    shown = found[:size]
    far = places[size - 1] if more else end
    near = places[0] if shown else place
    if not shown and far is None:
        return SeekPage([], "", _link(query) if place is not None else "")
    after, before = (near, far) if backwards else (far, near if place is not None else None)
    return SeekPage(
        shown[::-1] if backwards else shown,
        next_url=_link(query, after=_cursor(after)) if after else "",
        previous_url=_link(query, before=_cursor(before)) if before else "",
        goes_on=end is not None and not more,
    )


def _found(
    stretches: Sequence[Stretch], place: Place | None, wanted: int, *, backwards: bool
) -> list[tuple[int, Any]]:
    """Return so many rows past a place, each with the number of its stretch; the nearest first."""
    found: list[tuple[int, Any]] = []
    begin = place[0] if place else 0
    numbers = range(begin, -1, -1) if backwards else range(begin, len(stretches))
    for number in numbers:
        at = place[1] if place is not None and number == begin else None
        rows = stretches[number].fetch(at, wanted - len(found), backwards)
        found += [(number, row) for row in rows]
        if len(found) == wanted:
            break
    return found


def _cursor(place: Place) -> str:
    number, values = place
    plain = [each.isoformat() if isinstance(each, datetime) else each for each in values]
    packed = json.dumps([number, *plain]).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _read(text: str, stretches: Sequence[Stretch]) -> Place | None:
    """Return the place that a cursor names, or None for one that was altered or belongs to another list."""
    if not text or len(text) > 200:
        return None
    try:
        number, *place = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        keys = stretches[number].keys if type(number) is int and number >= 0 else ()
        values = [_value(each) for each in place]
    except (ValueError, TypeError, IndexError, RecursionError, binascii.Error):
        return None
    # A number is the key of a row, a moment everything before it.
    fits = len(keys) == len(place) > 0 and [type(each) is int for each in values] == [k == "pk" for k in keys]
    return (number, values) if fits else None


def _value(plain: Any) -> datetime | int:
    """Return a moment or a whole number of a cursor. Raises `ValueError` or `TypeError` for anything else."""
    if type(plain) is int and 0 <= plain < 2**63:
        return plain
    moment = datetime.fromisoformat(plain)
    if moment.tzinfo is None or not 1 < moment.year < 9999:
        raise ValueError("no moment")
    # In UTC: the database knows fewer time zones than Python does.
    return moment.astimezone(UTC)


def _link(query: QueryDict, **cursor: str) -> str:
    changed = query.copy()
    for key in (*CURSORS, "page"):
        changed.pop(key, None)
    for key, value in cursor.items():
        changed[key] = value
    return f"?{changed.urlencode()}"
