"""Whether catalogue items can be sold: by their own state, and to the customer that is named."""

from typing import Annotated, Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from pydantic import Field

from customers.models import Customer
from customers.queries.customers import customer_or_404
from gcc_portal.api.call import Call
from gcc_portal.api.errors import MALFORMED_CUSTOMER, ApiError
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Body, Resource, guid_of
from gcc_portal.core.gates import Blocker
from orders.api.catalog_scope import Country, sold_in
from orders.gates.order import for_sale
from orders.gates.parties import may_be_sold
from orders.models import Offer
from orders.queries import catalog as queries
from partners.queries.partners import own_partner

resources = Resources("Inventory", "catalog")

ITEMS_MAX = 500
Text = Annotated[str, Field(max_length=100)]


class TargetItem(Body):
    """A product, or one SKU of it."""

    product_id: Text
    sku_id: Text = ""


class InventoryContext(Body):
    """For whom it is asked."""

    customer_id: Text = ""


class InventoryRequest(Body):
    """What is to be checked."""

    target_items: Annotated[list[TargetItem], Field(max_length=ITEMS_MAX)]
    inventory_context: InventoryContext = Field(default_factory=InventoryContext)


class Restriction(Resource):
    """Why an item can't be sold: the id of the rule that says no, and its words."""

    reason_code: str
    description: str
    properties: dict[str, str]


class InventoryItem(Resource):
    """An item, and whether it can be sold."""

    product_id: str
    sku_id: str
    is_restricted: bool
    restrictions: list[Restriction]


@resources.post("extensions/product/checkInventory", list[InventoryItem], status=200, writes=False)
def check_inventory(call: Call, country: Country, asked: InventoryRequest) -> Any:
    """Tell of each item whether it can be sold, and to the customer of `inventoryContext` where one is named.

    A product without a SKU is answered for each of its SKUs. Items that there are not are left out.
    """
    sold_in(country)
    customer = _customer(call, asked.inventory_context.customer_id)
    segments = {*queries.segments_seen_by(own_partner(call.actor))}
    if customer is not None:
        segments.update(queries.segments_of(customer))
    items = [(each.product_id.upper(), each.sku_id.upper()) for each in asked.target_items]
    found = queries.by_product(queries.offers_in(segments), {product for product, _sku in items})
    offers = {
        offer.pk: offer
        for product, sku in items
        for offer in found.get(product, [])
        if sku in ("", offer.sku_id)
    }
    return [_checked(offer, customer) for offer in offers.values()]


def _customer(call: Call, named: str) -> Customer | None:
    """Return the customer, or None for none. Raises `ApiError` (400/900118) and `NoCustomer`."""
    if not named:
        return None
    customer_id = guid_of(named)
    if customer_id is None:
        raise ApiError(MALFORMED_CUSTOMER, _("inventoryContext.customerId is no customer's id."))
    customer = customer_or_404(call.actor, customer_id)
    prefetch_related_objects([customer], "qualifications")
    return customer


def _checked(offer: Offer, customer: Customer | None) -> InventoryItem:
    blockers: list[Blocker] = for_sale(offer)
    if customer is not None:
        blockers = [*blockers, *may_be_sold(offer, customer)]
    properties = {"customerId": str(customer.pk)} if customer else {}
    return InventoryItem(
        product_id=offer.product_id,
        sku_id=offer.sku_id,
        is_restricted=bool(blockers),
        restrictions=[
            Restriction(reason_code=each.code, description=str(each), properties=properties)
            for each in blockers
        ],
    )
