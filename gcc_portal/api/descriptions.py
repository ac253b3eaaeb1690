"""Texts of the OpenAPI document that stand at many operations: parameters, headers, and what a status means.

`call.py` reads the request's headers, `middleware.py` answers the response's.
"""

from dataclasses import dataclass
from typing import Any

REFUSALS = {
    "400": "The request can't be understood, or a rule says no. `code` tells what it is.",
    "401": "There is no access token, or it opens nothing (any more).",
    "403": "This caller, partner or customer may not have it.",
    "404": "There is no such resource, or it is not yours.",
    "409": "The resource is in another state than this needs.",
    "429": "The partner called this kind of resource too often.",
}
SUCCESSES = {"200": "As asked.", "201": "Made.", "204": "Done. There is no body."}

# The same name means the same at every operation.
PARAMETERS = {
    "agreementType": "The kind of agreement; `*` is every kind. Without it the old Microsoft Cloud Agreement is meant.",
    "availability_id": "An availability of the SKU.",
    "billingType": "Only orders that are billed so.",
    "cart_id": "The cart's id.",
    "code": "The validation code: here, or in the body.",
    "country": "A country's two letters, e.g. `US`.",
    "customer_id": "The customer's tenant id.",
    "domain": "A domain, e.g. `harborview.onmicrosoft.com`.",
    "endDate": "The last day: `yyyy-mm-dd`, or as Microsoft's clients write it.",
    "filter": 'JSON: `{"Field": "…", "Value": "…", "Operator": "…"}`. Field and operator in any casing.',
    "include_price": "Whether to answer the order's total price.",
    "language": "The language of the document.",
    "licenseGroupIds": "License groups; the portal has `group1`.",
    "mpnId": "A partner's MPN ID.",
    "mpn_id": "The MPN ID of the indirect reseller on record.",
    "offer_category_id": "Only offers of this category.",
    "offer_id": "The offer's id, which is its catalog item: product, SKU and availability, separated by colons.",
    "offset": "How many items to skip.",
    "order_id": "The order's id.",
    "partner_id": "The other partner's tenant id.",
    "prefix": "What stands before `.onmicrosoft.com`.",
    "product_id": "The product's id.",
    "relationship_type": "Which way round the partners stand to each other. Without it, the caller's own way.",
    "seekOperation": "Which page: `Next`, `Previous`, `First`, `Last` or `PageIndex`, with a continuation token.",
    "size": "How many items a page holds at most; 0 for the portal's default.",
    "sku_id": "The SKU's id within its product.",
    "startDate": "The first day: `yyyy-mm-dd`, or as Microsoft's clients write it.",
    "subscription_id": "The subscription's id.",
    "targetSegment": "Only what is for this segment.",
    "targetView": "The kind of products; licenses are `OnlineServices`.",
    "template": "The agreement's template.",
    "tenantId": "A partner's tenant id.",
    "type": "The kind of validation.",
    "vettingVersion": "Which version of the profile.",
}


@dataclass(frozen=True)
class Header:
    """A header: its name, the name of its component in the document, and what it is for."""

    name: str
    component: str
    description: str
    format: str = ""  # of a text: `uuid`
    status: str = ""  # the only status that is answered with it

    def as_parameter(self) -> dict[str, Any]:
        """Return the header as a parameter of a request."""
        return {"in": "header", "name": self.name, "required": False, **self._described()}

    def as_header(self) -> dict[str, Any]:
        """Return the header as part of a response."""
        return {"required": True, **self._described()}

    def _described(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string"}
        if self.name == "Retry-After":
            schema = {"type": "integer", "minimum": 1}
        elif self.format:
            schema["format"] = self.format
        return {"description": self.description, "schema": schema}


_REQUEST_ID = Header(
    "MS-RequestId",
    "RequestId",
    "Names this call. A writing call with the same id, address and body again has no second effect and gets the "
    "same answer, for a day. Without it (or all zeros) the portal makes one, and nothing is repeatable.",
    "uuid",
)
_CORRELATION_ID = Header(
    "MS-CorrelationId",
    "CorrelationId",
    "Ties calls together: it is echoed, and kept in the audit with what the call did.",
    "uuid",
)
_LOCALE = Header("X-Locale", "Locale", "The language of names and descriptions. `en-US` is the only one.")
_CLIENT = Header(
    "MS-PartnerCenter-Client",
    "ClientName",
    "What the program is. Microsoft's Java SDK and the Python client are told from others by it (or by "
    "`User-Agent`), and get the answers that they can read.",
)
IF_MATCH = Header(
    "If-Match",
    "IfMatch",
    "The etag of the version that was read, with or without quotes. It comes before `attributes.etag` of the "
    "body; with neither the write is taken. A stale one is refused (400, code 2055).",
)
CONTINUATION = Header(
    "MS-ContinuationToken",
    "ContinuationToken",
    "Where the page before ended: from `continuationToken`, or from the headers of `links.next`. It holds size and "
    "filter. It may stand in the query as well.",
)
REQUEST_HEADERS = (_REQUEST_ID, _CORRELATION_ID, _LOCALE, _CLIENT, IF_MATCH, CONTINUATION)

RESPONSE_HEADERS = (
    Header("MS-RequestId", "RequestId", "The call's id, as sent or made by the portal.", "uuid"),
    Header("MS-CorrelationId", "CorrelationId", "The id that ties calls together, as sent or made.", "uuid"),
    Header("X-Locale", "Locale", "The language that was asked for."),
    Header("Retry-After", "RetryAfter", "Seconds to wait before the next call.", status="429"),
    Header("WWW-Authenticate", "Authenticate", "How to prove who calls: `Bearer`.", status="401"),
)
