"""How products, SKUs and availabilities are answered. Demo prices are left out."""

from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field

from gcc_portal.api.call import Call
from gcc_portal.api.schema import Attributes, Link, Resource, SelfLinks, typed
from gcc_portal.identity.postal import COUNTRY
from orders.api.catalog_scope import CatalogScope, holds, refund_period
from orders.api.labels import CURRENCY, CURRENCY_SYMBOL
from orders.api.offer_shapes import UNITS, BillingCycle, cycles_of
from orders.models import Offer
from orders.models.terms import Plan
from orders.queries.catalog import Product, products_of
from orders.states import Kind

ONLINE_SERVICES = "OnlineServices"


class ProductType(Resource):
    """What kind of product it is."""

    id: str
    display_name: str


class ProductLinks(Resource):
    """Where a product and its SKUs stand."""

    skus: Link
    self: Link


class ProductAnswer(Resource):
    """A product."""

    id: str
    title: str
    description: str
    product_type: ProductType
    is_microsoft_product: bool
    publisher_name: str
    links: ProductLinks
    attributes: Attributes


class SkuLinks(Resource):
    """Where a SKU and its availabilities stand."""

    availabilities: Link
    self: Link


class SkuAnswer(Resource):
    """A SKU. Its id is unique in its product."""

    id: str
    product_id: str
    title: str
    description: str
    minimum_quantity: int
    maximum_quantity: int
    is_trial: bool
    supported_billing_cycles: list[BillingCycle]
    purchase_prerequisites: list[str]
    inventory_variables: list[str]
    provisioning_variables: list[str]
    dynamic_attributes: dict[str, str] = Field(description="Text alone; lists are parted by commas.")
    links: SkuLinks
    attributes: Attributes


class Currency(Resource):
    """A currency."""

    code: str
    symbol: str


class RenewalOption(Resource):
    """Into what a term may be renewed."""

    renew_to_id: str
    is_auto_renewable: bool


class CancellationRefund(Resource):
    """Until when how much is paid back."""

    sequence_id: int
    type: str
    expires_after: str


class CancellationPolicy(Resource):
    """How a purchase may be taken back."""

    refund_options: list[CancellationRefund]


class TermAnswer(Resource):
    """A commitment and how it is billed."""

    id: str
    duration: str
    description: str
    billing_cycle: BillingCycle
    renewal_options: list[RenewalOption]
    cancellation_policies: list[CancellationPolicy]


class AvailabilityAnswer(Resource):
    """How a SKU is sold. Carts and orders name it by its `catalogItemId`."""

    id: str
    product_id: str
    sku_id: str
    catalog_item_id: str
    default_currency: Currency
    segment: str
    country: str
    is_purchasable: bool
    is_renewable: bool
    terms: list[TermAnswer]
    product: ProductAnswer
    sku: SkuAnswer
    links: SelfLinks
    attributes: Attributes


def shown_product(product: Product, scope: CatalogScope) -> ProductAnswer:
    """Return a product as it is answered."""
    return ProductAnswer(
        id=product.id,
        title=product.title,
        description=product.description,
        product_type=ProductType(id=ONLINE_SERVICES, display_name=_("Online services")),
        is_microsoft_product=True,
        publisher_name="Microsoft Corporation",
        links=ProductLinks(
            skus=scope.link(f"/products/{product.id}/skus"), self=scope.link(f"/products/{product.id}")
        ),
        attributes=typed("Product"),
    )


def shown_sku(offer: Offer, scope: CatalogScope, call: Call) -> SkuAnswer:
    """Return an offer, read with `queries.for_api`, as a SKU."""
    here = f"/products/{offer.product_id}/skus/{offer.sku_id}"
    return SkuAnswer(
        id=offer.sku_id,
        product_id=offer.product_id,
        title=offer.sku_title,
        description=offer.description,
        minimum_quantity=offer.min_quantity,
        maximum_quantity=offer.max_quantity,
        is_trial=offer.kind == Kind.TRIAL,
        supported_billing_cycles=cycles_of(offer, call),
        purchase_prerequisites=["MicrosoftCustomerAgreement"],
        inventory_variables=[],
        provisioning_variables=[],
        dynamic_attributes=dynamic_attributes(offer),
        links=SkuLinks(availabilities=scope.link(f"{here}/availabilities"), self=scope.link(here)),
        attributes=typed("Sku"),
    )


def dynamic_attributes(offer: Offer) -> dict[str, str]:
    """Return what else is known of a SKU: text alone, because one client reads nothing else."""
    resellee, reseller = holds(offer)
    bases = [f"{each.product_id}:{each.sku_id}" for each in offer.prerequisites.all()]
    texts = {
        "isMicrosoftProduct": "true",
        "billingType": "license",
        "isAddon": "true" if offer.kind == Kind.ADDON else "false",
        "unitType": UNITS[offer.unit],
        "category": offer.category,
        "prerequisiteSkus": ",".join(bases),
        "skuPartNumber": offer.string_id,
        "provisioningId": str(offer.sku_guid or ""),
        "reselleeQualifications": ",".join(resellee),
        "resellerQualifications": ",".join(reseller),
    }
    return {name: text for name, text in texts.items() if text}


def shown_term(plan: Plan, offer: Offer, call: Call) -> TermAnswer:
    """Return a plan of the offer as a term."""
    cycle: Any = call.client.word(plan.billing_cycle)
    same = RenewalOption(renew_to_id=f"{offer.product_id}:{offer.sku_id}", is_auto_renewable=True)
    refund = CancellationRefund(sequence_id=0, type="Full", expires_after=refund_period())
    return TermAnswer(
        id=plan.code,
        duration=plan.term,
        description=str(plan),
        billing_cycle=cycle,
        renewal_options=[same],
        cancellation_policies=[CancellationPolicy(refund_options=[refund])],
    )


def shown_availability(offer: Offer, scope: CatalogScope, call: Call) -> AvailabilityAnswer:
    """Return an offer, read with `queries.for_api`, as the availability of its SKU."""
    here = f"/products/{offer.product_id}/skus/{offer.sku_id}/availabilities/{offer.availability_id}"
    return AvailabilityAnswer(
        id=offer.availability_id,
        product_id=offer.product_id,
        sku_id=offer.sku_id,
        catalog_item_id=offer.catalog_item_id,
        default_currency=Currency(code=CURRENCY, symbol=CURRENCY_SYMBOL),
        segment=offer.segment,
        country=COUNTRY,
        is_purchasable=offer.is_active,
        is_renewable=offer.kind != Kind.TRIAL,
        terms=[shown_term(plan, offer, call) for plan in offer.plans],
        product=shown_product(products_of([offer])[0], scope),
        sku=shown_sku(offer, scope, call),
        links=SelfLinks(self=scope.link(here)),
        attributes=typed("Availability"),
    )
