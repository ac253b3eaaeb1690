"""The queue's pages: through all forms there and back, and each question answered by an index among 100,000 forms."""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.intake.models import FormState, IntakeForm
from gcc_portal.intake.queue import counts, queue
from gcc_portal.web.keyset import KeysetPage, OrderedRows, cursor_text, page_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


def make(count: int, reviewer: User) -> None:
    """Write forms of all states but drafts; many share a deadline."""
    states = [state for state in FormState if state != FormState.DRAFT]
    IntakeForm.objects.bulk_create(
        IntakeForm(
            kind="partner" if number % 3 else "customer",
            state=states[number % len(states)],
            reviewer=reviewer if number % 5 == 0 else None,
            organization_name=f"Town {number}",
            submitted_at=NOW,
            respond_by=NOW + timedelta(hours=number % 7),
        )
        for number in range(count)
    )
    IntakeForm.objects.bulk_create(
        IntakeForm(kind="partner", state="draft", organization_name="Draft") for _ in "ab"
    )


def page(actor: Actor, wanted: dict[str, Any], query: str = "") -> KeysetPage:
    return page_of(QueryDict(query), 10, *queue(actor, wanted, NOW))


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"state": "all"},
        {"state": "in_review"},
        {"state": "declined"},
        {"state": "all", "kind": "customer"},
        {"whose": "mine"},
        {"state": "all", "whose": "unassigned"},
        {"state": "all", "q": "town 1"},
        {"q": "own 1", "inside": True},
    ],
)
def test_the_pages_go_through_all_forms_there_and_back(
    reviewer_actor: Actor, reviewer: User, wanted: dict[str, Any]
) -> None:
    make(120, reviewer)
    rows = IntakeForm.objects.exclude(state="draft")
    state = wanted.get("state", "waiting")
    waiting = [FormState.SUBMITTED, FormState.IN_REVIEW]
    if state == "waiting":
        rows = rows.filter(state__in=waiting)
    elif state != "all":
        rows = rows.filter(state=state)
    if "kind" in wanted:
        rows = rows.filter(kind=wanted["kind"])
    if "whose" in wanted:
        rows = rows.filter(reviewer=reviewer if wanted["whose"] == "mine" else None)
    if "q" in wanted:
        rows = rows.filter(organization_name__icontains=wanted["q"])
    first = [form.pk for form in rows.filter(state__in=waiting).order_by("respond_by", "pk")]
    expected = first + [form.pk for form in rows.exclude(state__in=waiting).order_by("-pk")]
    there, query = [], ""
    while True:
        shown = page(reviewer_actor, wanted, query)
        there.append([row.pk for row in shown])
        if not shown.has_next:
            break
        query = shown.next_url[1:]
    assert [pk for part in there for pk in part] == expected
    assert len(expected) > 5
    back = []
    while shown.has_previous:
        shown = page(reviewer_actor, wanted, shown.previous_url[1:])
        back.append([row.pk for row in shown])
    assert back[::-1] == there[:-1]


def cursor(parts: list[OrderedRows], number: int, *values: Any) -> str:
    """Return the cursor of a row of a part of the queue, as a link carries it."""
    return cursor_text(parts, (number, list(values)))


def unsigned(*values: object) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "after",
    [
        "x", "é", "%00", ":", "::", "[" * 150, unsigned(), unsigned(0, NOW.isoformat(), 1),
        f"{unsigned(0, [NOW.isoformat(), 1])}:1vQ:abc", "1" * 4000,
    ],
)  # fmt: skip
def test_a_cursor_that_makes_no_sense_means_the_first_page(
    reviewer_actor: Actor, reviewer: User, after: str
) -> None:
    make(30, reviewer)
    assert_first_page(reviewer_actor, after)


def test_a_cursor_of_another_list_or_one_that_was_altered_means_the_first_page(
    reviewer_actor: Actor, reviewer: User
) -> None:
    make(30, reviewer)
    own = cursor(queue(reviewer_actor, {"state": "all"}, NOW), 0, NOW.isoformat(), 10)
    for after in (
        cursor(queue(reviewer_actor, {}, NOW), 0, NOW.isoformat(), 1),
        cursor(queue(reviewer_actor, {"state": "declined"}, NOW), 0, 1),
        cursor([OrderedRows(User.objects.all(), ("-pk",))], 0, 1),
        own[:-1],
        own[1:],
        f"{own}x",
        own.swapcase(),
    ):
        assert_first_page(reviewer_actor, after)
    with pytest.raises(AssertionError):
        assert_first_page(reviewer_actor, own)


def assert_first_page(actor: Actor, after: str) -> None:
    query = QueryDict(mutable=True)
    query["after"] = after
    shown = page_of(query, 10, *queue(actor, {"state": "all"}, NOW))
    assert [row.pk for row in shown] == [row.pk for row in page(actor, {"state": "all"})]
    assert not shown.has_previous


def test_past_the_end_there_is_a_way_back(reviewer_actor: Actor, reviewer: User) -> None:
    make(12, reviewer)
    shown = page(
        reviewer_actor,
        {},
        f"whose=mine&after={cursor(queue(reviewer_actor, {}, NOW), 0, '2030-01-01T00:00:00+00:00', 1)}",
    )
    assert not shown.object_list
    assert shown.previous_url == "?whose=mine"


def test_what_is_late_is_what_is_due_soon_or_was_escalated(reviewer_actor: Actor) -> None:
    def form(name: str, hours: float, **more: Any) -> IntakeForm:
        due = NOW + timedelta(hours=hours)
        made = {"kind": "partner", "state": "submitted", "submitted_at": NOW, "respond_by": due, **more}
        return IntakeForm.objects.create(organization_name=name, **made)

    form("overdue", -1)
    form("soon", 0.5)
    form("far", 24 * 20)
    form("escalated", 24 * 20, escalated_at=NOW)
    form("decided", -1, state="approved")
    form("aside", 24 * 20, error="ValueError: x")
    late = {row.organization_name for row in page(reviewer_actor, {"whose": "late", "state": "all"})}
    assert late == {"overdue", "soon", "escalated"}
    found = counts(reviewer_actor, NOW)
    assert {name: number.rows for name, number in found.items()} == {
        "waiting": 5, "late": 3, "mine": 0, "set_aside": 1,
    }  # fmt: skip
    assert not found["mine"]


def test_numbers_are_said_as_far_as_they_are_counted(reviewer_actor: Actor, reviewer: User) -> None:
    due = {"submitted_at": NOW, "respond_by": NOW + timedelta(days=30)}
    IntakeForm.objects.bulk_create(
        IntakeForm(kind="partner", state="submitted", **due) for _number in range(1000)
    )
    assert str(counts(reviewer_actor, NOW)["waiting"]) == "1,000"
    IntakeForm.objects.create(kind="partner", state="in_review", reviewer=reviewer, **due)
    found = counts(reviewer_actor, NOW)
    assert (str(found["waiting"]), str(found["mine"]), str(found["late"])) == ("1,000+", "1", "0")


def test_what_a_row_shows_is_escaped(reviewer: User, client_of: Callable[[User], Client]) -> None:
    IntakeForm.objects.create(
        kind="partner", state="submitted", submitted_at=NOW, respond_by=NOW, organization_name="<b>A & B</b>",
        contact_name='"><script>alert', error="ValueError: x", escalated_at=NOW,
    )  # fmt: skip
    rows = client_of(reviewer).get(reverse("review:queue")).content.decode()
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;</a>" in rows
    assert "<script>alert" not in rows
    assert "Set aside" in rows
    assert "Unassigned" in rows


MANY = """
INSERT INTO gcc_portal_intakeform (kind, reference, state, answers, revision, organization_name, contact_name,
    contact_email, created_at, submitted_at, respond_by, reviewer_id, escalated_at, decision_code, decision_text, error)
SELECT CASE WHEN n %% 500 = 0 THEN 'partner' ELSE 'customer' END, 'F' || n,
    CASE WHEN n <= 20 THEN 'declined' WHEN n > 100000 THEN 'approved'
    WHEN n %% 200 = 0 THEN 'in_review' ELSE 'submitted' END, '{}'::jsonb, 1,
    'Town of ' || md5(n::text), 'Robin', md5(n::text) || '@town.example', now(), now(),
    now() + (n * 7919 %% 100000) * interval '1 second', CASE WHEN n %% 400 = 0 OR n > 100000 THEN %s::bigint END,
    CASE WHEN n %% 5000 = 0 THEN now() END, '', '', CASE WHEN n %% 9000 = 0 THEN 'ValueError: x' ELSE '' END
FROM generate_series(1, 105000) AS n
"""


def plans_of(captured: CaptureQueriesContext) -> list[str]:
    """Return the plan of each statement that was sent."""
    plans = []
    with connection.cursor() as asked:
        for sent in captured.captured_queries:
            asked.execute("EXPLAIN " + sent["sql"].replace("%", "%%"), ())
            plans.append("\n".join(line for (line,) in asked.fetchall()))
    return plans


@pytest.fixture
def many(db: None, reviewer: User) -> None:
    """100,000 forms that wait, and some that do not; few are of one kind, taken, late or set aside."""
    with connection.cursor() as asked:
        asked.execute(MANY, [reviewer.pk])
        asked.execute("ANALYZE gcc_portal_intakeform")


def test_each_question_is_answered_by_an_index_among_100_000_forms(many: None, reviewer_actor: Actor) -> None:
    questions: list[tuple[dict[str, Any], bool, str]] = [
        ({}, False, "review_queue"),
        ({}, True, "review_queue"),
        ({"kind": "partner"}, False, "review_queue_by_kind"),
        ({"kind": "partner"}, True, "review_queue_by_kind"),
        ({"kind": "customer"}, True, "review_queue"),
        ({"whose": "mine"}, False, "review_queue_by_reviewer"),
        ({"whose": "mine"}, True, "review_queue_by_reviewer"),
        ({"whose": "unassigned"}, True, "review_queue_by_reviewer"),
        ({"whose": "set_aside"}, False, "forms_set_aside"),
        ({"state": "in_review"}, False, "Index Scan"),
        ({"state": "declined"}, False, "forms_by_state"),
        ({"q": "f77"}, False, "form_by_email"),
        ({"q": "town of 1234"}, False, "form_by_organization"),
    ]
    now = timezone.now()
    for params, deep, index in questions:
        parts = queue(reviewer_actor, params, now)
        query = f"after={cursor(parts, 0, (now + timedelta(hours=14)).isoformat(), 5)}" if deep else ""
        with CaptureQueriesContext(connection) as captured:
            assert page_of(QueryDict(query), 25, *parts) is not None
        [plan] = plans_of(captured)
        assert index in plan, f"{params} {query}\n{plan}"
        assert "Seq Scan on gcc_portal_intakeform" not in plan, f"{params}\n{plan}"


def test_the_counts_walk_indexes_and_stop(many: None, reviewer_actor: Actor) -> None:
    with CaptureQueriesContext(connection) as captured:
        found = counts(reviewer_actor, timezone.now())
    plans = plans_of(captured)
    # What is late is counted in two parts.
    indexes = [
        "review_queue", "review_queue_escalated", "review_queue", "review_queue_by_reviewer", "forms_set_aside"
    ]  # fmt: skip
    for plan, index in zip(plans, indexes, strict=True):
        assert re.search(rf"(using|on) {index} ", plan), plan
        assert "Limit" in plan
    assert {name: number.rows for name, number in found.items()} == {
        "waiting": 1001, "late": 1001, "mine": 101, "set_aside": 11,
    }  # fmt: skip
