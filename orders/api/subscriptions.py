"""Subscriptions: listed, read, changed, with their add-ons and their provisioning."""

from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from customers.models import Customer
from customers.queries.customers import customer_or_404
from gcc_portal.api.call import Call
from gcc_portal.api.paging import Collection, collection
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Guid, typed
from orders.api.skus import sku_guid
from orders.api.subscription_changes import SubscriptionChange, answered, changes_of
from orders.api.subscription_shapes import (
    SubscriptionProvisioning,
    SubscriptionResource,
    etag_of_subscription,
    subscription_of,
)
from orders.queries import subscriptions as queries
from orders.services import subscriptions as services
from orders.states import LIVE, SubscriptionState

resources = Resources("Subscriptions", "subscriptions")

Word = Annotated[str, Field(max_length=50)]


@resources.get("customers/{customer_id}/subscriptions", Collection[SubscriptionResource])
def list_subscriptions(
    call: Call,
    customer_id: Guid,
    order_id: Word = Query("", alias="order_id"),
    mpn_id: Word = Query("", alias="mpn_id"),
) -> Any:
    """List what the customer has or had through this partner.

    `order_id` narrows it to what one order made, `mpn_id` to what one partner sold: an indirect reseller on record,
    or the calling partner itself.
    """
    customer = customer_or_404(call.actor, customer_id)
    rows = queries.held_by(call.actor, customer)
    if order_id:
        rows = queries.of_order(rows, order_id)
    if mpn_id:
        rows = queries.on_record(rows, mpn_id)
    asked = {"order_id": order_id or None, "mpn_id": mpn_id or None}
    return _told(call, customer, rows, f"/customers/{customer.pk}/subscriptions", **asked)


@resources.get("customers/{customer_id}/subscriptions/{subscription_id}", SubscriptionResource)
def get_subscription(call: Call, customer_id: Guid, subscription_id: Guid) -> Any:
    """Return one subscription."""
    customer = customer_or_404(call.actor, customer_id)
    return subscription_of(queries.for_api_or_404(call.actor, customer, subscription_id), call)


@resources.patch("customers/{customer_id}/subscriptions/{subscription_id}", SubscriptionResource)
def change_subscription(
    call: Call, customer_id: Guid, subscription_id: Guid, body: SubscriptionChange
) -> Any:
    """Change a subscription: send the object that was read, changed, or its changed members alone.

    Quantity, status (`active`, `suspended`, `deleted` to cancel), autoRenewEnabled, friendlyName, partnerId and the
    seats of scheduledNextTermInstructions can be changed, several at once: all of it is done, or nothing.
    """
    customer = customer_or_404(call.actor, customer_id)
    seen = queries.for_api_or_404(call.actor, customer, subscription_id)
    is_named = call.check_etag(etag_of_subscription(seen), body.attributes)
    changes = changes_of(body, seen, subscription_of(seen, call))
    revision = seen.revision if is_named else None
    with answered(call.actor, seen, changes):
        services.change(call.actor, customer.pk, seen.pk, changes, revision)
    return subscription_of(queries.for_api_or_404(call.actor, customer, subscription_id), call)


@resources.get(
    "customers/{customer_id}/subscriptions/{subscription_id}/addons", Collection[SubscriptionResource]
)
def list_subscription_addons(call: Call, customer_id: Guid, subscription_id: Guid) -> Any:
    """List the add-ons that stand on a subscription."""
    customer = customer_or_404(call.actor, customer_id)
    base = queries.for_api_or_404(call.actor, customer, subscription_id)
    rows = queries.addons_on(queries.held_by(call.actor, customer), base)
    return _told(call, customer, rows, f"/customers/{customer.pk}/subscriptions/{base.pk}/addons")


@resources.get(
    "customers/{customer_id}/subscriptions/{subscription_id}/provisioningstatus",
    SubscriptionProvisioning,
    user_only=True,
)
def get_subscription_provisioning(call: Call, customer_id: Guid, subscription_id: Guid) -> Any:
    """Return whether a subscription's licenses are there, and until when."""
    held = queries.for_api_or_404(call.actor, customer_or_404(call.actor, customer_id), subscription_id)
    return SubscriptionProvisioning(
        sku_id=sku_guid(held.offer),
        status="pending" if held.state == SubscriptionState.PENDING else "success",
        quantity=held.quantity if held.state in LIVE else 0,
        end_date=held.ended_at or held.commitment_ends_at,
        attributes=typed("SubscriptionProvisioningStatus"),
    )


def _told(call: Call, customer: Customer, rows: Any, path: str, **asked: str | None) -> Any:
    return collection(
        [subscription_of(each, call) for each in queries.for_api(rows, customer)], path, **asked
    )
