"""Checks US addresses, phone numbers and domain prefixes, as Partner Center does for a new customer."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gcc_portal.core.text import text_problem
from gcc_portal.identity.us_states import TERRITORIES, US_STATES
from gcc_portal.identity.zip_codes import states_of_zip

COUNTRY = "US"
ADDRESS_LINE_MAX = 200
CITY_MAX = 100
PHONE_MAX = 20

POSTAL_CODE = re.compile(r"\d{5}(-\d{4})?", re.ASCII)
PHONE = re.compile(r"(1[\-\/\.]?)?(\((\d{3})\)|(\d{3}))[\-\/\.]?(\d{3})[\-\/\.]?(\d{4})", re.ASCII)
PREFIX = re.compile(r"[a-z][a-z0-9]*", re.ASCII | re.IGNORECASE)

MISSING = {
    "address_line1": gettext_lazy("Enter the street address."),
    "city": gettext_lazy("Enter the city."),
    "state": gettext_lazy("Choose the state."),
    "postal_code": gettext_lazy("Enter the ZIP code."),
}
NO_SUCH_STATE = gettext_lazy("Choose one of the 50 states or DC. Territories can't be used in this address.")


def address_problems(address: Mapping[str, Any], *, territories: bool = False) -> dict[str, str]:
    """Return a sentence by field for each problem of a US address; {} when there is none.

    Reads address_line1, address_line2, city, state, postal_code, and where given phone and country. A missing key
    counts as empty. `territories` also accepts the five territories, which are eligible (C2).
    """
    state = _value(address, "state")
    wrong_state = state_problem(state, territories=territories)
    found = {
        "address_line1": _required_problem(address, "address_line1", ADDRESS_LINE_MAX),
        "address_line2": _line_problem(_value(address, "address_line2"), ADDRESS_LINE_MAX),
        "city": _required_problem(address, "city", CITY_MAX),
        "state": wrong_state,
        # With a wrong state, the ZIP code is not compared with it: one mistake gives one message.
        "postal_code": postal_code_problem(_value(address, "postal_code"), "" if wrong_state else state),
        "phone": phone_problem(_value(address, "phone")),
        "country": _country_problem(_value(address, "country")),
    }
    return {field: problem for field, problem in found.items() if problem is not None}


def state_problem(state: str, *, territories: bool = False) -> str | None:
    """Return why `state` is not one of the 51 two-letter codes (or of the five territories), or None."""
    if not state:
        return str(MISSING["state"])
    known = state in US_STATES or (territories and state in TERRITORIES)
    return None if known else str(NO_SUCH_STATE)


def postal_code_problem(postal_code: str, state: str) -> str | None:
    """Return why the ZIP code is not well formed or not in `state`, or None."""
    if not postal_code:
        return str(MISSING["postal_code"])
    if not POSTAL_CODE.fullmatch(postal_code):
        return _("Enter a ZIP code of five digits, such as 98402, or of nine, such as 98402-1234.")
    zip_states = states_of_zip(postal_code)
    if not zip_states:
        return _("ZIP %(zip)s does not exist. Check the digits.") % {"zip": postal_code}
    if state and state not in zip_states:
        values = {"zip": postal_code, "found": _(" or ").join(zip_states), "state": state}
        return _("ZIP %(zip)s is in %(found)s, not %(state)s.") % values
    return None


def phone_problem(phone: str) -> str | None:
    """Return why the service would refuse the phone number, or None. An empty one is fine."""
    if not phone or PHONE.fullmatch(phone):
        return None
    return _(
        "Enter ten digits, with an optional 1 before them, such as 206-555-0123. "
        "Only hyphens, slashes, periods and brackets may stand between: no blanks and no plus sign."
    )


def domain_prefix_problem(prefix: str) -> str | None:
    """Return why `prefix` can't stand before `.onmicrosoft.com`, or None.

    Letters and digits, a letter first, at most DOMAIN_PREFIX_MAX characters (27 in the real service).
    """
    longest: int = settings.DOMAIN_PREFIX_MAX
    if not prefix:
        return _("Enter the first part of the domain.")
    if not PREFIX.fullmatch(prefix):
        return _("Use only letters (a to z) and digits, and begin with a letter.")
    if len(prefix) > longest:
        return _("Use at most %(longest)d characters; these are %(count)d.") % {
            "longest": longest,
            "count": len(prefix),
        }
    return None


def _value(address: Mapping[str, Any], field: str) -> str:
    value = address.get(field)
    return value if isinstance(value, str) and value.strip() else ""


def _required_problem(address: Mapping[str, Any], field: str, longest: int) -> str | None:
    value = _value(address, field)
    return _line_problem(value, longest) if value else str(MISSING[field])


def _line_problem(value: str, longest: int) -> str | None:
    if len(value) <= longest:
        return text_problem(value)
    return _("Use at most %(longest)d characters; these are %(count)d.") % {
        "longest": longest,
        "count": len(value),
    }


def _country_problem(country: str) -> str | None:
    return None if country in {"", COUNTRY} else _("The address must be in the United States (US).")
