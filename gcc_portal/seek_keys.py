"""Pages of lists in any order that an index knows, there and back: a page far down costs what the first one does."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import QueryDict

from gcc_portal.seek import SeekPage

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
        """Return the place of a row, as a cursor holds it."""
        values = (getattr(row, key) for key in self.keys)
        return [each.isoformat() if isinstance(each, datetime) else each for each in values]


Place = tuple[int, list[Any]]


def between(stretches: Sequence[Stretch], query: QueryDict, size: int) -> SeekPage:
    """Return the page of these stretches, one after the other, that `?after=` or `?before=` names.

    A cursor that makes no sense means the first page.
    """
    after, before = (_read(query.get(name, ""), stretches) for name in CURSORS)
    backwards = before is not None and after is None
    place = before if backwards else after
    found = _found(stretches, place, size + 1, backwards=backwards)
    more = len(found) > size
    shown = found[:size][::-1] if backwards else found[:size]
    if not shown:
        return SeekPage([], "", _link(query) if place is not None else "")
    has_next, has_previous = (True, more) if backwards else (more, place is not None)
    return SeekPage(
        [row for _at, row in shown],
        next_url=_link(query, after=_cursor(stretches, *shown[-1])) if has_next else "",
        previous_url=_link(query, before=_cursor(stretches, *shown[0])) if has_previous else "",
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


def _cursor(stretches: Sequence[Stretch], number: int, row: Any) -> str:
    packed = json.dumps([number, *stretches[number].place_of(row)]).encode()
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
