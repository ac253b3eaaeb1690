"""Input that is malicious or mistaken, and the input that completes a form."""

from typing import Any
from urllib.parse import quote_plus

from tests.customers.conftest import ACCOUNT

RAW = "RAW-BYTES-HERE"
# Bytes that are no UTF-8: a half of a surrogate pair, and what no encoding begins with.
BROKEN = "%ED%A0%80%FF%FE"
# Name -> typed text. No field that people type into may accept those in REFUSED.
TYPED = {
    "long": "x" * 10_000,
    "control": "a\x01b\x07c",
    "nul": "a\x00b",
    "broken": RAW,
    "emoji": "🙂👩‍👩‍👧 ok",
    "rtl": "שלום مرحبا",
    "bidi": "a\u202eb\u2066c",
    "digits": "9" * 400,
    "negative": "-1",
    "infinite": "1e309",
    "no day": "2026-13-45",
    "no choice": "no-such-choice",
    "markup": "<script>alert(1)</script>\"'&amp;",
}
REFUSED = ("long", "control", "nul", "bidi")
# In an address.
QUERY_VALUES = [
    "", "x" * 3000, "%01%07", BROKEN, "-1", "0", "9" * 30, "1e309", "NaN", "9999-12-31", "0001-01-01", "2026-13-45",
    "%F0%9F%99%82%E2%80%AE", "%27%20OR%201%3D1%20--", "%25_%5C", "eyJhIjoxfQ", "W1wiXHVkODAwXCIsXCJ4XCJd",
]  # fmt: skip

PASSWORD = "four-green-otters-swim"
SELF_CHECK = {"enrolled": "yes", "tenant_id": "", "criteria": ["government_contracts"], "go": "check"}
ADMINISTRATOR = {
    "first_name": "Ada", "last_name": "Reyes", "title": "Clerk", "email": "ada@town.gov", "tenant_id": "",
    "accept_relationship": "on",
    "accept_agreement": "on", "go": "accept",
}  # fmt: skip
# What makes a form complete that is empty at first. The rest is read from the page.
GOOD: dict[str, dict[str, Any]] = {
    "relationships:new": {
        "organization_name": "Town of Elm", "contact_name": "Ed Elm", "contact_email": "ed@elm.gov", "for_gcc": "yes",
    },
    "customers:create": {**ACCOUNT, "prefix": "freshprefix"},
    "customers:agreement": {
        "first_name": "Ada", "last_name": "Reyes", "email": "ada@county.gov", "phone": "", "agreed_on": "2026-03-01",
    },
    "customers:validation-id": {"reason": "Given in error."},
    "partners:agents": {"email": "someone.new@contoso.example", "role": "sales_agent"},
    "partners:application-new": {
        "name": "Night run", "kind": "app_user", "role": "sales_agent", "redirects": "https://a.example/in",
    },
    "partners:revoke": {"reason": "The contract has ended."},
    "partners:intake-start": SELF_CHECK,
    "partners:intake-sign": {"signatory_title": "Director", "accepted": "on"},
    "partners:invitation": {"name": "New Person", "password": PASSWORD, "password_again": PASSWORD},
    "eligibility:start": {"organization_name": "City of Elm", "contact_email": "clerk@elm.gov"},
    "eligibility:sign": {"signatory_title": "City Clerk", "accepted": "on"},
    "relationships:answer": ADMINISTRATOR,
    "review:decline": {"code": "", "text": "The evidence is of another organization."},
    "review:ask-information": {"points-0-field": "web_domain", "points-0-text": "Which one is yours?"},
}  # fmt: skip


def body(data: dict[str, Any]) -> str:
    """Return the data as a browser encodes it, with bytes that are no text where the mark stands."""
    pairs = [
        (name, value)
        for name, values in data.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    sent = "&".join(f"{quote_plus(name)}={quote_plus(str(value))}" for name, value in pairs)
    return sent.replace(RAW, BROKEN)
