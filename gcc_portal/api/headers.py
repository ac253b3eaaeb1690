"""The headers that the API reads and answers, for the schema. `call.py` reads them, `middleware.py` answers them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Said:
    """A header: its name, the name of its component in the schema, and what it is for."""

    name: str
    component: str
    description: str
    form: str = ""  # of the text: `uuid`
    status: str = ""  # the only status that is answered with it

    def as_parameter(self) -> dict[str, Any]:
        """Return the header as a parameter of a request."""
        place = {"in": "header", "name": self.name, "required": False}
        return {**place, "description": self.description, "schema": self._schema()}

    def as_header(self) -> dict[str, Any]:
        """Return the header as part of an answer."""
        return {"description": self.description, "required": True, "schema": self._schema()}

    def _schema(self) -> dict[str, Any]:
        if self.name == "Retry-After":
            return {"type": "integer", "minimum": 1}
        return {"type": "string", "format": self.form} if self.form else {"type": "string"}


REQUEST_ID = Said(
    "MS-RequestId",
    "RequestId",
    "Names this call. A writing call with the same id, address and body again has no second effect and gets the "
    "same answer, for a day. Without it (or all zeros) the portal makes one, and nothing is repeatable.",
    "uuid",
)
CORRELATION_ID = Said(
    "MS-CorrelationId",
    "CorrelationId",
    "Ties calls together: it is echoed, and kept in the audit with what the call did.",
    "uuid",
)
LOCALE = Said("X-Locale", "Locale", "The language of names and descriptions. `en-US` is the only one.")
CLIENT = Said(
    "MS-PartnerCenter-Client",
    "ClientName",
    "What the program is. Microsoft's Java SDK and the Python client are told from others by it (or by "
    "`User-Agent`), and get the answers that they can read.",
)
IF_MATCH = Said(
    "If-Match",
    "IfMatch",
    "The etag of the version that was read, with or without quotes. It comes before `attributes.etag` of the "
    "body; with neither the write is taken. A stale one is refused (400, code 2055).",
)
CONTINUATION = Said(
    "MS-ContinuationToken",
    "ContinuationToken",
    "Where the page before ended: from `continuationToken`, or from the headers of `links.next`. It holds size and "
    "filter. It may stand in the query as well.",
)
READ = (REQUEST_ID, CORRELATION_ID, LOCALE, CLIENT, IF_MATCH, CONTINUATION)

ANSWERED = (
    Said("MS-RequestId", "RequestId", "The call's id, as sent or made by the portal.", "uuid"),
    Said("MS-CorrelationId", "CorrelationId", "The id that ties calls together, as sent or made.", "uuid"),
    Said("X-Locale", "Locale", "The language that was asked for."),
    Said("Retry-After", "RetryAfter", "Seconds to wait before the next call.", status="429"),
    Said("WWW-Authenticate", "Authenticate", "How to prove who calls: `Bearer`.", status="401"),
)
