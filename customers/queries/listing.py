"""The customers list: search, filters, sorting, and pages that go on from the last row seen.

A page costs the same however far down it is, and nothing is counted past a bound: it holds for 100,000 rows.
"""

import base64
import binascii
import json
import uuid
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import QueryDict

from customers.models import Customer, CustomerAgreement, QualificationState, SpecialQualification
from customers.queries.customers import visible_customers
from gcc_portal.people.actors import Actor
from gcc_portal.seek import SeekPage
from gcc_portal.tenants.kinds import parse_tenant_id

PAGE_SIZE = 25
COUNTED_UP_TO = 1000
DEFAULT_SORT = "name"
COLUMNS = {"name": "name", "since": "created_at"}


def narrowed(
    actor: Actor, *, q: str = "", qualification: str = "", agreement: str = ""
) -> QuerySet[Customer]:
    """Return the actor's customers that a search and filters leave, each with `has_agreement`; two queries in all."""
    agreements = CustomerAgreement.objects.filter(customer=OuterRef("pk"))
    granted = SpecialQualification.objects.filter(state=QualificationState.GRANTED)
    held = granted.filter(customer=OuterRef("pk"))
    rows = visible_customers(actor).annotate(has_agreement=Exists(agreements))
    if q:
        rows = rows.filter(_matches(q))
    if qualification == "none":
        rows = rows.filter(~Exists(held))
    elif qualification:
        rows = rows.filter(Exists(held.filter(kind=qualification)))
    if agreement:
        rows = rows.filter(has_agreement=agreement == "yes")
    return rows.prefetch_related(Prefetch("qualifications", queryset=granted.order_by("kind")))


def _matches(q: str) -> Q:
    tenant_id = parse_tenant_id(q)
    if tenant_id is not None:
        return Q(pk=tenant_id)
    return Q(name__icontains=q) | Q(domain__icontains=q)


def ordered(rows: QuerySet[Customer], sort: str) -> QuerySet[Customer]:
    """Return the rows in the order `name`, `-name`, `since` or `-since`; ties are settled by the tenant ID."""
    sign, column = _read_sort(sort)
    return rows.order_by(f"{sign}{column}", f"{sign}id")


def _read_sort(sort: str) -> tuple[str, str]:
    sign, name = ("-", sort[1:]) if sort.startswith("-") else ("", sort)
    return (sign, COLUMNS[name]) if name in COLUMNS else ("", COLUMNS[DEFAULT_SORT])


def count_up_to(rows: QuerySet[Customer], limit: int = COUNTED_UP_TO) -> tuple[int, bool]:
    """Return how many rows there are, at most `limit`, and whether there are more than that."""
    found = rows.order_by()[: limit + 1].count()
    return min(found, limit), found > limit


def page_of(rows: QuerySet[Customer], sort: str, query: QueryDict, size: int = PAGE_SIZE) -> SeekPage:
    """Return the page that `?after=` or `?before=` names; a cursor that makes no sense means the first page."""
    sign, column = _read_sort(sort)
    after, before = (
        _read_cursor(query.get("after", ""), column),
        _read_cursor(query.get("before", ""), column),
    )
    backwards = before is not None and after is None
    place = before if backwards else after
    turned = ("" if sign else "-") if backwards else sign
    if place is not None:
        rows = rows.filter(_beyond(column, place, downwards=turned == "-"))
    found = list(rows.order_by(f"{turned}{column}", f"{turned}id")[: size + 1])
    more = len(found) > size
    shown = found[:size][::-1] if backwards else found[:size]
    if not shown:
        return SeekPage([], "", _link(query) if place is not None else "")
    has_next, has_previous = (True, more) if backwards else (more, place is not None)
    return SeekPage(
        shown,
        next_url=_link(query, after=_cursor(shown[-1], column)) if has_next else "",
        previous_url=_link(query, before=_cursor(shown[0], column)) if has_previous else "",
    )


def _beyond(column: str, place: tuple[Any, uuid.UUID], *, downwards: bool) -> Q:
    """Return the condition of the rows past a place; its first half lets the database go there by the index."""
    value, pk = place
    word = "lt" if downwards else "gt"
    past = Q(**{f"{column}__{word}": value}) | Q(**{column: value, f"id__{word}": pk})
    return Q(**{f"{column}__{word}e": value}) & past


def _cursor(customer: Customer, column: str) -> str:
    value = getattr(customer, column)
    plain = value.isoformat() if isinstance(value, datetime) else value
    packed = json.dumps([plain, str(customer.pk)], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _read_cursor(text: str, column: str) -> tuple[Any, uuid.UUID] | None:
    """Return the place that a cursor names, or None for one that was altered or belongs to another order."""
    if not text or len(text) > 2000:
        return None
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        key = uuid.UUID(pk)
        value.encode()  # half a character can't be asked for
        if column == "created_at":
            moment = datetime.fromisoformat(value)
            return (moment, key) if moment.tzinfo else None
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return None
    return (value, key) if isinstance(value, str) and "\x00" not in value else None


def _link(query: QueryDict, **cursor: str) -> str:
    changed = query.copy()
    for key in ("after", "before"):
        changed.pop(key, None)
    for key, value in cursor.items():
        changed[key] = value
    return f"?{changed.urlencode()}"
