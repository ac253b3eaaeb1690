"""Subscribed SKUs: what a customer holds, added up over its subscriptions."""

import uuid
from typing import Annotated, Any, Literal

from ninja import Query
from pydantic import Field

from customers.queries.customers import customer_or_404
from gcc_portal.api.call import Call
from gcc_portal.api.paging import Collection, collection
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Attributes, Guid, Resource, folded, typed
from orders.models import Offer
from orders.queries import subscriptions as queries

resources = Resources("Subscriptions", "subscriptions")

GROUP = "group1"
Group = Annotated[str, Field(max_length=200)]
# SKUs of which the catalogue does not know Microsoft's GUID get one that is always the same.
UNKNOWN_SKUS = uuid.UUID("6f1d6a0e-5f3b-4b0f-9d57-1c6f0a4f2d11")


class LicensedProduct(Resource):
    """The product whose licenses are counted."""

    id: Guid
    name: str
    sku_part_number: str
    target_type: Literal["User"] = "User"
    license_group_id: Literal["group1"] = "group1"


class ServicePlan(Resource):
    """A service within a product. The catalogue does not name them."""

    id: str
    service_name: str
    display_name: str
    capability_status: str
    target_type: str


class SubscribedSku(Resource):
    """The licenses of one product. The portal assigns none to people, so none is ever consumed."""

    available_units: int
    active_units: int
    consumed_units: int
    suspended_units: int
    total_units: int
    warning_units: int
    product_sku: LicensedProduct
    service_plans: list[ServicePlan]
    capability_status: Literal["Enabled", "Suspended"]
    attributes: Attributes


def sku_guid(offer: Offer) -> uuid.UUID:
    """Return the GUID of the offer's SKU: Microsoft's where the catalogue knows it."""
    return offer.sku_guid or uuid.uuid5(UNKNOWN_SKUS, f"{offer.product_id}:{offer.sku_id}")


@resources.get("customers/{customer_id}/subscribedskus", Collection[SubscribedSku], user_only=True)
def list_subscribed_skus(
    call: Call,
    customer_id: Guid,
    license_group_ids: list[Group] = Query([], alias="licenseGroupIds", max_length=20),
) -> Any:
    """List what the customer holds by product, of the subscriptions sold by this partner.

    `licenseGroupIds` are one or more, comma-joined; `group1`, the default, is the only one with licenses here.
    """
    customer = customer_or_404(call.actor, customer_id)
    path = f"/customers/{customer.pk}/subscribedskus"
    asked = {folded(group.strip()) for each in license_group_ids for group in each.split(",")} - {""}
    if asked and GROUP not in asked:
        return collection([], path)
    offers = queries.seats_by_offer(queries.held_by(call.actor, customer))
    return collection([_sku_of(offer) for offer in offers], path)


def _sku_of(offer: Any) -> SubscribedSku:
    """Return an offer with its seats added up (`seats_by_offer`) as a subscribed SKU."""
    return SubscribedSku(
        available_units=offer.active_seats,
        active_units=offer.active_seats,
        consumed_units=0,
        suspended_units=offer.suspended_seats,
        total_units=offer.active_seats + offer.suspended_seats,
        warning_units=0,
        product_sku=LicensedProduct(
            id=sku_guid(offer), name=offer.sku_title, sku_part_number=offer.string_id or offer.product_id
        ),
        service_plans=[],
        capability_status="Enabled" if offer.active_seats else "Suspended",
        attributes=typed("SubscribedSku"),
    )
