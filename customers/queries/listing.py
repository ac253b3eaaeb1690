"""The customers list: search, filters, sorting and pages.

All of it reads the active relationships of a partner by the index of its order (see `active_relationships`): a page
costs the same however far down it is and however many customers there are.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.http import QueryDict

from customers.models import Relationship
from customers.queries.customers import active_relationships
from customers.queries.search_params import SearchParams, agreements, qualifications_in_force
from gcc_portal.core.people.actors import Actor
from gcc_portal.web.keyset import BoundedCount, KeysetPage, OrderedRows, page_of

PAGE_SIZE = 25
# Ties are settled by the tenant ID.
SORTS = {
    "name": ("customer_name", "customer_id"),
    "-name": ("-customer_name", "-customer_id"),
    "since": ("customer_since", "customer_id"),
    "-since": ("-customer_since", "-customer_id"),
}
DEFAULT_SORT = "name"


@dataclass(frozen=True)
class FoundCustomers:
    """What the list shows. `count` is how many customers there are, as far as it is known without searching for them.

    `fell_back`: no name or domain begins with the text, so those that hold it inside are shown.
    """

    page: KeysetPage
    params: SearchParams
    count: BoundedCount
    fell_back: bool = False


def search_customers(actor: Actor, params: SearchParams, sort: str = DEFAULT_SORT) -> OrderedRows:
    """Return the active relationships with the customers that a search and filters leave, in this order."""
    rows, scan = active_relationships(actor), Q()
    if params.inside_match:
        # The scan ends after so many rows, whether or not the filters let them pass.
        scan = params.inside_match & params.filters
    else:
        rows = rows.filter(params.filters)
    return OrderedRows(rows, SORTS.get(sort, SORTS[DEFAULT_SORT]), scan, params.any_of)


def as_rows(rows: QuerySet[Relationship]) -> QuerySet[Any, Any]:
    """Return what the list shows of each customer, as named tuples: besides the columns of the relationship `name`,
    `domain`, `has_agreement`, and `kinds`, the special qualifications in force.
    """
    # No EXISTS: for it, PostgreSQL reads the agreements of all partners first, and this only those of the rows shown.
    agreed = ExpressionWrapper(
        IsNull(Subquery(agreements().order_by().values("pk")[:1]), False), BooleanField()
    )
    return rows.annotate(
        name=F("customer__name"),
        domain=F("customer__domain"),
        has_agreement=agreed,
        kinds=ArraySubquery(qualifications_in_force().order_by("kind").values("kind")),
    ).values_list(
        "pk", "customer_id", "customer_name", "customer_since", "name", "domain", "has_agreement", "kinds",
        named=True,
    )  # fmt: skip


def find(actor: Actor, params: SearchParams, sort: str, query: QueryDict) -> FoundCustomers:
    """Return the page that the query names; where nothing begins with the text, what holds it inside.

    It is counted on the first page, and where an index alone can count.
    """
    page = page_at(actor, params, sort, query)
    fell_back = params.looks_at_beginnings and not page.object_list and not page.has_previous
    if fell_back:
        query = query.copy()
        query["inside"] = "yes"
        params = replace(params, inside=True)
        page = page_at(actor, params, sort, query)
    if page.has_previous or (page.has_next and not params.is_countable):
        count = BoundedCount(PAGE_SIZE + 1, PAGE_SIZE)
    elif page.has_next:
        count = search_customers(actor, params).count()
    else:
        count = BoundedCount(len(page))
    return FoundCustomers(page, params, count, fell_back)


def page_at(
    actor: Actor, params: SearchParams, sort: str, query: QueryDict, size: int = PAGE_SIZE
) -> KeysetPage:
    """Return the page that `?after=` or `?before=` names, of rows as `as_rows` makes them."""
    found = search_customers(actor, params, sort)
    return page_of(query, size, replace(found, rows=as_rows(found.rows)))
