"""Collections of the API: pages by continuation token, pages by offset, and short lists as a whole."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from pydantic import Field

from gcc_portal.api.call import Call
from gcc_portal.api.errors import INPUT, ApiError
from gcc_portal.api.schema import Attributes, Header, Link, Resource, link, typed
from gcc_portal.web.keyset import Ordering

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


def offset_page(
    rows: QuerySet[Any], serialize: Callable[[Any], T], path: str, *, size: int, offset: int, **query: Any
) -> Collection[T]:
    """Return `size` rows from `offset` on (0: as many as there may be), each serialized; two queries."""
    size = min(size or SIZE_MAX, SIZE_MAX)
    total = rows.count()
    items = [serialize(row) for row in rows[offset : offset + size]]
    query = {"size": size, **query}
    links = CollectionLinks(
        self=link(path, offset=offset, **query),
        next=link(path, offset=offset + size, **query) if offset + size < total else None,
        previous=link(path, offset=max(offset - size, 0), **query) if offset else None,
    )
    return Collection(total_count=total, items=items, links=links)


class SeekRequest:
    """A request for one page of a list that is read by seeking: what the first request sent travels in the token.

    The token holds the page's size, the filters, and the ordering values of the rows at both ends of the page. It is
    signed: what is altered, or belongs to another list, is refused.
    """

    def __init__(
        self, call: Call, list_name: str, *, size: int = 0, filters: Any = None, operation: str = ""
    ) -> None:
        self.list_name = list_name
        self.operation = operation.casefold() or "next"
        token = _read_token(call.continuation, list_name) if call.continuation else None
        self.size = token["size"] if token else min(size or SIZE_MAX, SIZE_MAX)
        self.filters = token["filters"] if token else filters
        self.first = token["first"] if token else None
        self.last = token["last"] if token else None

    def page(
        self,
        rows: QuerySet[Any],
        order: tuple[str, ...],
        serialize: Callable[[list[Any]], list[T]],
        path: str,
        counted: QuerySet[Any] | None = None,
    ) -> Collection[T]:
        """Return the page of `rows` in the order of these fields (see `keyset.Ordering`).

        `serialize` turns the rows of the page into what is answered; `counted` are as many rows that are counted in
        less time. Two queries, and those of `serialize`. Raises `ApiError` (400) for an operation that there is not.
        """
        ordering = Ordering(*order)
        found, more_before, more_after = self._read(rows, ordering)
        token = self._write_token(found, ordering) if found else None
        headers = [Header(key=TOKEN, value=token)] if token else []

        def to(operation: str) -> Link:
            return link(path, headers=headers, size=self.size, seekOperation=operation)

        return Collection(
            total_count=(rows if counted is None else counted).count(),
            items=serialize(found),
            continuation_token=token if more_after else None,
            links=CollectionLinks(
                self=link(path, size=self.size),
                next=to("Next") if more_after else None,
                previous=to("Previous") if more_before else None,
            ),
        )

    def _read(self, rows: QuerySet[Any], ordering: Ordering) -> tuple[list[Any], bool, bool]:
        """Return the page's rows, and whether there are rows before and after it."""
        backwards = self.operation in ("previous", "last")
        start, inclusive = self._start()
        if start is not None:
            rows = ordering.past(rows, start, backwards=backwards, inclusive=inclusive)
        found = list(ordering.sort(rows, backwards=backwards)[: self.size + 1])
        more, page = len(found) > self.size, found[: self.size]
        if backwards:
            return page[::-1], more, self.operation == "previous"
        return page, start is not None, more

    def _start(self) -> tuple[list[Any] | None, bool]:
        """Return the values to go on from (None: an end of the list), and whether their row belongs to the page."""
        match self.operation:
            case "next":
                return self.last, False
            case "previous":
                return self.first, False
            case "pageindex":
                return self.first, True
            case "first" | "last":
                return None, False
        raise ApiError(INPUT, _("seekOperation is one of Next, Previous, First, Last, PageIndex."))

    def _write_token(self, page: list[Any], ordering: Ordering) -> str:
        ends = {"first": ordering.values(page[0]), "last": ordering.values(page[-1])}
        token = {"size": self.size, "filters": self.filters, **ends}
        return signing.dumps(token, salt=f"{SALT}.{self.list_name}")


def _read_token(token: str, list_name: str) -> dict[str, Any]:
    try:
        return dict(signing.loads(token, salt=f"{SALT}.{list_name}"))
    except signing.BadSignature:
        sentence = _("The continuation token is not one of this list. Begin again without it.")
        raise ApiError(INPUT, sentence) from None
