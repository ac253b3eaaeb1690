"""The clients in the field, and where one answer does not suit them all (section 4.4 of the API contract).

Nothing else in the API asks which program calls.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.http import HttpRequest


class Family(Enum):
    """Programs that need an answer of their own; all others are `OTHER`."""

    PYTHON = "partnercenterservices"
    JAVA = "java sdk"
    OTHER = ""


# Words that the Java client, whose enums are closed, has for newer ones; others break its whole page.
JAVA_WORDS = {
    "pending": "none",
    "expired": "deleted",
    "disabled": "suspended",
    "triennial": "unknown",
    "state_owned_entity": "none",
}


@dataclass(frozen=True)
class Client:
    """The program that calls, by what it says of itself."""

    family: Family = Family.OTHER
    name: str = ""

    @property
    def reads_password(self) -> bool:
        """Return whether the answer to a creation may hold the password: the Python client takes it for an object."""
        return self.family is not Family.PYTHON

    def address_verdict(self, verdict: Any) -> Any:
        """Return the answer to a valid address: the Java client needs the bare word `true`."""
        return True if self.family is Family.JAVA else verdict

    def word(self, value: str) -> str:
        """Return the value of an enum as this client knows it."""
        return JAVA_WORDS.get(value, value) if self.family is Family.JAVA else value


def client_of(request: HttpRequest) -> Client:
    """Return the program that sent the request, by `MS-PartnerCenter-Client` and `User-Agent`."""
    named = request.headers.get("MS-PartnerCenter-Client", "")[:200]
    agent = request.headers.get("User-Agent", "")[:500]
    said = f"{named} {agent}".lower()
    family = next((each for each in (Family.PYTHON, Family.JAVA) if each.value in said), Family.OTHER)
    return Client(family, named or agent)
