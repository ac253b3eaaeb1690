"""The other lists and the sweeps find their rows by an index, too."""

from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from bench.data import own_customer
from customers.models import Customer, Relationship, RelationshipState, ValidationId, ValidationState
from customers.queries import relationships as requests
from customers.queries.account import history_for
from customers.queries.creations import in_progress
from customers.queries.validation import visible_validation_ids
from gcc_portal.audit.models import AuditEntry
from gcc_portal.audit.search import AuditFilter, narrowed, visible_entries
from gcc_portal.people.actors import Actor
from gcc_portal.seek import seek
from orders.models import Subscription
from orders.models.subscription import RUNNING
from orders.queries.orders import filtered, orders_for
from orders.queries.subscriptions import held_by, roots, shown
from tests.plans.rows import Plan, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
PAGE = 50


def plan_of(rows: QuerySet[Any], count: int = PAGE) -> Plan:
    """Return the plan of a page of the rows."""
    with asked() as statements:
        list(rows[:count])
    return Plan(statements[0])


def audit_page(actor: Actor, **wanted: str) -> Plan:
    """Return the plan of a page of the audit list that is narrowed so."""
    entries = narrowed(visible_entries(actor), AuditFilter(wanted))
    with asked() as statements:
        seek(entries, QueryDict(f"before={wanted['before']}" if "before" in wanted else ""), PAGE)
    return Plan(statements[0])


def test_the_audit_of_a_partner(agent: Actor) -> None:
    middle = str(AuditEntry.objects.order_by("id")[50_000].pk)
    for wanted in ({}, {"before": middle}, {"door": "page"}, {"outcome": "done"}):
        plan = audit_page(agent, **wanted)
        assert plan.indexes == {"audit_of_partner"}, plan
        assert plan.most <= 100, plan


def test_the_audit_of_all(reader: Actor) -> None:
    for wanted in ({}, {"door": "page"}, {"outcome": "done"}):
        plan = audit_page(reader, **wanted)
        assert plan.indexes == {"gcc_portal_auditentry_pkey"}, plan
        assert plan.most <= 100, plan


def test_refusals_are_found_by_an_index_of_their_own(agent: Actor, reader: Actor) -> None:
    for actor, index in ((agent, "audit_refused_partner"), (reader, "audit_refused")):
        plan = audit_page(actor, outcome="refused")
        assert plan.indexes == {index}, plan
        assert plan.most <= PAGE + 1, plan


def test_the_orders_of_a_partner(agent: Actor) -> None:
    plan = plan_of(orders_for(agent))
    assert "orders_of_partner" in plan.indexes, plan
    assert plan.most <= 100, plan
    completed = plan_of(filtered(orders_for(agent), {"state": "completed"}))
    assert "orders_of_partner" in completed.indexes, completed
    assert completed.most <= 100, completed


def test_the_requests_of_a_partner(agent: Actor) -> None:
    plan = plan_of(requests.requests_for(agent))
    assert "requests_of_partner" in plan.indexes, plan
    assert plan.most <= 100, plan
    open_ones = requests.narrowed(requests.requests_for(agent), state=RelationshipState.INVITED)
    assert not plan_of(open_ones).read_whole


def test_the_validation_ids(agent: Actor, reader: Actor) -> None:
    for actor, index in ((agent, "validation_of_partner"), (reader, "validation_by_age")):
        plan = plan_of(visible_validation_ids(actor).order_by("-issued_at", "-id"))
        assert plan.indexes == {index}, plan
        assert plan.most <= 100, plan


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
