"""The customers list walks the index that was made for its question, however far down and narrowed."""

import pytest
from django.http import QueryDict

from bench.rows import PREFIX
from customers.queries import listing
from customers.queries.customers import active_relationships, prefix_match
from customers.queries.search_params import SearchParams
from gcc_portal.core.people.actors import Actor
from gcc_portal.web import keyset
from tests.query_plans.rows import Plan, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
GCC = "government_community_cloud"
BY_NAME, BY_AGE = "active_customers_by_name", "active_customers_by_since"


def plans(actor: Actor, params: SearchParams, sort: str = "name", query: str = "") -> list[Plan]:
    """Return the plans of a page's statements: of its rows, then of what is counted."""
    with asked() as statements:
        found = listing.find(actor, params, sort, QueryDict(query))
    assert found.page.object_list or params
    return [Plan(each) for each in statements]


@pytest.mark.parametrize(
    ("sort", "index"), [("name", BY_NAME), ("-name", BY_NAME), ("since", BY_AGE), ("-since", BY_AGE)]
)
def test_a_page_and_the_next_walk_one_index(agent: Actor, sort: str, index: str) -> None:
    following = ""
    for _page in range(3):
        page, *counted = plans(agent, SearchParams(), sort, following)
        assert index in page.indexes, page
        assert not page.read_whole, page
        assert page.most <= 26, page
        for count in counted:
            assert count.most <= keyset.COUNT_LIMIT + 1, count
            assert not count.read_whole, count
        following = listing.page_at(agent, SearchParams(), sort, QueryDict(following)).next_url[1:]


@pytest.mark.parametrize("sort", ["name", "-since"])
def test_the_way_back_costs_the_same(agent: Actor, sort: str) -> None:
    second = listing.page_at(agent, SearchParams(), sort, QueryDict(""))
    third = listing.page_at(agent, SearchParams(), sort, QueryDict(second.next_url[1:]))
    page = plans(agent, SearchParams(), sort, third.previous_url[1:])[0]
    assert page.most <= 26, page


@pytest.mark.parametrize(
    ("params", "index", "most"),
    [
        (SearchParams(q=PREFIX), BY_NAME, 26),
        (SearchParams(q=PREFIX.lower()), BY_NAME, 26),
        (SearchParams(q="TENANT1230."), "active_customers_by_domain", 26),
        (SearchParams(q="tenant"), BY_NAME, 26),
        (SearchParams(q="zz"), "active_customers_by_domain", 26),
        # Its customers without a qualification stand at the beginning; those looked at are few all the same.
        (SearchParams(qualification=GCC), BY_NAME, 500),
        (SearchParams(q=PREFIX, qualification=GCC), BY_NAME, 500),
        (SearchParams(qualification="education"), "granted_of_kind", 26),
        (SearchParams(qualification="none"), BY_NAME, 500),
        (SearchParams(agreement="yes"), BY_NAME, 500),
        (SearchParams(agreement="no"), BY_NAME, 2000),
    ],
    ids=["name", "any case", "domain", "often", "never", "kind", "both", "rare", "none", "agreed", "missing"],
)
def test_what_is_searched_and_filtered_is_found_by_an_index(
    agent: Actor, params: SearchParams, index: str, most: int
) -> None:
    first = plans(agent, params)[0]
    assert index in first.indexes, first
    assert not first.read_whole, first
    assert first.most <= most, first


def test_a_beginning_is_counted_by_its_indexes(agent: Actor) -> None:
    _page, count = plans(agent, SearchParams(q=PREFIX))
    assert {BY_NAME, "active_customers_by_domain"} <= count.indexes, count
    assert count.most <= keyset.COUNT_LIMIT + 1, count


def test_a_search_inside_names_looks_through_a_bounded_part(
    agent: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "SCAN_LIMIT", 2000)
    end, page = plans(agent, SearchParams(q="nowhere", inside=True))
    assert end.most <= 2001, end
    assert page.most <= 2000, page
    assert not page.read_whole, page


def test_programs_are_answered_by_the_same_indexes(agent: Actor) -> None:
    rows = active_relationships(agent).select_related("customer").order_by("customer_name", "customer_id")
    for found, index in (
        (rows, BY_NAME),
        (rows.filter(prefix_match("customer_name", PREFIX)), BY_NAME),
        (rows.filter(prefix_match("customer_domain", "tenant1230.")), "active_customers_by_domain"),
    ):
        with asked() as statements:
            list(found[:101])
        plan = Plan(statements[0])
        assert index in plan.indexes, plan
        assert plan.most <= 101, plan
    with asked() as statements:
        assert active_relationships(agent).count() == 10_000
    assert not Plan(statements[0]).read_whole
