"""Lists that grow: their pages go through all rows there and back, also where many share a moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Relationship, ValidationId
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.models import User
from gcc_portal.web import keyset
from gcc_portal.web.keyset import KeysetPage, OrderedRows, bounded_count, page_of
from orders.models import Order
from partners.models import Partner
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
LISTS = ["orders:list", "relationships:list", "customers:validation-ids", "audit:list"]


def make(partner: Partner, by: User, count: int) -> None:
    """Write rows of each list. Five at a time have one timestamp, and a later row is not always newer."""
    plain, third = factories.customer(partner, "Plain Town"), factories.customer(partner, "Third Town")
    moments = [NOW - timedelta(minutes=number * 7 % 50 // 5) for number in range(count)]
    names = ["Third" if number % 3 == 0 else "Plain" for number in range(count)]
    both = list(zip(names, moments, strict=True))
    Order.objects.bulk_create(
        Order(
            partner=partner,
            customer=third if name == "Third" else plain,
            created_by=by,
            state="completed",
            submitted_at=at,
        )
        for name, at in both
    )
    Relationship.objects.bulk_create(
        Relationship(partner=partner, organization_name=name, state="declined", created_at=at)
        for name, at in both
    )
    ValidationId.objects.bulk_create(
        ValidationId(partner=partner, organization_name=name, max_creates=5, issued_at=at, expires_at=at)
        for name, at in both
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(
            partner_id=partner.pk, at=at, actor_label=name, role="admin_agent", channel="page", action="x"
        )
        for name, at in both
    )


@pytest.fixture
def page(client_of: Callable[[User], Client], admin: User) -> Client:
    """The admin agent's browser."""
    return client_of(admin)


def walked(page: Client, url: str, way: str) -> list[list[int]]:
    """Return the keys of the rows of each page from this one on, as long as there is a link."""
    found = []
    start = url.partition("?")[0]
    while True:
        shown = page.get(url).context["page_obj"]
        found.append([row.pk for row in shown])
        link = getattr(shown, f"{way}_url")
        if not link:
            return found
        url = start + link


def last_of(page: Client, url: str) -> str:
    """Return the address of the last page."""
    start = url.partition("?")[0]
    while link := page.get(url).context["page_obj"].next_url:
        url = start + link
    return url


@pytest.mark.parametrize("name", LISTS)
def test_no_row_is_lost_or_doubled_there_and_back(
    page: Client, contoso: Partner, admin: User, name: str
) -> None:
    make(contoso, admin, 130)
    there = walked(page, reverse(name), "next")
    keys = [pk for part in there for pk in part]
    assert len(keys) == len(set(keys)) >= 130
    assert len(there) > 2
    back = walked(page, last_of(page, reverse(name)), "previous")
    assert back[::-1] == there
    model: dict[str, tuple[type[Any], str]] = {
        "orders:list": (Order, "submitted_at"), "relationships:list": (Relationship, "created_at"),
        "customers:validation-ids": (ValidationId, "issued_at"), "audit:list": (AuditEntry, "at"),
    }  # fmt: skip
    kind, moment = model[name]
    assert keys == list(
        kind.objects.filter(pk__in=keys).order_by(f"-{moment}", "-pk").values_list("pk", flat=True)
    )


@pytest.mark.parametrize("name", LISTS)
def test_a_bounded_search_finds_all_part_by_part(
    page: Client, contoso: Partner, admin: User, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(contoso, admin, 60)
    url = f"{reverse(name)}?q=third"
    expected = [pk for part in walked(page, url, "next") for pk in part]
    assert len(expected) == 20
    monkeypatch.setattr(keyset, "SCAN_LIMIT", 7)
    there = walked(page, url, "next")
    assert [pk for part in there for pk in part] == expected
    assert len(there) > 3
    body = page.get(url).content.decode()
    assert "7 rows were searched here" in body
    back = walked(page, last_of(page, url), "previous")
    assert sorted({pk for part in back for pk in part}) == sorted(expected)


@pytest.mark.parametrize("name", LISTS)
def test_where_nothing_was_found_so_far_the_search_goes_on(
    page: Client, contoso: Partner, admin: User, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(contoso, admin, 12)
    monkeypatch.setattr(keyset, "SCAN_LIMIT", 5)
    url = f"{reverse(name)}?q=nowhere"
    body = page.get(url).content.decode()
    assert "Nothing found so far." in body
    assert "pagination" in body
    last = page.get(last_of(page, url))
    assert "Nothing found so far." not in last.content.decode()
    assert last.context["page_obj"].previous_url


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", ["page=400", "page=x", "before=123", "after=e30", "after=W10"])
def test_old_links_and_nonsense_mean_the_first_page(
    page: Client, contoso: Partner, admin: User, name: str, query: str
) -> None:
    make(contoso, admin, 60)
    first = page.get(reverse(name)).context["page_obj"]
    shown = page.get(f"{reverse(name)}?{query}").context["page_obj"]
    assert [row.pk for row in shown] == [row.pk for row in first]
    assert "page=" not in shown.next_url


@pytest.mark.parametrize("name", [*LISTS, "home"])
def test_a_page_asks_the_same_of_few_rows_and_many(
    page: Client, contoso: Partner, admin: User, name: str
) -> None:
    def statements(query: str = "") -> int:
        page.get(reverse(name) + query)
        with CaptureQueriesContext(connection) as caught:
            page.get(reverse(name) + query)
        return len(caught)

    make(contoso, admin, 10)
    few = statements()
    make(contoso, admin, 600)
    assert statements() == few
    if name != "home":
        assert statements(page.get(reverse(name)).context["page_obj"].next_url) == few


def test_figures_end_at_their_bound(contoso: Partner, admin: User) -> None:
    make(contoso, admin, 30)
    rows: QuerySet[Order] = Order.objects.order_by("-submitted_at")
    assert [str(bounded_count(rows, bound)) for bound in (29, 30, 31)] == ["29+", "30", "30"]
    assert not bounded_count(rows.none())


def test_filters_are_kept_by_the_links(contoso: Partner, admin: User) -> None:
    make(contoso, admin, 30)
    query = QueryDict("q=a b&state=completed&page=7")
    page: KeysetPage = page_of(query, 10, OrderedRows(Order.objects.all(), ("-submitted_at", "-pk")))
    assert page.next_url.startswith("?q=a+b&state=completed&after=")
    assert not page.previous_url
