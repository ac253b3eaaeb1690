"""The shapes of offers and of their categories."""

from dataclasses import dataclass
from typing import Any, Literal

from gcc_portal.api.call import Call
from gcc_portal.api.schema import Attributes, Link, Resource, link, typed
from gcc_portal.identity.postal import COUNTRY
from orders.api.catalog_scope import holds
from orders.models import Offer
from orders.states import Kind, Segment, Unit

UNITS: dict[str, str] = {Unit.SEAT: "Licenses", Unit.GIGABYTE: "Gigabytes", Unit.UNIT: "Units"}
BillingCycle = Literal["monthly", "annual", "triennial", "none", "unknown"]


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
        country=COUNTRY,
        attributes=typed("OfferCategory"),
    )


def shown_offer(offer: Offer, call: Call) -> OfferAnswer:
    """Return an offer, read with `queries.for_api`, as it is answered."""
    item_id, unit = offer.catalog_item_id, UNITS[offer.unit]
    category = category_of(offer.segment, offer.kind)
    resellee, reseller = holds(offer)
    return OfferAnswer(
        id=item_id,
        name=offer.sku_title,
        description=offer.description,
        minimum_quantity=offer.min_quantity,
        maximum_quantity=offer.max_quantity,
        rank=offer.pk,
        uri=f"/catalog/Offers/{item_id}",
        locale=call.locale,
        country=COUNTRY,
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
            learn_more=link(f"/products/{offer.product_id}", country=COUNTRY),
            self=link(f"/offers/{item_id}", country=COUNTRY),
        ),
        attributes=typed("Offer"),
    )
