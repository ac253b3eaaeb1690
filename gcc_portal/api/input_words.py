"""Validation errors as sentences for API users: pydantic's own are written for the schema's author."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Context = dict[str, Any]
_QUOTED = re.compile(r"'([^']*)'")


def sentence_for(error: Context) -> str:
    """Return the sentence for a pydantic error: what to send instead. Sentences of the portal's validators stay."""
    make = _SENTENCES.get(str(error["type"]))
    if make is not None:
        return make(error.get("ctx") or {})
    return f"{str(error['msg']).removeprefix('Value error, ').removesuffix('.')}."


def _too_short(context: Context) -> str:
    count = int(context["min_length"])
    return ngettext("Send at least %(n)s character.", "Send at least %(n)s characters.", count) % {"n": count}


def _too_long(context: Context) -> str:
    count = int(context["max_length"])
    return ngettext("Send at most %(n)s character.", "Send at most %(n)s characters.", count) % {"n": count}


def _too_few(context: Context) -> str:
    count = int(context["min_length"])
    return ngettext("Send at least %(n)s item.", "Send at least %(n)s items.", count) % {"n": count}


def _too_many(context: Context) -> str:
    count = int(context["max_length"])
    return ngettext("Send at most %(n)s item.", "Send at most %(n)s items.", count) % {"n": count}


def _allowed(context: Context) -> str:
    expected = str(context["expected"])
    words = _QUOTED.findall(expected) or [expected]
    if len(words) == 1:
        return _("Send %(word)s.") % {"word": words[0]}
    return _("Send one of: %(words)s.") % {"words": ", ".join(words)}


def _at_least(context: Context) -> str:
    return _("Send %(n)s or more.") % {"n": context["ge"]}


def _at_most(context: Context) -> str:
    return _("Send %(n)s or less.") % {"n": context["le"]}


def _form(context: Context) -> str:
    sentence = PATTERNS.get(str(context["pattern"]))
    return (
        sentence() if sentence else _("Send it in this form: %(pattern)s") % {"pattern": context["pattern"]}
    )


def _missing(_context: Context) -> str:
    return _("This is missing. Send it.")


def _text(_context: Context) -> str:
    return _("Send a text, in quotes.")


def _whole(_context: Context) -> str:
    return _("Send a whole number.")


def _number(_context: Context) -> str:
    return _("Send a number.")


def _yes_or_no(_context: Context) -> str:
    return _("Send true or false.")


def _guid(_context: Context) -> str:
    return _("Send a GUID, such as 7d3f1c9e-0b5a-4a2e-9c41-2f6e8a5d0b13.")


def _moment(_context: Context) -> str:
    return _("Send a date and time, such as 2026-03-01T00:00:00Z.")


def _object(_context: Context) -> str:
    return _("Send a JSON object with named members: {…}.")


def _list(_context: Context) -> str:
    return _("Send a JSON list: […].")


def _extra(_context: Context) -> str:
    return _("There is no such member. Leave it out.")


# By the schema's pattern.
PATTERNS: dict[str, Callable[[], str]] = {
    "^[A-Za-z]{2}$": lambda: _("Send two letters, such as US."),
    "^[A-Za-z]{3}$": lambda: _("Send three letters, such as USD."),
    "^[A-Za-z]{2}-[A-Za-z]{2}$": lambda: _("Send language and country, such as en-US."),
    "^[A-Za-z]{2}(-[A-Za-z]{2})?$": lambda: _("Send a language, such as en or en-US."),
}
_SENTENCES: dict[str, Callable[[Context], str]] = {
    "missing": _missing,
    "string_type": _text,
    "string_unicode": _text,
    "string_too_short": _too_short,
    "string_too_long": _too_long,
    "string_pattern_mismatch": _form,
    "literal_error": _allowed,
    "enum": _allowed,
    "greater_than_equal": _at_least,
    "less_than_equal": _at_most,
    "too_short": _too_few,
    "too_long": _too_many,
    "extra_forbidden": _extra,
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), _whole),
    **dict.fromkeys(
        ("float_type", "float_parsing", "decimal_type", "decimal_parsing", "finite_number"), _number
    ),
    **dict.fromkeys(("bool_type", "bool_parsing"), _yes_or_no),
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), _guid),
    **dict.fromkeys(
        (
            "datetime_type",
            "datetime_parsing",
            "datetime_from_date_parsing",
            "datetime_object_invalid",
            "date_type",
            "date_parsing",
            "date_from_datetime_parsing",
            "timezone_aware",
        ),
        _moment,
    ),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type", "mapping_type"), _object),
    **dict.fromkeys(("list_type", "tuple_type", "iterable_type"), _list),
}
