"""Offers, as the first catalogue of Partner Center has them: categories, offers, add-ons.

An offer's id is its catalogue item ID `product:SKU:availability`. What the portal does not keep of an offer (its term
as one number, the catalogues it stands in) is left out.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from gcc_portal.api.call import Call
from gcc_portal.api.errors import Answer, ApiError
from gcc_portal.api.paging import Collection, collection, counted_off
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import WHOLE_MAX, Attributes, Guid, Link, Resource, typed
from orders.api.shelves import SOLD_IN, Country, Id, Shelf, customer_shelf, holds, partner_shelf
from orders.models import Kind, Offer, Segment, Unit
from orders.queries import catalog as queries

resources = Resources("Offers", "catalog")

NO_OFFER_ID: Answer = (400, 2100)
UNITS: dict[str, str] = {Unit.SEAT: "Licenses", Unit.GIGABYTE: "Gigabytes", Unit.UNIT: "Units"}
BillingCycle = Literal["monthly", "annual", "triennial", "none", "unknown"]
Size = Annotated[int, Field(ge=0, le=WHOLE_MAX, description="Offers on a page; 0: as many as there may be.")]
Offset = Annotated[int, Field(ge=0, le=WHOLE_MAX)]
Named = Annotated[str, Field(max_length=100)]


@dataclass(frozen=True)
class Category:
    """Where an offer that is no add-on stands."""

    id: str
    name: str
    rank: int


# By segment; trials of every segment have their own.
CATEGORIES: dict[str, Category] = {
    Segment.COMMERCIAL: Category("Enterprise_Key", "Enterprise", 10),
    Segment.EDUCATION: Category("Education_Key", "Education", 30),
    Segment.GOVERNMENT: Category("Government_Key", "Government", 40),
    Segment.NONPROFIT: Category("Nonprofit_Key", "Nonprofit", 50),
}
TRIALS = Category("Trial_Key", "Trial", 60)


class OfferCategory(Resource):
    """A part of the list of offers."""

    id: str
    name: str
    rank: int
    locale: str
    country: str
    attributes: Attributes


class NoCategory(Resource):
    """The category of an add-on: none."""


class OfferProduct(Resource):
    """The product that an offer sells."""

    id: str
    name: str
    unit: str


class OfferLinks(Resource):
    """Where an offer stands, and the product that it sells."""

    learn_more: Link
    self: Link


class OfferAnswer(Resource):
    """An offer. Government ones name the qualifications that customer and partner must hold."""

    id: str
    name: str
    description: str
    minimum_quantity: int
    maximum_quantity: int
    rank: int
    uri: str
    locale: str
    country: str
    category: OfferCategory | NoCategory
    limit_unit_of_measure: Literal["None"]
    limit: int
    prerequisite_offers: list[str]
    upgrade_target_offers: list[str]
    conversion_target_offers: list[str]
    is_add_on: bool
    has_add_ons: bool
    is_available_for_purchase: bool
    billing: Literal["license"]
    supported_billing_cycles: list[BillingCycle]
    is_auto_renewable: bool
    is_internal: bool
    is_microsoft_product: bool
    is_trial: bool
    resellee_qualifications: list[str]
    reseller_qualifications: list[str]
    sales_group_id: str
    acquisition_type: Literal["purchase"]
    actions: list[str]
    product: OfferProduct
    unit_type: str
    links: OfferLinks
    attributes: Attributes


def category_of(segment: str, kind: str) -> Category | None:
    """Return the category of offers of the segment and kind; None for add-ons, which stand in none."""
    if kind == Kind.ADDON:
        return None
    return TRIALS if kind == Kind.TRIAL else CATEGORIES[segment]


def in_category(offers: QuerySet[Offer], category_id: str) -> QuerySet[Offer]:
    """Return the offers in a category; none in one that there is not."""
    wanted = category_id.casefold()
    if wanted == TRIALS.id.casefold():
        return queries.of_kind(offers, Kind.TRIAL)
    for segment, category in CATEGORIES.items():
        if wanted == category.id.casefold():
            return queries.of_kind(offers, Kind.BASE, segment)
    return offers.none()


def cycles_of(offer: Offer, call: Call) -> list[Any]:
    """Return the offer's billing cycles as the client knows them; `none` for a trial."""
    if offer.kind == Kind.TRIAL:
        return ["none"]
    known = [call.client.word(plan.billing_cycle) for plan in offer.plans]
    return list(dict.fromkeys(known))


def shown_category(category: Category, locale: str) -> OfferCategory:
    """Return a category as it is answered."""
    return OfferCategory(
        id=category.id,
        name=category.name,
        rank=category.rank,
        locale=locale,
        country=SOLD_IN,
        attributes=typed("OfferCategory"),
    )


def shown_offer(offer: Offer, call: Call) -> OfferAnswer:
    """Return an offer, read with `queries.told_of`, as it is answered."""
    item_id, unit = offer.catalog_item_id, UNITS[offer.unit]
    category = category_of(offer.segment, offer.kind)
    resellee, reseller = holds(offer)
    shelf = Shelf([], query={"country": SOLD_IN})
    return OfferAnswer(
        id=item_id,
        name=offer.sku_title,
        description=offer.description,
        minimum_quantity=offer.min_quantity,
        maximum_quantity=offer.max_quantity,
        rank=offer.pk,
        uri=f"/catalog/Offers/{item_id}",
        locale=call.locale,
        country=SOLD_IN,
        category=shown_category(category, call.locale) if category else NoCategory(),
        limit_unit_of_measure="None",
        limit=0,
        prerequisite_offers=[each.catalog_item_id for each in offer.prerequisites.all()],
        upgrade_target_offers=[],
        conversion_target_offers=[],
        is_add_on=offer.kind == Kind.ADDON,
        has_add_ons=offer.has_addons,  # type: ignore[attr-defined]
        is_available_for_purchase=offer.is_active,
        billing="license",
        supported_billing_cycles=cycles_of(offer, call),
        is_auto_renewable=offer.kind != Kind.TRIAL,
        is_internal=False,
        is_microsoft_product=True,
        is_trial=offer.kind == Kind.TRIAL,
        resellee_qualifications=resellee,
        reseller_qualifications=reseller,
        sales_group_id="Default",
        acquisition_type="purchase",
        actions=["Cancel", "Edit"],
        product=OfferProduct(id=offer.product_id, name=offer.title, unit=unit),
        unit_type=unit,
        links=OfferLinks(
            learn_more=shelf.link(f"/products/{offer.product_id}"),
            self=shelf.link(f"/offers/{item_id}"),
        ),
        attributes=typed("Offer"),
    )


def categories(shelf: Shelf) -> Collection[OfferCategory]:
    """Return the categories in which something is sold on the shelf, by rank."""
    held = {category_of(segment, kind) for segment, kind in queries.shelves_of(shelf.on_sale)}
    found = sorted((each for each in held if each is not None), key=lambda each: each.rank)
    shown = [shown_category(each, shelf.locale) for each in found]
    return collection(shown, f"{shelf.place}/offercategories", **shelf.query)


def page_of_offers(
    call: Call, shelf: Shelf, category_id: str, size: int, offset: int, product_id: str = ""
) -> Collection[OfferAnswer]:
    """Return a page of what is sold on the shelf."""
    offers, asked = shelf.on_sale, dict(shelf.query)
    if category_id:
        offers, asked["offer_category_id"] = in_category(offers, category_id), category_id
    if product_id:
        offers, asked["product_id"] = queries.of_product(offers, product_id), product_id
    return counted_off(
        offers,
        lambda offer: shown_offer(offer, call),
        f"{shelf.place}/offers",
        size=size,
        offset=offset,
        **asked,
    )


def offer_on(shelf: Shelf, offer_id: str) -> Offer:
    """Return an offer of the shelf. Raises `ApiError` (400/2100) for what is no offer's id, `NoOffer` for none here."""
    if not queries.is_item_id(offer_id) and not _is_guid(offer_id):
        sentence = _(
            "“%(id)s” is no offer's id: an offer is product:SKU:availability. For products and SKUs ask products."
        )
        raise ApiError(NO_OFFER_ID, sentence % {"id": offer_id[:100]})
    return queries.item_or_404(shelf.offers, offer_id)


def _is_guid(text: str) -> bool:
    """Return whether it is an id of the legacy catalogue: such a one is an offer's, though none is left here."""
    try:
        return bool(Guid(text))
    except ValueError:
        return False


def addons(call: Call, shelf: Shelf, offer_id: str) -> Collection[OfferAnswer]:
    """Return the add-ons to an offer that are sold on the shelf."""
    offer = offer_on(shelf, offer_id)
    found = [shown_offer(each, call) for each in queries.addons_to(offer, shelf.on_sale)]
    return collection(found, f"{shelf.place}/offers/{offer.catalog_item_id}/addons", **shelf.query)


@resources.get("offercategories", Collection[OfferCategory])
def list_offer_categories(call: Call, country: Country) -> Any:
    """List the categories of offers in a country.

    Government is among them for a partner that holds the reseller qualification.
    """
    return categories(partner_shelf(call, country))


@resources.get("offers", Collection[OfferAnswer])
def list_offers(
    call: Call,
    country: Country,
    offer_category_id: Named = Query("", alias="offer_category_id"),
    product_id: Named = Query("", alias="product_id"),
    offset: Offset = 0,
    size: Size = 0,
) -> Any:
    """List the offers in a country, or those of one category."""
    shelf = partner_shelf(call, country)
    return page_of_offers(call, shelf, offer_category_id, size, offset, product_id)


@resources.get("offers/{offer_id}", OfferAnswer)
def get_offer(call: Call, offer_id: Id, country: Country) -> Any:
    """Return one offer; `isAvailableForPurchase` says whether it is still sold."""
    return shown_offer(offer_on(partner_shelf(call, country), offer_id), call)


@resources.get("offers/{offer_id}/addons", Collection[OfferAnswer])
def list_addons(call: Call, offer_id: Id, country: Country) -> Any:
    """List the add-ons to an offer."""
    return addons(call, partner_shelf(call, country), offer_id)


@resources.get("customers/{customer_id}/offercategories", Collection[OfferCategory])
def list_customer_offer_categories(call: Call, customer_id: Guid) -> Any:
    """List the categories of what the customer may be sold."""
    return categories(customer_shelf(call, customer_id))


@resources.get("customers/{customer_id}/offers", Collection[OfferAnswer])
def list_customer_offers(
    call: Call,
    customer_id: Guid,
    offer_category_id: Named = Query("", alias="offer_category_id"),
    offset: Offset = 0,
    size: Size = 0,
) -> Any:
    """List what the customer may be sold.

    Its special qualification decides: government offers and nothing else for a customer of the Government Community
    Cloud, no government offer for any other.
    """
    return page_of_offers(call, customer_shelf(call, customer_id), offer_category_id, size, offset)


@resources.get("customers/{customer_id}/offers/{offer_id}/addons", Collection[OfferAnswer])
def list_customer_addons(call: Call, customer_id: Guid, offer_id: Id) -> Any:
    """List the add-ons to an offer that the customer may be sold."""
    return addons(call, customer_shelf(call, customer_id), offer_id)
