"""The reviewers' queue. Its questions are written as SQL: each is one that an index answers, at 50,000 open forms.

The first page, a filter and page 400 cost the same; nothing is counted past what a page needs to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections, router

from gcc_portal.core.business_time import add_business_hours
from gcc_portal.core.people.actors import Actor
from gcc_portal.intake.models import WAITING_STATES, FormState, IntakeForm
from gcc_portal.web.seek import COUNTED_UP_TO, Counted
from gcc_portal.web.seek_keys import Stretch

WAITING, ALL = "waiting", "all"
MINE, UNASSIGNED, LATE, SET_ASIDE = "mine", "unassigned", "late", "set_aside"
# What a reviewer never sees: a draft is its writer's own until it is signed.
SEEN_STATES = [state for state in FormState if state != FormState.DRAFT]
DONE_STATES = [state for state in SEEN_STATES if state not in WAITING_STATES]
OWN_COUNTED_UP_TO = 100  # what one person holds

# The indexes of what waits hold for these very words.
WAITS = "f.state IN ('submitted', 'in_review')"
SIGNED = "f.submitted_at IS NOT NULL"
WHOSE = {
    MINE: "COALESCE(f.reviewer_id, 0) = %(me)s",
    UNASSIGNED: "COALESCE(f.reviewer_id, 0) = 0",
    LATE: f"{WAITS} AND (f.respond_by <= %(soon)s OR f.escalated_at IS NOT NULL)",
    SET_ASIDE: "f.error <> ''",
}
ORGANIZATION, EMAIL = 'UPPER(f.organization_name) COLLATE "C"', 'UPPER(f.contact_email) COLLATE "C"'
BEGINS = (
    f"(f.reference = UPPER(%(q)s) OR {ORGANIZATION} LIKE UPPER(%(like)s) OR {EMAIL} LIKE UPPER(%(like)s))"
)
HOLDS = """(f.reference = UPPER(%(q)s) OR UPPER(f.organization_name) LIKE UPPER(%(inside)s)
 OR UPPER(f.contact_email) LIKE UPPER(%(inside)s) OR UPPER(f.contact_name) LIKE UPPER(%(inside)s))"""
COLUMNS = """f.id, f.reference, f.kind, f.state, f.organization_name, f.contact_name, f.respond_by,
 f.escalated_at IS NOT NULL, f.error <> '', COALESCE(NULLIF(u.name, ''), u.email, '')"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A form as the queue shows it."""

    pk: int
    reference: str
    kind: str
    state: str
    organization: str
    contact: str
    respond_by: datetime | None
    escalated: bool
    set_aside: bool
    reviewer: str


def queue(actor: Actor, wanted: dict[str, Any], now: datetime) -> list[Stretch]:
    """Return the forms that the filters leave, of `Waiting`: those that wait, the earliest deadline first; then those
    that wait for nothing, newest first.

    `wanted` holds `kind`, `state` (a state, `waiting` or `all`), `whose`, `q` and `inside`; an empty one filters
    nothing.
    """
    state = wanted.get("state") or WAITING
    values = _values(actor, now) | {"kind": wanted.get("kind"), "state": state, "done": list(DONE_STATES)}
    narrow = _narrow(wanted, values)
    # A state is named beside WAITS, without which no index of what waits would be taken.
    one = [] if state in (WAITING, ALL) else ["f.state = %(state)s"]
    stretches = []
    if state in (WAITING, ALL, *WAITING_STATES):
        stretches.append(_stretch([WAITS, *one, *narrow], values, ("respond_by", "pk")))
    if state == ALL or state in DONE_STATES:
        # What was decided keeps the deadline that it had, and waits for nothing.
        done = one or ["f.state = ANY(%(done)s)"]
        stretches.append(_stretch([*done, *narrow], values, ("pk",), downwards=True))
    return stretches


def counts(actor: Actor, now: datetime) -> dict[str, Counted]:
    """Return how many forms wait, are late or about to be, are the actor's own, and were set aside; in one query."""
    # What is late, in two parts that share no form: each is read off its own index, and no row is visited.
    late = ("f.respond_by <= %(soon)s", "f.escalated_at IS NOT NULL AND f.respond_by > %(soon)s")
    asked = {WAITING: ("",), LATE: late, MINE: (WHOSE[MINE],), SET_ASIDE: (WHOSE[SET_ASIDE],)}
    numbers = ", ".join(
        " + ".join(_counting(part, _up_to(name) + 1) for part in parts) for name, parts in asked.items()
    )
    [found] = _asked(f"SELECT {numbers}", _values(actor, now))
    return {
        name: Counted(min(number, _up_to(name) + 1), _up_to(name))
        for name, number in zip(asked, found, strict=True)
    }


def _counting(also: str, most: int) -> str:
    # In their order, so that an index of what waits is walked, and not the table, however much of it was decided.
    return (
        f"(SELECT count(*) FROM (SELECT FROM gcc_portal_intakeform f WHERE {_all([WAITS, also])}"  # noqa: S608
        f" ORDER BY f.respond_by LIMIT {most}) counted)"
    )


def _up_to(name: str) -> int:
    return OWN_COUNTED_UP_TO if name == MINE else COUNTED_UP_TO


def _values(actor: Actor, now: datetime) -> dict[str, Any]:
    return {"me": actor.user_id, "soon": add_business_hours(now, settings.REVIEW_WARNING_HOURS)}


def _narrow(wanted: dict[str, Any], values: dict[str, Any]) -> list[str]:
    """Return the conditions of kind, whose and search, and write what they ask for to the values.

    A search is for a whole reference, or for how organizations and e-mail addresses begin, each answered by an index;
    `inside` looks for what names and addresses hold anywhere, which goes through all rows.
    """
    found = [SIGNED]
    if wanted.get("kind"):
        found.append("f.kind = %(kind)s")
    if whose := WHOSE.get(wanted.get("whose", "")):
        found.append(whose)
    if text := " ".join(wanted.get("q", "").split()):
        plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        values |= {"q": text, "like": f"{plain}%", "inside": f"%{plain}%"}
        found.append(HOLDS if wanted.get("inside") else BEGINS)
    return found


def _stretch(
    conditions: Sequence[str], values: dict[str, Any], keys: tuple[str, ...], *, downwards: bool = False
) -> Stretch:
    columns = [{"pk": "f.id"}.get(key, f"f.{key}") for key in keys]

    def fetch(place: Sequence[Any] | None, size: int, backwards: bool) -> list[Waiting]:
        down = downwards != backwards
        asked, given = list(conditions), values | {"size": size}
        if place is not None:
            # Compared as a row: the index is entered at the place, however many share the first column.
            given |= {f"place_{number}": value for number, value in enumerate(place)}
            at = ", ".join(f"%(place_{number})s" for number in range(len(place)))
            asked.append(f"({', '.join(columns)}) {'<' if down else '>'} ({at})")
        order = ", ".join(f"{column} DESC" if down else column for column in columns)
        rows = _asked(
            f"SELECT {COLUMNS} FROM gcc_portal_intakeform f"  # noqa: S608 - words of this file alone
            f" LEFT JOIN gcc_portal_user u ON u.id = f.reviewer_id"
            f" WHERE {_all(asked)} ORDER BY {order} LIMIT %(size)s",
            given,
        )
        return [Waiting(*row) for row in rows]

    return Stretch(keys, fetch)


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(filter(None, conditions))


def _asked(sql: str, values: dict[str, Any]) -> list[Any]:
    with connections[router.db_for_read(IntakeForm)].cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
