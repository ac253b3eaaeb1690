"""Pages of lists that only grow: they go on from the last row seen, so page 400 costs what page 1 does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import QueryDict


@dataclass(frozen=True)
class SeekPage:
    """One page, newest first. The way back is the first page: the browser knows the pages between."""

    object_list: list[Any]
    next_url: str
    previous_url: str

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    @property
    def has_next(self) -> bool:
        """Return whether there are older rows."""
        return bool(self.next_url)

    @property
    def has_previous(self) -> bool:
        """Return whether this is not the newest page."""
        return bool(self.previous_url)


def seek(rows: models.QuerySet[Any], query: QueryDict, size: int, key: str = "id") -> SeekPage:
    """Return the `size` rows whose `key` is below `?before=`; a cursor that makes no sense means the newest page."""
    before = query.get("before", "")
    first = not (before.isascii() and before.isdigit() and len(before) < 19)
    if not first:
        rows = rows.filter(**{f"{key}__lt": int(before)})
    found = list(rows.order_by(f"-{key}")[: size + 1])
    more = len(found) > size
    return SeekPage(
        found[:size],
        next_url=_link(query, str(getattr(found[size - 1], key))) if more else "",
        previous_url="" if first else _link(query, ""),
    )


def _link(query: QueryDict, before: str) -> str:
    changed = query.copy()
    changed.pop("before", None)
    if before:
        changed["before"] = before
    return f"?{changed.urlencode()}"
