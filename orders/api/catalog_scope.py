"""The part of the catalogue that a call sees: a customer's own (O2), or by country what its partner sees."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from pydantic import Field

from customers.queries.customers import customer_or_404
from gcc_portal.api.call import Call
from gcc_portal.api.errors import ApiError, ErrorCode
from gcc_portal.api.schema import Guid, Link, link
from gcc_portal.identity.postal import COUNTRY
from orders.models import Offer
from orders.queries import catalog as queries
from orders.states import Segment
from partners.gates.qualification import holds_qualification
from partners.queries.partners import own_partner

NOT_IN_COUNTRY: ErrorCode = (400, 800070)
NO_SUCH_WORD: ErrorCode = (400, 900126)
SEGMENT_CLOSED: ErrorCode = (403, 400030)
# What a customer of a segment holds, and what its partner; each in the API's own words.
CUSTOMER_HOLDS: dict[str, list[str]] = {
    Segment.GOVERNMENT: ["GovernmentCommunityCloud"],
    Segment.EDUCATION: ["Education"],
    Segment.NONPROFIT: ["Nonprofit"],
}
PARTNER_HOLDS: dict[str, list[str]] = {Segment.GOVERNMENT: ["GovernmentCommunityCloud"]}

Country = Annotated[str, Field(pattern="^[A-Za-z]{2}$", description="ISO code of two letters; sold in: US.")]
Id = Annotated[str, Field(max_length=100)]
"""An id of the catalogue, in any case; one that names nothing is not found."""


TargetSegment = Annotated[
    str,
    Field(
        max_length=100,
        description="Show this segment alone, in any case.",
        json_schema_extra={"enum": [*Segment.values]},
    ),
]


@dataclass(frozen=True)
class CatalogScope:
    """Segments of the catalogue, and how addresses of what is in them begin and end."""

    segments: list[str]
    place: str = ""
    query: dict[str, Any] = field(default_factory=dict)
    locale: str = ""
    closed: str = ""  # why the other segments are not shown
    rules: tuple[str, ...] = ()
    asked: str | None = None  # the one segment that was asked for

    @property
    def offers(self) -> QuerySet[Offer]:
        """Return all offers of the scope, those no longer sold among them."""
        return queries.for_api(queries.offers_in(self.segments))

    @property
    def on_sale(self) -> QuerySet[Offer]:
        """Return the offers of the scope that lists show."""
        return queries.on_sale(self.offers)

    def link(self, path: str) -> Link:
        """Return the link to `path` on this scope."""
        return link(f"{self.place}{path}", **self.query)

    def narrowed(self, segment: str) -> "CatalogScope":
        """Return the scope with one segment alone; itself for none. Raises `ApiError` (400/900126, 403/400030)."""
        if not segment:
            return self
        canonical = spelled(segment, Segment.values, "targetSegment")
        if canonical not in self.segments:
            raise ApiError(SEGMENT_CLOSED, self.closed, self.rules)
        return replace(self, segments=[canonical], asked=canonical)


def spelled(sent: str, words: Iterable[str], name: str) -> str:
    """Return the one of the words that was sent, in any case. Raises `ApiError` (400/900126) for any other."""
    found = {word.casefold(): word for word in words}
    if sent.casefold() not in found:
        sentence = _("%(name)s is one of %(words)s.")
        raise ApiError(NO_SUCH_WORD, sentence % {"name": name, "words": ", ".join(found.values())})
    return found[sent.casefold()]


def sold_in(country: str) -> str:
    """Return the country. Raises `ApiError` (400/800070) for one in which nothing is sold."""
    if country.upper() != COUNTRY:
        sentence = _("Nothing of this catalogue is sold in this country. Ask for country=%(country)s.")
        raise ApiError(NOT_IN_COUNTRY, sentence % {"country": COUNTRY})
    return COUNTRY


def partner_scope(call: Call, country: str, segment: str = "") -> CatalogScope:
    """Return what the calling partner sees of the catalogue, by country."""
    partner = own_partner(call.actor)
    missing_here = holds_qualification(partner)
    return CatalogScope(
        queries.segments_seen_by(partner),
        query={"country": sold_in(country)},
        locale=call.locale,
        closed=" ".join(str(blocker) for blocker in missing_here),
        rules=tuple(blocker.code for blocker in missing_here),
    ).narrowed(segment)


def customer_scope(call: Call, customer_id: Guid, segment: str = "") -> CatalogScope:
    """O2: return what the customer may be sold. Raises `NoCustomer`."""
    customer = customer_or_404(call.actor, customer_id)
    segments = queries.segments_of(customer)
    return CatalogScope(
        segments,
        place=f"/customers/{customer.pk}",
        locale=call.locale,
        closed=_(
            "The special qualification of %(customer)s allows offers of these segments alone: %(segments)s."
        )
        % {"customer": customer.name, "segments": ", ".join(segments)},
        rules=("O2.segment",),
    ).narrowed(segment)


def holds(offer: Offer) -> tuple[list[str], list[str]]:
    """Return the qualifications that the offer asks of the customer and of the partner."""
    return CUSTOMER_HOLDS.get(offer.segment, []), PARTNER_HOLDS.get(offer.segment, [])


def refund_period() -> str:
    """O4: return for how long a purchase may be taken back, as an ISO 8601 duration."""
    return f"P{settings.CANCELLATION_DAYS}D"
