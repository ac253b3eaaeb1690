"""The customers list: search, filters, sorting, and pages that go on from the last row seen.

Everything is asked of the relationships' indexes (`held_` names, see `visible_customers`): a page costs the same
however far down it is and however many customers there are, and nothing is counted past a bound.
"""

import base64
import binascii
import json
import uuid
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    Lookup,
    Model,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)
from django.db.models.lookups import IsNull
from django.http import QueryDict

from customers.models import Customer
from customers.queries.creations import open_creations
from customers.queries.customers import held, sees_customers, visible_customers
from customers.queries.search_params import Wanted, agreements, granted
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.prepared import Statement, prepared
from gcc_portal.operations.replica import read_connection
from gcc_portal.web.keyset import KeysetPage

PAGE_SIZE = 25
COUNTED_UP_TO = 1000
# A search inside names looks through so many customers at a time: no index knows what stands inside.
SEARCHED_INSIDE = 20_000
DEFAULT_SORT = "name"
COLUMNS = {"name": "held_name", "since": "held_since"}

R = TypeVar("R", bound=Model)
Place = tuple[Any, uuid.UUID]  # a row's own in the order: the value of the column, and the tenant ID


@dataclass(frozen=True, slots=True)
class Row:
    """A customer as the list shows it."""

    pk: uuid.UUID
    name: str
    domain: str
    created_at: datetime
    has_agreement: bool
    kinds: list[str]  # of the special qualifications in force
    key: str | datetime  # what it is ordered by

    @property
    def place(self) -> Place:
        """Return its place in the order."""
        return self.key, self.pk


@dataclass(frozen=True)
class CustomersPage(KeysetPage):
    """A page of `Row`s. It goes on where a search inside names has looked through so many, and others follow."""

    @property
    def searched(self) -> str:
        """Return how many a search inside names looks through at a time, for people to read."""
        return f"{SEARCHED_INSIDE:,}"


@dataclass(frozen=True)
class Order:
    """The order in which rows are read: by a column, then by the tenant ID."""

    column: str
    down: bool

    @property
    def by(self) -> tuple[str, str]:
        """Return the names to order by."""
        return (f"-{self.column}", "-held_id") if self.down else (self.column, "held_id")

    def past(self, rows: QuerySet[R], place: Place | None) -> QuerySet[R]:
        """Return the rows past a place; all of them for none."""
        return self._compared(rows, TupleLessThan if self.down else TupleGreaterThan, place)

    def up_to(self, rows: QuerySet[R], place: Place | None) -> QuerySet[R]:
        """Return the rows up to a place, its own among them; all of them for none."""
        return self._compared(rows, TupleGreaterThanOrEqual if self.down else TupleLessThanOrEqual, place)

    def _compared(self, rows: QuerySet[R], how: "type[Lookup[Any]]", place: Place | None) -> QuerySet[R]:
        # As a row: the index begins there, however many share the value of the column.
        if place is None:
            return rows
        return rows.filter(how(Tuple(F(self.column), F("held_id")), [Value(each) for each in place]))


def ordered(rows: QuerySet[Customer], sort: str) -> QuerySet[Customer]:
    """Return the rows in the order `name`, `-name`, `since` or `-since`; ties are settled by the tenant ID."""
    sign, column = _read_sort(sort)
    return rows.order_by(f"{sign}{column}", f"{sign}held_id")


def _read_sort(sort: str) -> tuple[str, str]:
    sign, name = ("-", sort[1:]) if sort.startswith("-") else ("", sort)
    return (sign, COLUMNS[name]) if name in COLUMNS else ("", COLUMNS[DEFAULT_SORT])


def count_up_to(actor: Actor, wanted: Wanted, limit: int = COUNTED_UP_TO) -> tuple[int, bool, bool]:
    """Return how many customers there are, at most `limit`, whether there are more than that, and whether creations
    of customers are under way; one query.
    """
    if actor.partner_id is None:
        return 0, False, False
    ids = _statement("count", actor, wanted, [], lambda actor, wanted: _ids(actor, wanted, limit + 1))
    begun = prepared(
        "begun", lambda partner_id: _begun(replace(copy(actor), partner_id=partner_id)), [actor.partner_id]
    )
    if ids is None or begun is None:
        return 0, False, False
    with read_connection().cursor() as cursor:
        sql = f"SELECT (SELECT count(*) FROM ({ids.sql}) AS found), EXISTS ({begun.sql})"  # noqa: S608 - the ORM's own
        cursor.execute(sql, [*ids.values, *begun.values])
        found, under_way = cursor.fetchone()
    return min(found, limit), found > limit, under_way


def _ids(actor: Actor, wanted: Wanted, count: int) -> QuerySet[Any, Any]:
    # In order, so that an index is walked up to the limit and no further.
    rows = wanted.filtered(held(actor)).order_by(COLUMNS[DEFAULT_SORT], "held_id").values("customer_id")
    return _united([rows.filter(way)[:count] for way in wanted.ways])


def _begun(actor: Actor) -> QuerySet[Any, Any]:
    return open_creations(actor).order_by().values("pk")


def _statement(
    what: Hashable,
    actor: Actor,
    wanted: Wanted,
    places: Sequence[Place],
    build: Callable[..., QuerySet[Any, Any]],
) -> Statement | None:
    """Return the statement of `build(actor, wanted, *places)`; None for an actor who sees no customers."""
    if not sees_customers(actor) or actor.partner_id is None:
        return None
    own = copy(actor)  # a request's own is lazy
    given = wanted.values
    shape = (what, *given, wanted.qualification == "none", wanted.agreement, wanted.inside)

    def with_stand_ins(partner_id: int, *values: Any) -> QuerySet[Any, Any]:
        words, rest = values[: len(given)], values[len(given) :]
        return build(
            replace(own, partner_id=partner_id),
            replace(wanted, **dict(zip(given, words, strict=True))),
            *zip(rest[::2], rest[1::2], strict=True),
        )

    flat = [value for place in places for value in place]
    return prepared(shape, with_stand_ins, [actor.partner_id, *given.values(), *flat])


def _united(ways: list[QuerySet[Any]]) -> QuerySet[Any]:
    return ways[0].union(*ways[1:]) if len(ways) > 1 else ways[0]


@dataclass(frozen=True)
class Found:
    """What the list shows. `total` is how many there are at least, `more` whether there are more than that."""

    page: CustomersPage
    wanted: Wanted
    total: int
    more: bool
    # Nothing begins with the words, so what stands inside was searched without being asked for.
    fell_back: bool = False
    # Whether creations of customers are under way, as far as it is known.
    begun: bool = True


def look(actor: Actor, wanted: Wanted, sort: str, query: QueryDict) -> Found:
    """Return the page that is asked for; where nothing begins with the words, what holds them inside.

    It is counted where that takes an index alone, and once: on the first page of what no filter narrows.
    """
    page = page_of(actor, wanted, sort, query)
    fell_back = wanted.looks_at_beginnings and not page.object_list and not page.has_previous
    if fell_back:
        query = query.copy()
        query["inside"] = "yes"
        wanted = replace(wanted, inside=True)
        page = page_of(actor, wanted, sort, query)
    first = not page.has_previous
    total, more, begun = PAGE_SIZE, True, True
    if first and not page.has_next:
        total, more = len(page), False
    elif first and wanted.is_counted:
        total, more, begun = count_up_to(actor, wanted)
    return Found(page, wanted, total, more, fell_back, begun)


def page_of(
    actor: Actor, wanted: Wanted, sort: str, query: QueryDict, size: int = PAGE_SIZE
) -> CustomersPage:
    """Return the page that `?after=` or `?before=` names; a cursor that makes no sense means the first."""
    sign, column = _read_sort(sort)
    after, before = (
        _read_cursor(query.get("after", ""), column),
        _read_cursor(query.get("before", ""), column),
    )
    backwards = before is not None and after is None
    place = before if backwards else after
    order = Order(column, down=bool(sign) != backwards)
    end = _end_of_search(actor, order, place) if wanted.inside else None
    found = _rows(actor, wanted, order, place, end, size + 1)
    more = len(found) > size
    shown = found[:size]
    far = _cursor(shown[-1].place) if more else _cursor(end) if end is not None else ""
    near = _cursor(shown[0].place) if shown else _cursor(place) if place is not None and far else ""
    first, last = (far, near) if backwards else (near if place is not None else "", far)
    if not shown and not far:
        return CustomersPage([], "", _link(query) if place is not None else "")
    return CustomersPage(
        shown[::-1] if backwards else shown,
        next_url=_link(query, after=last) if last else "",
        previous_url=_link(query, before=first) if first else "",
        goes_on=end is not None and not more,
    )


def _end_of_search(actor: Actor, order: Order, place: Place | None) -> Place | None:
    """Return the place up to which a search inside names looks from here on, None where it looks through all."""
    rows = order.past(held(actor), place).order_by(*order.by)
    last = rows.values_list(F(order.column), "customer_id")[SEARCHED_INSIDE - 1 : SEARCHED_INSIDE + 1]
    places: list[Place] = list(last)
    return places[0] if len(places) > 1 else None


def _rows(
    actor: Actor, wanted: Wanted, order: Order, place: Place | None, end: Place | None, count: int
) -> list[Row]:
    """Return so many rows past a place, up to another; one query."""
    places = [each for each in (place, end) if each is not None]

    def build(actor: Actor, wanted: Wanted, *given: Place) -> QuerySet[Any, Any]:
        past = given[0] if place is not None else None
        up_to = given[-1] if end is not None else None
        return _shown(actor, wanted, order, past, up_to, count)

    what = (order, place is None, end is None, count)
    statement = _statement(what, actor, wanted, places, build)
    if statement is None:
        return []
    with read_connection().cursor() as cursor:
        cursor.execute(statement.sql, statement.values)
        return [Row(*values) for values in cursor.fetchall()]


def _shown(
    actor: Actor, wanted: Wanted, order: Order, place: Place | None, end: Place | None, count: int
) -> QuerySet[Any, Any]:
    """Return the columns of the rows' `Row`s, in order."""
    narrow = order.up_to(order.past(wanted.filtered(visible_customers(actor)), place), end)
    ways = wanted.ways
    if len(ways) == 1:
        rows = narrow.filter(ways[0])
    else:
        # Each way ends at its first rows: `OR` would look through all that stand before them.
        first = [narrow.filter(way).order_by(*order.by).values("pk")[:count] for way in ways]
        rows = visible_customers(actor).filter(pk__in=_united(first))
    # Asked of the rows shown: for an EXISTS, PostgreSQL would read the agreements of everybody first.
    agreed = Subquery(agreements().order_by().values("pk")[:1])
    shown = rows.annotate(
        agreed=ExpressionWrapper(IsNull(agreed, False), BooleanField()),
        kinds=ArraySubquery(granted().order_by("kind").values("kind")),
        key=F(order.column),
    ).order_by(*order.by)
    return shown.values_list("pk", "name", "domain", "created_at", "agreed", "kinds", "key")[:count]


def _cursor(place: Place) -> str:
    key, pk = place
    plain = key.isoformat() if isinstance(key, datetime) else key
    packed = json.dumps([plain, str(pk)], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _read_cursor(text: str, column: str) -> Place | None:
    """Return the place that a cursor names, or None for one that was altered or belongs to another order."""
    if not text or len(text) > 2000:
        return None
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        key = uuid.UUID(pk)
        value.encode()  # half a character can't be asked for
        if column == COLUMNS["since"]:
            moment = datetime.fromisoformat(value)
            # In UTC: the database knows fewer time zones than Python does.
            return (moment.astimezone(UTC), key) if moment.tzinfo else None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error):
        return None
    return (value, key) if isinstance(value, str) and "\x00" not in value else None


def _link(query: QueryDict, **cursor: str) -> str:
    changed = query.copy()
    for key in ("after", "before"):
        changed.pop(key, None)
    for key, value in cursor.items():
        changed[key] = value
    return f"?{changed.urlencode()}"
