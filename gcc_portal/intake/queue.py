"""The reviewers' queue: its filters, its order and its figures. Each query is one that an index answers.

The first page, a filter and page 400 cost the same, also with 50,000 open forms.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Upper

from gcc_portal.core.business_time import add_business_hours
from gcc_portal.core.people.actors import Actor
from gcc_portal.intake.models import WAITING_STATES, FormState, IntakeForm, capitals
from gcc_portal.web.keyset import BoundedCount, OrderedRows, bounded_count

WAITING, ALL = "waiting", "all"
MINE, UNASSIGNED, LATE, SET_ASIDE = "mine", "unassigned", "late", "set_aside"
# A draft is its writer's own until it is signed.
SEEN_STATES = tuple(state for state in FormState if state != FormState.DRAFT)
DONE_STATES = tuple(state for state in SEEN_STATES if state not in WAITING_STATES)
OWN_COUNT_LIMIT = 100  # of forms that one reviewer holds
COLUMNS = (
    "reference", "kind", "state", "organization_name", "contact_name", "respond_by", "escalated_at", "error",
    "reviewer__name", "reviewer__email",
)  # fmt: skip


def signed_forms() -> QuerySet[IntakeForm]:
    """Return every form that was ever signed: what reviewers may see."""
    return IntakeForm.objects.filter(state__in=SEEN_STATES, submitted_at__isnull=False)


def queue(actor: Actor, params: dict[str, Any], now: datetime) -> list[OrderedRows]:
    """Return the forms that the filters leave: those that wait, the earliest deadline first; then the others, newest
    first. What was decided keeps the deadline that it had, and waits for nothing.

    `params` may hold `kind`, `state` (a state, `waiting` or `all`), `whose`, `q` and `inside`.
    """
    state = params.get("state") or WAITING
    rows = _filtered(signed_forms().select_related("reviewer").only(*COLUMNS), actor, params, now)
    if state not in (WAITING, ALL):
        rows = rows.filter(state=state)
    parts = []
    if state in (WAITING, ALL, *WAITING_STATES):
        # Named beside a single state, too: the indexes of the queue hold forms in these states.
        parts.append(OrderedRows(rows.filter(state__in=WAITING_STATES), ("respond_by", "pk")))
    if state == ALL:
        rows = rows.filter(state__in=DONE_STATES)
    if state == ALL or state in DONE_STATES:
        parts.append(OrderedRows(rows, ("-pk",)))
    return parts


def counts(actor: Actor, now: datetime) -> dict[str, BoundedCount]:
    """Return how many forms wait, are late or about to be, are the actor's own, and were set aside."""
    # In the order of an index of what waits, so that it is walked, and not the table.
    waiting = IntakeForm.objects.filter(state__in=WAITING_STATES).order_by("respond_by")
    soon = soon_at(now)
    # Two sets that share no form, each read off an index of its own.
    late = bounded_count(waiting.filter(respond_by__lte=soon))
    escalated = bounded_count(waiting.filter(escalated_at__isnull=False, respond_by__gt=soon))
    return {
        WAITING: bounded_count(waiting),
        LATE: BoundedCount(min(late.rows + escalated.rows, late.limit + 1)),
        MINE: bounded_count(_assigned_to(waiting, actor.user_id), OWN_COUNT_LIMIT),
        SET_ASIDE: bounded_count(waiting.exclude(error="")),
    }


def soon_at(now: datetime) -> datetime:
    """Return until when a deadline is one that is due soon."""
    return add_business_hours(now, settings.REVIEW_WARNING_HOURS)


def _filtered(
    rows: QuerySet[IntakeForm], actor: Actor, params: dict[str, Any], now: datetime
) -> QuerySet[IntakeForm]:
    if params.get("kind"):
        rows = rows.filter(kind=params["kind"])
    whose = params.get("whose")
    if whose == MINE:
        rows = _assigned_to(rows, actor.user_id)
    elif whose == UNASSIGNED:
        rows = _assigned_to(rows, 0)
    elif whose == LATE:
        late = Q(respond_by__lte=soon_at(now)) | Q(escalated_at__isnull=False)
        rows = rows.filter(late, state__in=WAITING_STATES)
    elif whose == SET_ASIDE:
        rows = rows.exclude(error="")
    if text := " ".join(params.get("q", "").split()):
        rows = _search(rows, text, inside=bool(params.get("inside")))
    return rows


def _assigned_to(rows: QuerySet[IntakeForm], user_id: int | None) -> QuerySet[IntakeForm]:
    """Return the forms of a reviewer, with 0 those of nobody: the expression of `review_queue_by_reviewer`."""
    reviewer = Coalesce("reviewer_id", 0, output_field=BigIntegerField())
    return rows.alias(assigned_to=reviewer).filter(assigned_to=user_id)


def _search(rows: QuerySet[IntakeForm], text: str, *, inside: bool) -> QuerySet[IntakeForm]:
    """Return the forms with this reference, or whose organization or e-mail address begins with the text.

    Each is answered by an index. `inside` finds the text anywhere in these and in the contact's name, which reads all
    rows.
    """
    found = Q(reference=text.upper())
    if inside:
        found |= Q(organization_name__icontains=text)
        found |= Q(contact_email__icontains=text) | Q(contact_name__icontains=text)
        return rows.filter(found)
    start = Upper(Value(text))
    rows = rows.alias(organization=capitals("organization_name"), email=capitals("contact_email"))
    return rows.filter(found | Q(organization__startswith=start) | Q(email__startswith=start))
