"""Histories of objects: repeated refusals of one action share a line, so that they do not hide what was done."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import models

from gcc_portal.core.audit.api_clients import with_client_names
from gcc_portal.core.audit.models import AuditEntry


@dataclass(frozen=True)
class Line:
    """One line of a history: an entry, and older refusals of the same action to the same actor."""

    entry: Any
    earlier: list[Any] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return how many entries the line stands for."""
        return 1 + len(self.earlier)


def newest(entries: models.QuerySet[AuditEntry], count: int) -> models.QuerySet[AuditEntry]:
    """Return the newest of the entries, newest first: at most `count` that were done, and as many refusals.

    `entries` are those about some objects. One query.
    """
    # `id + 0` keeps PostgreSQL from reading the primary key backwards: for objects with few entries that is the whole
    # table.
    latest = (models.F("id") + 0).desc()
    done, refused = (
        entries.filter(refused=refused).order_by(latest).values("pk")[:count] for refused in (False, True)
    )
    # One set of keys by UNION: with two sets and OR, PostgreSQL reads the whole table as well.
    return AuditEntry.objects.filter(pk__in=done.union(refused)).order_by("-id")


def lines_of(entries: Iterable[Any]) -> list[Line]:
    """Return the lines of a history. Consecutive refusals of one action to one actor share a line."""
    lines = []
    for key, run in groupby(with_client_names(entries), key=_act):
        found = list(run)
        lines += [Line(found[0], found[1:])] if key is not None else [Line(each) for each in found]
    return lines


def _act(entry: Any) -> tuple[Any, ...] | None:
    """Return the action and actor of a refusal, by which lines are shared; None for an entry with its own line."""
    if not getattr(entry, "refused", False):
        return None
    shown = ("action_label", "actor_label", "application_name", "channel")
    return tuple(str(getattr(entry, name, "")) for name in shown)
