"""The other lists and the sweeps find their rows by an index, too."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from bench.rows import own_customer
from customers.models import Customer, Relationship, ValidationId
from customers.queries.account import history_for
from customers.queries.creations import in_progress, usable_ids
from customers.queries.customers import active_relationships
from customers.queries.relationships import requests_for, search_requests
from customers.queries.validation import search_validation_ids
from customers.states import RelationshipState, ValidationState
from gcc_portal.core.people.actors import Actor
from gcc_portal.web import keyset
from gcc_portal.web.audit.search import AuditFilter, search_entries
from gcc_portal.web.keyset import OrderedRows, bounded_count, page_of
from orders.models import Subscription
from orders.queries.orders import orders_for, search_orders
from orders.queries.subscriptions import held_by, roots, shown
from orders.states import OPEN_ORDERS, RUNNING
from tests.query_plans.rows import Plan, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
PAGE = 50


def plan_of(rows: QuerySet[Any], count: int = PAGE) -> Plan:
    """Return the plan of a page of the rows."""
    with asked() as statements:
        list(rows[:count])
    return Plan(statements[0])


def pages_of(rows: OrderedRows) -> list[Plan]:
    """Return the plans of the first page, the third, and the way back to the second."""
    query, plans = "", []
    for step in ("next", "next", "previous", ""):
        with asked() as statements:
            page = page_of(QueryDict(query), PAGE, rows)
        plans += [Plan(each) for each in statements]
        query = getattr(page, f"{step}_url")[1:] if step else ""
    return plans


def audit_pages(actor: Actor, **wanted: str) -> list[Plan]:
    """Return the plans of pages of the audit list that is narrowed so."""
    return pages_of(search_entries(actor, AuditFilter(wanted)))


def day(age: int) -> str:
    return (timezone.localdate() - timedelta(days=age)).isoformat()


def test_the_audit_of_a_partner_and_of_all(agent: Actor, reader: Actor) -> None:
    for actor, index in ((agent, "audit_of_partner"), (reader, "audit_by_time")):
        # From any day on, and far back, it costs what the newest costs.
        for wanted in ({}, {"until": day(30)}, {"since": day(60), "until": day(30)}, {"since": day(60)}):
            for plan in audit_pages(actor, **wanted):
                assert plan.indexes == {index}, plan
                assert plan.most <= 100, plan


def test_what_the_audit_is_searched_for_is_looked_for_in_a_bounded_part(
    agent: Actor, reader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "SCAN_LIMIT", 500)
    for actor, index in ((agent, "audit_of_partner"), (reader, "audit_by_time")):
        for wanted in ({"q": "nowhere"}, {"channel": "api"}, {"q": "ada"}, {"outcome": "done"}):
            for plan in audit_pages(actor, **wanted):
                assert plan.indexes == {index}, plan
                assert plan.most <= 501, plan


def test_refusals_are_found_by_an_index_of_their_own(agent: Actor, reader: Actor) -> None:
    for actor, index in ((agent, "audit_refused_partner"), (reader, "audit_refused")):
        for plan in audit_pages(actor, outcome="refused"):
            assert plan.indexes == {index}, plan
            assert plan.most <= PAGE + 1, plan


def test_the_orders_of_a_partner(agent: Actor) -> None:
    ago = timezone.localdate() - timedelta(days=30)
    for wanted, index in (
        ({}, "orders_of_partner"),
        ({"until": ago}, "orders_of_partner"),
        ({"state": "completed"}, "orders_of_partner"),
        ({"state": "processing"}, "orders_of_partner_by_state"),
    ):
        # Whose each order is, is asked by the key: left out, for the people and partners are few.
        rows = search_orders(agent, wanted)
        for plan in pages_of(replace(rows, rows=rows.rows.select_related(None))):
            assert any(index in each for each in plan.indexes), plan
            assert plan.most <= 100, plan
    one = plan_of(search_orders(agent, {"q": "2222-2222-2222"}).all())
    assert one.most <= 1, one
    assert not one.read_whole, one


def test_orders_are_searched_in_a_bounded_part(agent: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "SCAN_LIMIT", 500)
    for plan in pages_of(search_orders(agent, {"q": "nowhere"})):
        assert "orders_of_partner" in plan.indexes, plan
        assert plan.most <= 501, plan


def test_figures_are_counted_up_to_a_bound(agent: Actor) -> None:
    for rows, index in (
        (orders_for(agent), "orders_of_partner"),
        (orders_for(agent).filter(state__in=OPEN_ORDERS).order_by(), "orders"),
        (active_relationships(agent).order_by("customer_name", "customer_id"), "active_customers_by_name"),
        (requests_for(agent).filter(state=RelationshipState.INVITED), "requests_open"),
    ):
        with asked() as statements:
            bounded_count(rows)
        plan = Plan(statements[0])
        assert any(index in each for each in plan.indexes), plan
        assert not plan.read_whole, plan
        assert plan.most <= 1001, plan


def test_the_requests_of_a_partner(agent: Actor) -> None:
    for state, index in (("", "requests_of_partner"), (RelationshipState.INVITED, "requests_open")):
        for plan in pages_of(search_requests(agent, state=state)):
            assert index in plan.indexes, plan
            assert plan.most <= 100, plan


def test_the_validation_ids(agent: Actor, reader: Actor) -> None:
    for actor, index in ((agent, "validation_of_partner"), (reader, "validation_by_age")):
        for plan in pages_of(search_validation_ids(actor)):
            assert plan.indexes == {index}, plan
            assert plan.most <= 100, plan
    in_force = search_validation_ids(agent, state=ValidationState.ISSUED)
    for plan in [*pages_of(in_force), *picks(agent)]:
        assert plan.indexes == {"validation_in_force"}, plan
        assert plan.most <= 100, plan


def picks(actor: Actor) -> list[Plan]:
    """Return the plan of what the first page and the creation of a customer offer."""
    with asked() as statements:
        usable_ids(actor)
    return [Plan(each) for each in statements]


def test_what_one_customer_holds(agent: Actor) -> None:
    customer = Customer.objects.get(pk=own_customer(1))
    for plan in (
        plan_of(roots(shown(held_by(agent, customer), "held"))),
        plan_of(held_by(agent, customer)),
        plan_of(history_for(agent, customer)),
    ):
        assert not plan.read_whole, plan
        assert plan.most <= 500, plan


def test_the_creations_in_progress(agent: Actor) -> None:
    with asked() as statements:
        in_progress(agent)
    assert not Plan(statements[0]).read_whole


def test_what_is_due_is_found_without_looking_at_the_rest(agent: Actor) -> None:
    now = timezone.now()
    for rows, index in (
        (
            Relationship.objects.filter(state=RelationshipState.INVITED, expires_at__lte=now).order_by(
                "expires_at", "id"
            ),
            "requests_by_expiry",
        ),
        (
            ValidationId.objects.filter(state=ValidationState.ISSUED, expires_at__lte=now).order_by(
                "expires_at", "id"
            ),
            "validation_by_expiry",
        ),
    ):
        plan = plan_of(rows)
        assert plan.indexes == {index}, plan
        assert plan.most <= 1, plan
    renewals = Subscription.objects.filter(state__in=RUNNING, commitment_ends_at__lte=now)
    plan = plan_of(renewals.order_by("commitment_ends_at", "pk"))
    assert not plan.read_whole, plan
    assert plan.most <= 1, plan
