"""What lists that grow are shown as: pages that go on from the last row seen, and numbers that end at a bound."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

COUNTED_UP_TO = 1000
# What no index answers is looked for among so many rows at a time.
SEARCHED = 20_000


@dataclass(frozen=True)
class SeekPage:
    """One page, with the links to those before and after it.

    `goes_on`: so many rows were searched for what was asked, and there are others to search.
    """

    object_list: list[Any]
    next_url: str
    previous_url: str
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
        """Return how many rows a search looks through at a time, for people to read."""
        return f"{SEARCHED:,}"


@dataclass(frozen=True)
class Counted:
    """A number of rows, counted no further than a page needs it: `1,000+`."""

    rows: int
    up_to: int = COUNTED_UP_TO

    def __bool__(self) -> bool:
        return self.rows > 0

    def __str__(self) -> str:
        return f"{min(self.rows, self.up_to):,}" + ("+" if self.rows > self.up_to else "")


def counted(rows: models.QuerySet[Any, Any], up_to: int = COUNTED_UP_TO) -> Counted:
    """Return how many rows there are, in one query that ends at the bound: in their order, if they have one."""
    return Counted(rows[: up_to + 1].count(), up_to)
