"""Unit of work: collects in memory what one action or a batch of actions writes, and writes it in few statements.

A service for one object and a task for hundreds use the same functions: each adds to a `UnitOfWork` what it changes,
and the function that opened the transaction calls `write` once at its end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, models, transaction
from django.db.models.functions import Cast

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.enqueue import enqueue_once
from gcc_portal.core.mail.outbox import UnsentEmail, queue_emails

Fields = tuple[str, ...]
Model = type[models.Model]


@dataclass
class UnitOfWork:
    """Changed and new rows, audit entries, e-mails and tasks, each in the order in which they were added."""

    updated: dict[tuple[Model, Fields], list[models.Model]] = field(default_factory=dict)
    created: dict[Model, list[models.Model]] = field(default_factory=dict)
    entries: list[AuditEntry] = field(default_factory=list)
    emails: list[UnsentEmail] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)

    def update(self, row: models.Model, fields: Sequence[str], model: Model | None = None) -> None:
        """Write these fields of a locked row. `model` is for fields of a parent's table (multi-table inheritance)."""
        self.updated.setdefault((model or type(row), tuple(fields)), []).append(row)

    def create(self, *rows: models.Model) -> None:
        """Write new rows; they have their keys after `write`."""
        for row in rows:
            self.created.setdefault(type(row), []).append(row)

    def audit(self, *entries: AuditEntry) -> None:
        """Write audit entries."""
        self.entries += entries

    def email(self, unsent: Iterable[UnsentEmail]) -> None:
        """Write e-mails; they are sent after the commit."""
        self.emails += unsent

    def enqueue(self, task: str) -> None:
        """Start the task of this name after the commit, once for many commits (`enqueue_once`)."""
        if task not in self.tasks:
            self.tasks.append(task)

    def merge(self, other: "UnitOfWork") -> None:
        """Add what another unit collected, after what this one has."""
        for key, rows in other.updated.items():
            self.updated.setdefault(key, []).extend(rows)
        for made in other.created.values():
            self.create(*made)
        self.entries += other.entries
        self.emails += other.emails
        for task in other.tasks:
            self.enqueue(task)

    def write(self) -> None:
        """Write all of it in the running transaction. Raises `DatabaseError` when a changed row is gone."""
        for (model, fields), rows in self.updated.items():
            _update(model, fields, rows)
        for model, rows in self.created.items():
            model._default_manager.bulk_create(rows)
        AuditEntry.objects.bulk_create(self.entries)
        queue_emails(self.emails)
        for task in self.tasks:
            # `robust`: a broker that is down must not fail a committed action; beat's next run does the work.
            transaction.on_commit(lambda name=task: enqueue_once(name), robust=True)  # type: ignore[misc]


def _update(model: Model, fields: Fields, rows: Sequence[models.Model]) -> None:
    """Write the fields of these rows in one statement: constraints between fields hold at every moment.

    As `bulk_update`, but a value that all rows share is written without a CASE branch for each row, in half the time.
    """
    if len(rows) == 1 and type(rows[0]) is model:
        rows[0].save(update_fields=fields)
        return
    changes: dict[str, Any] = {}
    for name in fields:
        column: Any = model._meta.get_field(name)
        values = [getattr(row, column.attname) for row in rows]
        if all(value == values[0] for value in values):
            changes[column.attname] = values[0]
        else:
            branches = [
                models.When(pk=row.pk, then=models.Value(value, output_field=column))
                for row, value in zip(rows, values, strict=True)
            ]
            changes[column.attname] = Cast(models.Case(*branches, output_field=column), output_field=column)
    written = model._default_manager.filter(pk__in=[row.pk for row in rows]).update(**changes)
    if written != len(rows):
        raise DatabaseError(f"{len(rows) - written} of {len(rows)} rows are gone")
