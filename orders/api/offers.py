"""Offers, as the first catalogue of Partner Center has them: categories, offers, add-ons.

An offer's id is its catalogue item ID `product:SKU:availability`. What the portal does not keep of an offer (its term
as one number, the catalogues it stands in) is left out.
"""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from gcc_portal.api.call import Call
from gcc_portal.api.errors import ApiError, ErrorCode
from gcc_portal.api.paging import Collection, collection, offset_page
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Guid, Whole, guid_of
from orders.api.catalog_scope import CatalogScope, Country, Id, customer_scope, partner_scope
from orders.api.offer_shapes import (
    CATEGORIES,
    TRIALS,
    OfferAnswer,
    OfferCategory,
    category_of,
    shown_category,
    shown_offer,
)
from orders.models import Offer
from orders.queries import catalog as queries
from orders.states import Kind

resources = Resources("Offers", "catalog")

NO_OFFER_ID: ErrorCode = (400, 2100)
Named = Annotated[str, Field(max_length=100)]


def in_category(offers: QuerySet[Offer], category_id: str) -> QuerySet[Offer]:
    """Return the offers in a category; none in one that there is not."""
    canonical = category_id.casefold()
    if canonical == TRIALS.id.casefold():
        return queries.of_kind(offers, Kind.TRIAL)
    for segment, category in CATEGORIES.items():
        if canonical == category.id.casefold():
            return queries.of_kind(offers, Kind.BASE, segment)
    return offers.none()


def categories(scope: CatalogScope) -> Collection[OfferCategory]:
    """Return the categories in which something is sold on the scope, by rank."""
    held = {category_of(segment, kind) for segment, kind in queries.segments_and_kinds(scope.on_sale)}
    found = sorted((each for each in held if each is not None), key=lambda each: each.rank)
    shown = [shown_category(each, scope.locale) for each in found]
    return collection(shown, f"{scope.place}/offercategories", **scope.query)


def page_of_offers(
    call: Call, scope: CatalogScope, category_id: str, size: int, offset: int, product_id: str = ""
) -> Collection[OfferAnswer]:
    """Return a page of what is sold on the scope."""
    offers, asked = scope.on_sale, dict(scope.query)
    if category_id:
        offers, asked["offer_category_id"] = in_category(offers, category_id), category_id
    if product_id:
        offers, asked["product_id"] = queries.of_product(offers, product_id), product_id
    return offset_page(
        offers,
        lambda offer: shown_offer(offer, call),
        f"{scope.place}/offers",
        size=size,
        offset=offset,
        **asked,
    )


def offer_on(scope: CatalogScope, offer_id: str) -> Offer:
    """Return an offer of the scope. Raises `ApiError` (400/2100) for what is no offer's id, `NoOffer` for none here."""
    # A GUID is an id of the legacy catalogue: an offer's, though none is left here.
    if not queries.is_item_id(offer_id) and guid_of(offer_id) is None:
        sentence = _(
            "“%(id)s” is no offer's id: an offer is product:SKU:availability. For products and SKUs ask products."
        )
        raise ApiError(NO_OFFER_ID, sentence % {"id": offer_id[:100]})
    return queries.item_or_404(scope.offers, offer_id)


def addons(call: Call, scope: CatalogScope, offer_id: str) -> Collection[OfferAnswer]:
    """Return the add-ons to an offer that are sold on the scope."""
    offer = offer_on(scope, offer_id)
    found = [shown_offer(each, call) for each in queries.addons_to(offer, scope.on_sale)]
    return collection(found, f"{scope.place}/offers/{offer.catalog_item_id}/addons", **scope.query)


@resources.get("offercategories", Collection[OfferCategory])
def list_offer_categories(call: Call, country: Country) -> Any:
    """List the categories of offers in a country.

    Government is among them for a partner that holds the reseller qualification.
    """
    return categories(partner_scope(call, country))


@resources.get("offers", Collection[OfferAnswer])
def list_offers(
    call: Call,
    country: Country,
    offer_category_id: Named = Query("", alias="offer_category_id"),
    product_id: Named = Query("", alias="product_id"),
    offset: Whole = 0,
    size: Whole = 0,
) -> Any:
    """List the offers in a country, or those of one category."""
    scope = partner_scope(call, country)
    return page_of_offers(call, scope, offer_category_id, size, offset, product_id)


@resources.get("offers/{offer_id}", OfferAnswer)
def get_offer(call: Call, offer_id: Id, country: Country) -> Any:
    """Return one offer; `isAvailableForPurchase` says whether it is still sold."""
    return shown_offer(offer_on(partner_scope(call, country), offer_id), call)


@resources.get("offers/{offer_id}/addons", Collection[OfferAnswer])
def list_addons(call: Call, offer_id: Id, country: Country) -> Any:
    """List the add-ons to an offer."""
    return addons(call, partner_scope(call, country), offer_id)


@resources.get("customers/{customer_id}/offercategories", Collection[OfferCategory])
def list_customer_offer_categories(call: Call, customer_id: Guid) -> Any:
    """List the categories of what the customer may be sold."""
    return categories(customer_scope(call, customer_id))


@resources.get("customers/{customer_id}/offers", Collection[OfferAnswer])
def list_customer_offers(
    call: Call,
    customer_id: Guid,
    offer_category_id: Named = Query("", alias="offer_category_id"),
    offset: Whole = 0,
    size: Whole = 0,
) -> Any:
    """List what the customer may be sold.

    Its special qualification decides: government offers and nothing else for a customer of the Government Community
    Cloud, no government offer for any other.
    """
    return page_of_offers(call, customer_scope(call, customer_id), offer_category_id, size, offset)


@resources.get("customers/{customer_id}/offers/{offer_id}/addons", Collection[OfferAnswer])
def list_customer_addons(call: Call, customer_id: Guid, offer_id: Id) -> Any:
    """List the add-ons to an offer that the customer may be sold."""
    return addons(call, customer_scope(call, customer_id), offer_id)
