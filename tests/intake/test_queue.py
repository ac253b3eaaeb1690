"""The queue's pages: through all forms there and back, and each question answered by an index among 100,000 forms."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from gcc_portal.intake.queue_page import queue_rows

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.intake.models import FormState, IntakeForm
from gcc_portal.intake.queue import counts, queue
from gcc_portal.web.seek import SeekPage
from gcc_portal.web.seek_keys import between

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


def page(actor: Actor, wanted: dict[str, Any], query: str = "") -> SeekPage:
    return between(queue(actor, wanted, NOW), QueryDict(query), 10)


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


def cursor(*place: object) -> str:
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "after",
    [
        "x", "é", "%00", "[" * 150, cursor(), cursor(0), cursor(0, 1), cursor(0, 1, 2), cursor(7, NOW.isoformat(), 1),
        cursor(-1, NOW.isoformat(), 1), cursor(True, NOW.isoformat(), 1), cursor(0, "2026-01-01", 1),
        cursor(0, NOW.isoformat(), -1), cursor(0, NOW.isoformat(), 2**70), cursor(0, NOW.isoformat(), "1"),
        cursor(0, NOW.isoformat(), NOW.isoformat()), cursor(0, "0001-01-01T00:00:00+12:00", 1), cursor(0, None, 1),
        cursor(0, "2026-01-01T00:00:00+23:59", 1),
        cursor(0, [], {}), cursor(0, "9999-12-31T23:59:59-12:00", 1), cursor(1, NOW.isoformat()), "1" * 4000,
    ],
)  # fmt: skip
def test_a_cursor_that_makes_no_sense_means_the_first_page(
    reviewer_actor: Actor, reviewer: User, after: str
) -> None:
    make(30, reviewer)
    first = [row.pk for row in page(reviewer_actor, {"state": "all"})]
    query = QueryDict(mutable=True)
    query["after"] = after
    assert [row.pk for row in between(queue(reviewer_actor, {"state": "all"}, NOW), query, 10)] == first


def test_past_the_end_there_is_a_way_back(reviewer_actor: Actor, reviewer: User) -> None:
    make(12, reviewer)
    shown = page(reviewer_actor, {}, f"whose=mine&after={cursor(0, '2030-01-01T00:00:00+00:00', 1)}")
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
    late = {row.organization for row in page(reviewer_actor, {"whose": "late", "state": "all"})}
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


def test_what_a_row_shows_is_escaped(reviewer_actor: Actor) -> None:
    IntakeForm.objects.create(
        kind="partner", state="submitted", submitted_at=NOW, respond_by=NOW, organization_name="<b>A & B</b>",
        contact_name='"><script>', error="ValueError: x", escalated_at=NOW,
    )  # fmt: skip
    rows = queue_rows(page(reviewer_actor, {}), NOW)
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;</a>" in rows
    assert "<script>" not in rows
    assert "Set aside" in rows
    assert "Unassigned" in rows
    assert queue_rows([], NOW) == ""


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
DEEP = f"after={cursor(0, (datetime.now(UTC) + timedelta(hours=14)).isoformat(), 5)}"


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
    questions: list[tuple[dict[str, Any], str, str]] = [
        ({}, "", "review_queue"),
        ({}, DEEP, "review_queue"),
        ({"kind": "partner"}, "", "review_queue_by_kind"),
        ({"kind": "partner"}, DEEP, "review_queue_by_kind"),
        ({"kind": "customer"}, DEEP, "review_queue"),
        ({"whose": "mine"}, "", "review_queue_by_reviewer"),
        ({"whose": "mine"}, DEEP, "review_queue_by_reviewer"),
        ({"whose": "unassigned"}, DEEP, "review_queue_by_reviewer"),
        ({"whose": "set_aside"}, "", "forms_set_aside"),
        ({"state": "in_review"}, "", "Index Scan"),
        ({"state": "declined"}, "", "forms_by_state"),
        ({"q": "f77"}, "", "form_by_email"),
        ({"q": "town of 1234"}, "", "form_by_organization"),
    ]
    now = timezone.now()
    for wanted, query, index in questions:
        with CaptureQueriesContext(connection) as captured:
            assert between(queue(reviewer_actor, wanted, now), QueryDict(query), 25) is not None
        [plan] = plans_of(captured)
        assert index in plan, f"{wanted} {query}\n{plan}"
        assert "Seq Scan on gcc_portal_intakeform" not in plan, f"{wanted}\n{plan}"


def test_the_counts_walk_indexes_and_stop(many: None, reviewer_actor: Actor) -> None:
    with CaptureQueriesContext(connection) as captured:
        found = counts(reviewer_actor, timezone.now())
    [plan] = plans_of(captured)
    assert plan.count("Limit") == 5  # what is late is counted in two parts
    assert "Seq Scan" not in plan
    for index in ("review_queue", "review_queue_by_reviewer", "forms_set_aside"):
        assert index in plan, plan
    assert {name: number.rows for name, number in found.items()} == {
        "waiting": 1001, "late": 1001, "mine": 101, "set_aside": 11,
    }  # fmt: skip
