"""Addresses of pages, made from their names without asking Django's resolver each time.

`reverse` tries every pattern of a name with a regular expression; a list of 25 rows asks it 25 times for addresses that
differ in one part. Here a name is asked for once with a stand-in for that part.
"""

import re
from typing import Any
from uuid import UUID

from django.core.signals import setting_changed
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

# A stand-in is a value that the resolver takes and that stands nowhere else in an address.
UUID_STAND_IN = UUID("5ca1ab1e-0000-4000-8000-00000000feed")
NUMBER_STAND_IN = 777_000_777_000
WORD_STAND_IN = "Stand-in_0for1a-word"
WORD = re.compile(r"[A-Za-z0-9_-]{1,100}")

Key = tuple[str, type | None, str, str | None]
_parts: dict[Key, tuple[str, str] | None] = {}


def address_of(name: str, *args: Any) -> str:
    """Return what `reverse(name, args=args)` returns. Raises `NoReverseMatch` as it does."""
    if len(args) > 1:
        return reverse(name, args=args)
    key: Key
    if not args:
        key = (name, None, get_script_prefix(), get_urlconf())
        if key not in _parts:
            _parts[key] = reverse(name), ""
    else:
        stand_in = _stand_in(args[0])
        if stand_in is None:
            return reverse(name, args=args)
        key = (name, type(stand_in), get_script_prefix(), get_urlconf())
        if key not in _parts:
            _parts[key] = _split(name, stand_in)
    parts = _parts[key]
    if parts is None:
        return reverse(name, args=args)
    return f"{parts[0]}{args[0] if args else ''}{parts[1]}"


def _stand_in(value: Any) -> UUID | int | str | None:
    """Return a stand-in that patterns take where they take this value, or None for a value of another shape."""
    kind = type(value)
    if kind is UUID:
        return UUID_STAND_IN
    if kind is int and value >= 0:
        return NUMBER_STAND_IN
    if kind is str and WORD.fullmatch(value):
        return WORD_STAND_IN
    return None


def _split(name: str, stand_in: UUID | int | str) -> tuple[str, str] | None:
    """Return what stands before and after the one part of an address; None where that can't be told."""
    try:
        before, found, after = reverse(name, args=[stand_in]).partition(str(stand_in))
    except NoReverseMatch:
        return None
    return (before, after) if found and str(stand_in) not in after else None


def _forget(**_: Any) -> None:
    _parts.clear()


# Settings change in tests alone.
setting_changed.connect(_forget, dispatch_uid="gcc_portal.web.addresses")
