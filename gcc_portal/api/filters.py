"""The `filter` of a query: URL-encoded JSON with a field, a value and an operator."""

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gcc_portal.api.errors import INPUT, ApiError
from gcc_portal.api.schema import clean_text, folded

FILTER_MAX = 2000  # characters


@dataclass(frozen=True)
class Filter:
    """One condition: field and operator without case and underscores, the value as it was sent."""

    field: str
    value: str
    operator: str


def read_filter(text: str, *, fields: dict[str, str], operators: tuple[str, ...]) -> Filter | None:
    """Return the condition with its field as `fields` maps it, or None for no filter.

    `fields` maps the names that clients send to the resource's own; names and `operators` are compared without case
    and underscores. Raises `ApiError` (400) for a filter that is not valid.
    """
    if not text.strip():
        return None
    try:
        if len(text) > FILTER_MAX:
            raise ValueError
        sent = clean_text(json.loads(text))
        plain = {folded(key): value for key, value in sent.items()}
        value, operator = plain["value"], folded(plain.get("operator") or operators[0])
        own_names = {folded(name): own for name, own in fields.items()}
        field = own_names[folded(plain["field"])]
        if not isinstance(value, str) or operator not in {folded(each) for each in operators}:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sentence = _('The filter is JSON such as {"Field": "%(field)s", "Value": "…", "Operator": "%(operator)s"}, '
                     "with one of the fields %(fields)s.")  # fmt: skip
        names = {"field": next(iter(fields)), "operator": operators[0], "fields": ", ".join(fields)}
        raise ApiError(INPUT, sentence % names) from None
    return Filter(field, value, operator)
