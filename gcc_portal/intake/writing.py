"""What one answer or many write: collected in memory, then written in a number of statements that does not grow."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import models

from gcc_portal.audit.models import AuditEntry
from gcc_portal.mail.outbox import Draft, post
from gcc_portal.rows import insert_rows, update_rows

Fields = tuple[str, ...]


@dataclass
class Writing:
    """Rows that are changed and made, audit entries and mails, each in the order in which they came about."""

    changed: dict[tuple[type[models.Model], Fields], list[models.Model]] = field(default_factory=dict)
    made: dict[type[models.Model], list[models.Model]] = field(default_factory=dict)
    entries: list[AuditEntry] = field(default_factory=list)
    mails: list[Draft] = field(default_factory=list)

    def change(self, model: type[models.Model], row: models.Model, fields: Fields) -> None:
        """Write these fields of a row; `model` is whose table they stand in."""
        self.changed.setdefault((model, fields), []).append(row)

    def make(self, model: type[models.Model], rows: Iterable[models.Model]) -> None:
        """Write new rows."""
        self.made.setdefault(model, []).extend(rows)

    def take_in(self, other: "Writing") -> None:
        """Add what another collected, after one's own."""
        for (model, fields), rows in other.changed.items():
            self.changed.setdefault((model, fields), []).extend(rows)
        for made, rows in other.made.items():
            self.make(made, rows)
        self.entries += other.entries
        self.mails += other.mails

    def write(self) -> None:
        """Write all of it in the running transaction; mails are sent after the commit."""
        for (model, fields), rows in self.changed.items():
            update_rows(model, rows, fields)
        for made, rows in self.made.items():
            insert_rows(made, rows)
        insert_rows(AuditEntry, self.entries)
        post(self.mails)
