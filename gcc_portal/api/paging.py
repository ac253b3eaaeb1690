"""Collections: pages that are sought, and pages that are counted off."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from pydantic import Field

from gcc_portal.api.call import Call
from gcc_portal.api.errors import INPUT, ApiError
from gcc_portal.api.schema import Attributes, Header, Link, Resource, link, typed

T = TypeVar("T")
SIZE_MAX = 500
PageSize = Annotated[int, Field(ge=0, le=SIZE_MAX)]
SALT = "gcc_portal.api.paging"
TOKEN = "MS-ContinuationToken"  # noqa: S105 - a header's name


class CollectionLinks(Resource):
    """Where the pages are. Without `next` this is the last one, without `previous` the first."""

    self: Link | None = None
    next: Link | None = None
    previous: Link | None = None


class Collection(Resource, Generic[T]):
    """Resources of one kind, a page of them."""

    total_count: int
    items: list[T]
    continuation_token: str | None = None
    links: CollectionLinks | None = None
    attributes: Attributes = Field(default_factory=lambda: typed("Collection"))


def collection(items: Sequence[T], path: str = "", **query: Any) -> Collection[T]:
    """Return all of a short list as one page."""
    links = CollectionLinks(self=link(path, **query)) if path else None
    return Collection(total_count=len(items), items=list(items), links=links)


def counted_off(
    rows: QuerySet[Any], make: Callable[[Any], T], path: str, *, size: int, offset: int, **query: Any
) -> Collection[T]:
    """Return `size` rows from `offset` on (0: as many as there may be), each as `make` makes it; two queries."""
    wanted = min(size or SIZE_MAX, SIZE_MAX)
    total = rows.count()
    items = [make(row) for row in rows[offset : offset + wanted]]
    after, before = offset + wanted, max(offset - wanted, 0)
    place = {"size": wanted, **query}
    links = CollectionLinks(
        self=link(path, offset=offset, **place),
        next=link(path, offset=after, **place) if after < total else None,
        previous=link(path, offset=before, **place) if offset else None,
    )
    return Collection(total_count=total, items=items, links=links)


class Seek:
    """One page of a list that is read by seeking: what the first request asked travels in the token.

    The token holds the page's size, the filter, and the key of the rows at both ends of the page. It is signed:
    what is altered, or belongs to another list, is refused.
    """

    def __init__(
        self, call: Call, name: str, *, size: int = 0, asked: Any = None, operation: str = ""
    ) -> None:
        self.name = name
        self.operation = operation.casefold() or "next"
        held = _open(call.continuation, name) if call.continuation else None
        self.size = held["size"] if held else min(size or SIZE_MAX, SIZE_MAX)
        self.asked = held["asked"] if held else asked
        self.first_key = held["first"] if held else None
        self.last_key = held["last"] if held else None

    def page(
        self,
        rows: QuerySet[Any],
        order: tuple[str, ...],
        make: Callable[[list[Any]], list[T]],
        path: str,
        counted: QuerySet[Any] | None = None,
    ) -> Collection[T]:
        """Return the page of `rows`, ordered by the fields `order` (`-field` downwards, the last one unique).

        `make` turns the rows of the page into what is answered; `counted` are as many rows that are counted in less
        time. Two queries, and those that `make` asks.
        """
        found, more_before, more_after = self._cut(rows, order)
        token = self._seal(found, order) if found else None
        headers = [Header(key=TOKEN, value=token)] if token else []

        def to(operation: str) -> Link:
            return link(path, headers=headers, size=self.size, seekOperation=operation)

        return Collection(
            total_count=(rows if counted is None else counted).count(),
            items=make(found),
            continuation_token=token if more_after else None,
            links=CollectionLinks(
                self=link(path, size=self.size),
                next=to("Next") if more_after else None,
                previous=to("Previous") if more_before else None,
            ),
        )

    def _cut(self, rows: QuerySet[Any], order: tuple[str, ...]) -> tuple[list[Any], bool, bool]:
        """Return the page's rows, and whether there are rows before and after it."""
        backwards = self.operation in ("previous", "last")
        key, same = self._place()
        if key is not None:
            rows = rows.filter(_beyond(order, key, upwards=not backwards, same=same))
        turned = [_turned(field) for field in order] if backwards else list(order)
        found = list(rows.order_by(*turned)[: self.size + 1])
        more, page = len(found) > self.size, found[: self.size]
        if backwards:
            return page[::-1], more, self.operation == "previous"
        return page, key is not None, more

    def _place(self) -> tuple[list[Any] | None, bool]:
        """Return the key to go on from (None: an end of the list), and whether its own row belongs to the page."""
        match self.operation:
            case "next":
                return self.last_key, False
            case "previous":
                return self.first_key, False
            case "pageindex":
                return self.first_key, True
            case "first" | "last":
                return None, False
        raise ApiError(INPUT, _("seekOperation is one of Next, Previous, First, Last, PageIndex."))

    def _seal(self, page: list[Any], order: tuple[str, ...]) -> str:
        ends = {"first": _key(page[0], order), "last": _key(page[-1], order)}
        return signing.dumps({"size": self.size, "asked": self.asked, **ends}, salt=f"{SALT}.{self.name}")


def _key(row: Any, order: tuple[str, ...]) -> list[Any]:
    values = [getattr(row, field.removeprefix("-")) for field in order]
    return [value if isinstance(value, int | str) else str(value) for value in values]


def _turned(field: str) -> str:
    """Return the other direction of an order's field."""
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


def _beyond(order: tuple[str, ...], key: list[Any], *, upwards: bool, same: bool) -> Q:
    """Return the condition of the rows past a key, its own row among them where `same`."""
    past, equal, bound = Q(), Q(), Q()
    for field, value in zip(order, key, strict=True):
        name = field.removeprefix("-")
        word = "gt" if upwards != field.startswith("-") else "lt"
        past |= equal & Q(**{f"{name}__{word}": value})
        # Said once more for all of them: an index begins to read here, where an OR would have it read from its end.
        bound = bound or Q(**{f"{name}__{word}e": value})
        equal &= Q(**{name: value})
    return bound & (past | equal if same else past)


def _open(token: str, name: str) -> dict[str, Any]:
    try:
        held = signing.loads(token, salt=f"{SALT}.{name}")
    except signing.BadSignature:
        sentence = _("The continuation token is not one of this list. Begin again without it.")
        raise ApiError(INPUT, sentence) from None
    return dict(held)
