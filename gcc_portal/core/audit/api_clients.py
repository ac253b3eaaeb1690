"""Names of the API applications through which people acted, for showing audit entries.

Core stores an application's client id; the partners app registers how to name it.
"""

from collections.abc import Callable, Iterable
from typing import Any

NamesOf = Callable[[set[str]], dict[str, str]]
_sources: list[NamesOf] = []


def register_client_names(source: NamesOf) -> None:
    """Register `source(client_ids)`, which returns names by client id, with one query."""
    if source not in _sources:
        _sources.append(source)


def with_client_names(entries: Iterable[Any]) -> list[Any]:
    """Return the entries as a list, each with `application_name` where a user acted through an application.

    An app that acted for itself is the actor already, so its entry gets no second name. An unknown client id is shown
    as it is. One query for any number of entries, none if no application is among them.
    """
    listed = list(entries)
    ids = {_client_id(entry) for entry in listed} - {""}
    names: dict[str, str] = {}
    for source in _sources if ids else ():
        names |= source(ids)
    for entry in listed:
        if client_id := _client_id(entry):
            entry.application_name = names.get(client_id, client_id)
    return listed


def _client_id(entry: Any) -> str:
    """Return the client id of the application through which a user acted, or "".

    Timelines also hold rows that are no audit entries and have neither attribute.
    """
    return getattr(entry, "application_id", "") if getattr(entry, "user_id", None) else ""
