"""Migration operations that run SQL files: triggers and functions, which models can't declare."""

from pathlib import Path

from django.db import migrations


def run_sql_file(folder: Path, name: str) -> migrations.RunSQL:
    """Return the operation that runs `NAME.sql` of the folder, and `NAME.undo.sql` when it is reversed."""
    forwards, backwards = (folder / f"{name}.sql", folder / f"{name}.undo.sql")
    return migrations.RunSQL(forwards.read_text(encoding="utf-8"), backwards.read_text(encoding="utf-8"))
