"""Histories of objects: many refusals of one act share a line, so that they do not bury what was done."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import models

from gcc_portal.core.audit.api_clients import with_client_names
from gcc_portal.core.audit.models import AuditEntry


@dataclass(frozen=True)
class Line:
    """One line of a history: an entry, and older refusals of the same act to the same actor."""

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
    # Not by `-id` itself: for it, PostgreSQL would read the whole audit backwards where the objects have few entries.
    latest = (models.F("id") + 0).desc()
    done, refused = (
        entries.filter(refused=refused).order_by(latest).values("pk")[:count] for refused in (False, True)
    )
    # One set of keys: with two and OR between them, PostgreSQL reads the whole audit as well.
    return AuditEntry.objects.filter(pk__in=done.union(refused)).order_by("-id")


def lines_of(entries: Iterable[Any]) -> list[Line]:
    """Return the lines of a history. Refusals of one act to one actor that follow each other share a line."""
    lines = []
    for key, run in groupby(with_client_names(entries), key=_act):
        found = list(run)
        lines += [Line(found[0], found[1:])] if key is not None else [Line(each) for each in found]
    return lines


def _act(entry: Any) -> tuple[Any, ...] | None:
    """Return what was refused to whom, or None for an entry that stands by itself."""
    if not getattr(entry, "refused", False):
        return None
    shown = ("action_label", "actor_label", "application_name", "channel")
    return tuple(str(getattr(entry, name, "")) for name in shown)
