"""The catalogue as one customer has it (O2), and as a partner sees it."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, When, Window
from django.http import Http404

from customers.gates.segments import allowed_segments
from customers.models import Customer
from orders.models import Offer
from orders.states import Kind, Segment
from partners.gates.qualification import holds_qualification
from partners.models import Partner

WORDS_READ = 8
ITEM_ID = re.compile(r"([A-Z0-9]{1,12}):([A-Z0-9]{4}):([A-Z0-9]{1,12})", re.ASCII)
SUITES_FIRST = Case(When(category="Productivity suites", kind=Kind.BASE, then=0), default=1)


class NoOffer(Http404):
    """None of the offers that were asked is this one."""


def offers_for(customer: Customer) -> QuerySet[Offer]:
    """O2: return the offers for sale in the segments that the customer's special qualification allows.

    What most begin with comes first, the suites; then the other categories, each by title.
    """
    return on_sale(offers_in(segments_of(customer)))


def offers_in(segments: Collection[str]) -> QuerySet[Offer]:
    """Return the offers of these segments, those no longer sold among them, in the catalogue's order."""
    return Offer.objects.filter(segment__in=segments).order_by(SUITES_FIRST, "category", "sku_title", "pk")


def on_sale(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """Return those of the offers that are sold: the others are in no list."""
    return offers.filter(is_active=True)


def searched(offers: QuerySet[Offer], text: str) -> QuerySet[Offer]:
    """Return the offers in which each word of the text occurs: in titles, description, category or string ID."""
    for word in text.split()[:WORDS_READ]:
        offers = offers.filter(
            Q(title__icontains=word)
            | Q(sku_title__icontains=word)
            | Q(description__icontains=word)
            | Q(category__icontains=word)
            | Q(string_id__icontains=word)
        )
    return offers


def with_term(offers: QuerySet[Offer], term: str) -> QuerySet[Offer]:
    """Return the offers that are sold with the term."""
    return offers.filter(terms__contains=[term])


def categories_of(offers: QuerySet[Offer]) -> list[str]:
    """Return the categories that these offers are in, sorted."""
    named = offers.exclude(category="").order_by("category")
    return list(named.values_list("category", flat=True).distinct())


def segments_of(customer: Customer) -> list[str]:
    """Return the segments that the customer may be sold (O2), sorted."""
    return sorted(allowed_segments(customer.granted_kinds))


def segments_seen_by(partner: Partner) -> list[str]:
    """Return the segments that a partner sees without naming a customer, sorted.

    Government is seen with the reseller qualification alone.
    """
    closed = {str(Segment.GOVERNMENT)} if holds_qualification(partner) else set()
    return sorted(set(Segment.values) - closed)


def for_api(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """Return the offers with what the API says of each: its prerequisites, and `has_addons` that are sold."""
    addons = Offer.objects.filter(prerequisites=OuterRef("pk"), is_active=True)
    ids = Offer.objects.only("product_id", "sku_id", "availability_id").order_by("pk")
    return offers.annotate(has_addons=Exists(addons)).prefetch_related(Prefetch("prerequisites", ids))


def for_page(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """Return the offers as a page of the catalogue needs them: with `needed`, the titles of their prerequisites, and
    `total`, how many there are on all pages.
    """
    way = Offer.prerequisites.through.objects.filter(from_offer=OuterRef("pk"))
    titles = way.order_by("to_offer__sku_title", "to_offer_id").values("to_offer__sku_title")
    return offers.defer("title", "sku_guid", "is_active").annotate(
        needed=ArraySubquery(titles), total=Window(Count("*"))
    )


def addons_to(offer: Offer, offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """Return those of the offers that are add-ons to the offer."""
    return offers.filter(prerequisites=offer)


def of_kind(offers: QuerySet[Offer], kind: str, segment: str = "") -> QuerySet[Offer]:
    """Return those of the offers that are of the kind, of one segment or of all."""
    found = offers.filter(kind=kind)
    return found.filter(segment=segment) if segment else found


def of_product(offers: QuerySet[Offer], product_id: str, sku_id: str = "") -> QuerySet[Offer]:
    """Return the SKUs of a product, or one of them. The case of the ids does not matter: they are capitals."""
    found = offers.filter(product_id=product_id.upper())
    return found.filter(sku_id=sku_id.upper()) if sku_id else found


def by_product(offers: QuerySet[Offer], product_ids: Collection[str]) -> dict[str, list[Offer]]:
    """Return the SKUs of these products, by product; each product's by their ids."""
    found: dict[str, list[Offer]] = {}
    for offer in offers.filter(product_id__in=product_ids).order_by("product_id", "sku_id"):
        found.setdefault(offer.product_id, []).append(offer)
    return found


def is_item_id(text: str) -> bool:
    """Return whether the text has the form of a catalogue item ID, `product:SKU:availability`, in any case."""
    return ITEM_ID.fullmatch(text.upper()) is not None


def item_or_404(offers: QuerySet[Offer], item_id: str) -> Offer:
    """Return the one of the offers that a catalogue item ID names, in any case. Raises `NoOffer`."""
    named = ITEM_ID.fullmatch(item_id.upper())
    product, sku, availability = named.groups() if named else ("", "", "")
    offer = offers.filter(product_id=product, sku_id=sku, availability_id=availability).first()
    if offer is None:
        raise NoOffer
    return offer


@dataclass(frozen=True)
class Product:
    """What the SKUs of one product have in common."""

    id: str
    title: str
    description: str


def products_of(offers: Iterable[Offer]) -> list[Product]:
    """Return the products of the offers, in their order; each is described by its first SKU that is sold."""
    first: dict[str, Offer] = {}
    for offer in offers:
        known = first.setdefault(offer.product_id, offer)
        if (not offer.is_active, offer.sku_id) < (not known.is_active, known.sku_id):
            first[offer.product_id] = offer
    return [Product(offer.product_id, offer.title, offer.description) for offer in first.values()]


def segments_and_kinds(offers: QuerySet[Offer]) -> list[tuple[str, str]]:
    """Return the pairs of segment and kind that occur among the offers, sorted."""
    return sorted(offers.order_by().values_list("segment", "kind").distinct())


def offer_or_404(pk: int) -> Offer:
    """Return an offer of any segment, for sale or not: what may be done with it the gates say. Raises `Http404`."""
    offer = Offer.objects.prefetch_related("prerequisites").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if offer is None:
        raise Http404
    return offer
