"""Subscriptions as API clients read them."""

from dataclasses import asdict
from datetime import UTC, datetime, time
from typing import Any, Literal

from gcc_portal.api.call import Call, etag_of
from gcc_portal.api.schema import Attributes, Guid, Link, Moment, Resource, link, typed
from gcc_portal.core.machine import possible
from orders.api.items import item_of
from orders.api.offer_shapes import UNITS
from orders.models import Subscription
from orders.states import Kind, SubscriptionState

S = SubscriptionState
Action = Literal["edit", "cancel"]
WORDS: dict[str, str] = {
    S.PENDING: "pending",
    S.ACTIVE: "active",
    S.SUSPENDED: "suspended",
    S.CANCELLED: "deleted",
    S.EXPIRED: "expired",
}


class SubscriptionLinks(Resource):
    """Where the subscription stands, and what it is of."""

    product: Link
    sku: Link
    availability: Link
    parent_subscription: Link | None = None
    self: Link


class RefundOption(Resource):
    """What is paid back for a subscription cancelled before `expiresAt`."""

    type: Literal["Full", "Partial"]
    expires_at: Moment


class NextTermProduct(Resource):
    """What is renewed."""

    product_id: str
    sku_id: str
    availability_id: str
    billing_cycle: str
    term_duration: str


class NextTermInstructions(Resource):
    """What changes with the renewal."""

    product: NextTermProduct
    quantity: int


class SubscriptionResource(Resource):
    """Seats of one offer that a customer holds. `none` stands for what the Java client has no word for."""

    id: Guid
    offer_id: str
    offer_name: str
    friendly_name: str
    entitlement_id: Guid
    quantity: int
    unit_type: str
    parent_subscription_id: Guid | None = None
    has_purchasable_addons: bool
    creation_date: Moment
    effective_start_date: Moment
    commitment_end_date: Moment
    cancellation_allowed_until_date: Moment
    billing_cycle_end_date: Moment
    status: Literal["none", "active", "pending", "suspended", "deleted", "expired"]
    auto_renew_enabled: bool
    is_trial: bool
    is_microsoft_product: bool
    billing_type: Literal["license"]
    billing_cycle: Literal["unknown", "monthly", "annual", "triennial"]
    term_duration: str
    renewal_term_duration: str
    scheduled_next_term_instructions: NextTermInstructions | None = None
    refund_options: list[RefundOption] | None = None
    actions: list[Action]
    suspension_reasons: list[str]
    contract_type: Literal["subscription"]
    publisher_name: str
    partner_id: str
    order_id: str
    links: SubscriptionLinks
    attributes: Attributes


class SubscriptionProvisioning(Resource):
    """Whether a subscription's licenses are there."""

    sku_id: Guid
    status: Literal["success", "pending", "failed"]
    quantity: int
    end_date: Moment
    attributes: Attributes


def etag_of_subscription(held: Subscription) -> str:
    """Return the etag of a subscription: every change of it counts its revision up."""
    return etag_of("subscription", held.pk, held.revision)


def subscription_of(held: Any, call: Call) -> SubscriptionResource:
    """Return a subscription of `queries.for_api` as the calling client reads it."""
    is_open = held.is_in_window() and held.state in (S.ACTIVE, S.SUSPENDED)
    window_ends = datetime.combine(held.cancel_until, time(23, 59, 59), UTC)
    status: Any = call.client.word(WORDS[held.state])
    cycle: Any = call.client.word(held.billing_cycle)
    return SubscriptionResource(
        id=held.pk,
        offer_id=held.line.catalog_item_id,
        offer_name=held.sku_title,
        friendly_name=held.name,
        entitlement_id=held.pk,
        quantity=held.quantity,
        unit_type=UNITS[held.offer.unit],
        parent_subscription_id=held.base_id,
        has_purchasable_addons=held.has_addons_for_sale and held.state == S.ACTIVE,
        creation_date=held.purchased_at,
        effective_start_date=held.period_started_at,
        commitment_end_date=held.commitment_ends_at,
        cancellation_allowed_until_date=window_ends,
        billing_cycle_end_date=held.billed_until(),
        status=status,
        auto_renew_enabled=held.auto_renew,
        is_trial=held.offer.kind == Kind.TRIAL,
        is_microsoft_product=True,
        billing_type="license",
        billing_cycle=cycle,
        term_duration=held.term,
        renewal_term_duration=held.term,
        scheduled_next_term_instructions=_next_term(held, call),
        refund_options=[RefundOption(type="Full", expires_at=window_ends)] if is_open else None,
        actions=_actions(held, call),
        suspension_reasons=["PartnerSuspended"] if held.state == S.SUSPENDED else [],
        contract_type="subscription",
        publisher_name="Microsoft Corporation",
        partner_id=held.partner_on_record,
        order_id=held.line.order.number,
        links=_links(held),
        attributes=typed("Subscription", etag_of_subscription(held)),
    )


def _actions(held: Subscription, call: Call) -> list[Action]:
    """Return what the caller can do with it now."""
    steps = possible(held, call.actor)
    found: list[Action] = ["edit"] if "set_auto_renew" in steps else []
    return [*found, "cancel"] if "cancel" in steps and held.is_in_window() else found


def _next_term(held: Subscription, call: Call) -> NextTermInstructions | None:
    if held.scheduled_quantity is None:
        return None
    product = NextTermProduct(
        **asdict(item_of(held.line.catalog_item_id)),
        billing_cycle=call.client.word(held.billing_cycle),
        term_duration=held.term,
    )
    return NextTermInstructions(product=product, quantity=held.scheduled_quantity)


def _links(held: Subscription) -> SubscriptionLinks:
    item = item_of(held.line.catalog_item_id)
    others = f"/customers/{held.customer_id}/subscriptions"
    return SubscriptionLinks(
        product=item.product,
        sku=item.sku,
        availability=item.availability,
        parent_subscription=link(f"{others}/{held.base_id}") if held.base_id else None,
        self=link(f"{others}/{held.pk}"),
    )
