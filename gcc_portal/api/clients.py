"""Client libraries that need answers of their own: Microsoft's Java SDK and the Python client.

Everything that depends on the calling library is here; no other module asks which one calls.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.http import HttpRequest


class Family(Enum):
    """Client libraries that need answers of their own; all others are `OTHER`."""

    PYTHON = "partnercenterservices"
    JAVA = "java sdk"
    OTHER = ""


# The Java client's enums are closed: an unknown value makes it reject the whole page, so newer values are replaced.
JAVA_WORDS = {
    "pending": "none",
    "expired": "deleted",
    "disabled": "suspended",
    "triennial": "unknown",
    "state_owned_entity": "none",
}


@dataclass(frozen=True)
class Client:
    """The calling library, by its own headers."""

    family: Family = Family.OTHER
    name: str = ""

    @property
    def reads_password(self) -> bool:
        """Return whether a creation's answer may hold the password: the Python client expects an object there."""
        return self.family is not Family.PYTHON

    def address_verdict(self, verdict: Any) -> Any:
        """Return the answer to a valid address: the Java client needs a bare `true`."""
        return True if self.family is Family.JAVA else verdict

    def word(self, value: str) -> str:
        """Return the value of an enum as this client can read it."""
        return JAVA_WORDS.get(value, value) if self.family is Family.JAVA else value


def client_of(request: HttpRequest) -> Client:
    """Return the library that sent the request, by `MS-PartnerCenter-Client` and `User-Agent`."""
    named = request.headers.get("MS-PartnerCenter-Client", "")[:200]
    agent = request.headers.get("User-Agent", "")[:500]
    text = f"{named} {agent}".lower()
    family = next((each for each in (Family.PYTHON, Family.JAVA) if each.value in text), Family.OTHER)
    return Client(family, named or agent)
