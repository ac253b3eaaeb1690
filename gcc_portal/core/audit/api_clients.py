"""The API applications by which entries came in: the ground knows their client IDs, their room the names."""

from collections.abc import Callable, Iterable
from typing import Any

Names = Callable[[set[str]], dict[str, str]]
_sources: list[Names] = []


def name_programs(source: Names) -> None:
    """Let an app name its programs: `source(client_ids)` returns the names that it knows, with one query."""
    if source not in _sources:
        _sources.append(source)


def with_programs(entries: Iterable[Any]) -> list[Any]:
    """Return the entries, each with `program`: the name of the application in a person's hands, or "".

    What a program did for itself has its name as the one who did it. One query for any number, none without an
    application among them. Whatever tells its story without applications may be among the entries.
    """
    found = list(entries)
    ids = {_program_of(each) for each in found} - {""}
    names: dict[str, str] = {}
    for source in _sources if ids else ():
        names |= source(ids)
    for each in found:
        if program := _program_of(each):
            each.program = names.get(program, program)
    return found


def _program_of(entry: Any) -> str:
    """Return the client ID of the application in a person's hands, or ""."""
    return getattr(entry, "application_id", "") if getattr(entry, "user_id", None) else ""
