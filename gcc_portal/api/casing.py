"""Normalises addresses as clients write them: `/v1.0/`, doubled slashes, any casing, a trailing slash."""

import re
from collections.abc import Iterable

from django.http import QueryDict

ROOT = "/v1"
_VERSION = re.compile(r"/+v1(?:\.0)?(?=/|\Z)", re.IGNORECASE)
_words: dict[str, str] = {}
_names: dict[str, str] = {}


def register_spelling(path: str, names: Iterable[str]) -> None:
    """Register the spelling of the literal segments of a resource's path and of its query parameters."""
    _words.update({word.casefold(): word for word in path.split("/") if word and "{" not in word})
    _names.update({name.casefold(): name for name in names})


def api_path(path: str) -> str | None:
    """Return the normalised path, or None for a path outside the API."""
    version = _VERSION.match(path)
    if version is None:
        return None
    segments = [segment for segment in path[version.end() :].split("/") if segment]
    return "/".join([ROOT, *(_words.get(segment.casefold(), segment) for segment in segments)])


def api_query(sent: QueryDict) -> QueryDict:
    """Return the query with the parameters' names in their registered spelling."""
    spelled = QueryDict(mutable=True)
    for name, values in sent.lists():
        known = _names.get(name.casefold(), name)
        spelled.setlist(known, [*spelled.getlist(known), *values])
    return spelled
