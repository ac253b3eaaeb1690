"""Keyset pages of any order: what they show one after the other is what the whole list holds, there and back."""

from dataclasses import replace
from typing import Any

import pytest
from django.db.models import Q, Value
from django.db.models.functions import Length, Mod, Reverse
from django.http import QueryDict

from gcc_portal.core.people.models import User
from gcc_portal.web import keyset
from gcc_portal.web.keyset import KeysetPage, OrderedRows, Ordering, cursor_text, page_of

pytestmark = pytest.mark.django_db
STARTS = ("alder", "birch", "cedar", "é", "%", "o'neil")


@pytest.fixture
def people() -> OrderedRows:
    """Forty people; many share a name."""
    User.objects.bulk_create(
        User(email=f"person{number}@fir.example", name=f"{STARTS[number % 6]} {number % 4}")
        for number in range(40)
    )
    rows = User.objects.filter(email__endswith="@fir.example")
    return OrderedRows(rows.annotate(length=Length("email"), turned=Reverse("name")), ("name", "pk"))


def keys(page: KeysetPage) -> list[Any]:
    return [row.pk for row in page]


def walked(*parts: OrderedRows) -> list[Any]:
    """Return the keys of all pages, after a walk there and back that showed the same."""
    there = [page := page_of(QueryDict(), 7, *parts)]
    while page.has_next:
        there.append(page := page_of(QueryDict(page.next_url[1:]), 7, *parts))
    back = [page]
    while page.has_previous:
        back.append(page := page_of(QueryDict(page.previous_url[1:]), 7, *parts))
    if not any(part.scan for part in parts):
        assert [keys(each) for each in back[::-1]] == [keys(each) for each in there]
    return [key for each in there for key in keys(each)]


@pytest.mark.parametrize(
    "order", [("name", "pk"), ("-name", "-pk"), ("length", "turned", "pk"), ("-turned", "-email"), ("-pk",)]
)
def test_pages_of_columns_and_expressions(people: OrderedRows, order: tuple[str, ...]) -> None:
    rows = replace(people, order=order)
    expected = list(people.rows.order_by(*order).values_list("pk", flat=True))
    assert walked(rows) == expected == [row.pk for row in rows.all()]


def test_an_order_has_one_direction() -> None:
    with pytest.raises(ValueError, match="direction"):
        Ordering("-name", "pk")


def test_one_of_several_conditions(people: OrderedRows) -> None:
    rows = replace(people, any_of=[Q(name__startswith="birch"), Q(email__startswith="person1"), Q(pk=None)])
    expected = people.rows.filter(Q(name__startswith="birch") | Q(email__startswith="person1"))
    assert walked(rows) == list(expected.order_by("name", "pk").values_list("pk", flat=True))
    assert [row.pk for row in rows.all()] == walked(rows)
    assert rows.count().rows == expected.count()
    assert str(rows.count(limit=3)) == "3+"


def test_a_scan_finds_all(people: OrderedRows, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = replace(people, rows=people.rows.annotate(rest=Mod("pk", Value(3))), scan=Q(rest=0))
    expected = [row.pk for row in rows.all()]
    assert walked(rows) == expected
    monkeypatch.setattr(keyset, "SCAN_LIMIT", 4)
    assert walked(rows) == expected
    assert rows.count().rows == len(expected)


def test_parts_are_shown_one_after_the_other(people: OrderedRows) -> None:
    first = OrderedRows(people.rows.filter(name__startswith="birch"), ("name", "pk"))
    second = OrderedRows(people.rows.exclude(name__startswith="birch"), ("-pk",))
    assert walked(first, second) == [row.pk for part in (first, second) for row in part.all()]


def test_a_cursor_is_of_one_list_in_one_order(people: OrderedRows) -> None:
    last = people.rows.order_by("name", "pk").last()
    text = cursor_text([people], (0, people.ordering.values(last)))
    query = QueryDict(f"after={text}")
    assert keys(page_of(query, 7, people)) == []
    for other in (replace(people, order=("-name", "-pk")), replace(people, order=("pk",))):
        assert keys(page_of(query, 7, other)) == keys(page_of(QueryDict(), 7, other)) != []
