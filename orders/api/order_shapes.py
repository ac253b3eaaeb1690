"""The shapes of orders: as they are answered, as they are sent, and how far their lines are."""

from typing import Annotated, Literal

from pydantic import Field

from gcc_portal.api.call import Call, etag_of
from gcc_portal.api.schema import (
    WHOLE_MAX,
    Attributes,
    Body,
    Guid,
    Link,
    Moment,
    Resource,
    SentAttributes,
    link,
    typed,
)
from gcc_portal.api.texts import ONE_LINE
from orders.api.items import item_of
from orders.api.labels import (
    CURRENCY,
    CURRENCY_SYMBOL,
    ITEM_MAX,
    MPN_MAX,
    NAME_MAX,
    TERM_MAX,
    Cycle,
    Seats,
    SentCycle,
    told_cycle,
)
from orders.gates.order import LINES_MAX
from orders.models import Order, OrderLine
from orders.states import OrderState, Outcome

Status = Literal["completed", "pending", "cancelled", "unknown"]
STATUSES: dict[OrderState, Status] = {
    OrderState.SUBMITTED: "pending",
    OrderState.PROCESSING: "pending",
    OrderState.COMPLETED: "completed",
    OrderState.CANCELLED: "cancelled",
    # It ended, and not every line as ordered: no word of the contract says so. The lines' own status does.
    OrderState.FAILED: "unknown",
}
Provisioning = Literal["Fulfilled", "Unfulfilled", "PrefulfillmentPending"]


class OrderLineLinks(Resource):
    """Where what an order's line is about is found."""

    product: Link
    sku: Link
    subscription: Link | None = None
    provisioning_status: Link


class OrderLineItem(Resource):
    """One offer in an order."""

    line_item_number: int
    offer_id: str
    subscription_id: Guid | None = None
    parent_subscription_id: Guid | None = None
    friendly_name: str
    quantity: int
    term_duration: str
    billing_cycle: Cycle
    partner_id_on_record: str | None = None
    transaction_type: Literal["New"] = "New"
    links: OrderLineLinks


class OrderLinks(Resource):
    """Where an order is, and how far it is."""

    self: Link
    provisioning_status: Link


class OrderAnswer(Resource):
    """An order: what was bought for a customer, and what became of it."""

    id: str
    alternate_id: str
    reference_customer_id: Guid
    billing_cycle: Cycle = Field(description="That of all lines; `unknown` where they differ.")
    currency_code: str
    currency_symbol: str
    line_items: list[OrderLineItem]
    creation_date: Moment
    status: Status = Field(description="`unknown`: it ended, and a line or more could not be fulfilled.")
    transaction_type: Literal["UserPurchase"] = "UserPurchase"
    total_price: float | None = Field(
        None, description="The first bill, in US dollars; with include_price alone."
    )
    links: OrderLinks
    attributes: Attributes


class SentOrderLine(Body):
    """One offer to order."""

    line_item_number: Annotated[int, Field(ge=-WHOLE_MAX, le=WHOLE_MAX)] | None = None
    offer_id: Annotated[str, Field(max_length=ITEM_MAX), ONE_LINE]
    quantity: Seats
    friendly_name: Annotated[str, Field(max_length=NAME_MAX), ONE_LINE] = ""
    term_duration: Annotated[str, Field(max_length=TERM_MAX), ONE_LINE] = ""
    partner_id_on_record: Annotated[str, Field(max_length=MPN_MAX), ONE_LINE] = ""
    parent_subscription_id: Guid | None = None


class SentOrder(Body):
    """An order as a client sends it."""

    reference_customer_id: Annotated[str, Field(max_length=ITEM_MAX)] = ""
    billing_cycle: SentCycle | None = None
    line_items: Annotated[list[SentOrderLine], Field(max_length=LINES_MAX)]


class ChangedOrderLine(Body):
    """A line of an order as a client sends it back."""

    line_item_number: Annotated[int, Field(ge=-WHOLE_MAX, le=WHOLE_MAX)] | None = None
    offer_id: Annotated[str, Field(max_length=ITEM_MAX)] = ""
    quantity: Seats | None = None


class ChangedOrder(Body):
    """An order as a client sends it back: of all that it holds, only the status can be changed, to cancelled."""

    status: Annotated[str, Field(max_length=TERM_MAX)] = ""
    billing_cycle: SentCycle | None = None
    line_items: Annotated[list[ChangedOrderLine], Field(max_length=LINES_MAX)] | None = None
    attributes: SentAttributes = SentAttributes()


class QuantityProvisioning(Resource):
    """How far so many seats are."""

    quantity: int
    status: Provisioning


class LineProvisioning(Resource):
    """How far a line of an order is."""

    line_item_number: int
    status: Provisioning
    quantity_provisioning_information: list[QuantityProvisioning]
    attributes: Attributes = Field(default_factory=lambda: typed("OrderLineItemProvisioningStatus"))


def answer_of(call: Call, order: Order, *, include_price: bool = False) -> OrderAnswer:
    """Return an order of `queries.for_api` as the API answers it."""
    lines = list(order.lines.all())
    place = place_of(order)
    return OrderAnswer(
        id=order.number,
        alternate_id=order.number,
        reference_customer_id=order.customer_id,
        billing_cycle=told_cycle(call, {line.billing_cycle for line in lines}),
        currency_code=CURRENCY,
        currency_symbol=CURRENCY_SYMBOL,
        line_items=[_line(call, place, order, number, line) for number, line in enumerate(lines)],
        creation_date=order.submitted_at or order.created_at,
        status=STATUSES[OrderState(order.state)],
        total_price=order.due_cents / 100 if include_price else None,
        links=OrderLinks(self=link(place), provisioning_status=link(f"{place}/provisioningstatus")),
        attributes=typed("Order", etag_of_order(order)),
    )


def _line(call: Call, place: str, order: Order, number: int, line: OrderLine) -> OrderLineItem:
    held = getattr(line, "subscription", None)
    item = item_of(line.catalog_item_id)
    return OrderLineItem(
        line_item_number=number,
        offer_id=line.catalog_item_id,
        subscription_id=held.pk if held else None,
        parent_subscription_id=held.base_id if held else None,
        friendly_name=line.friendly_name or line.sku_title,
        quantity=line.quantity,
        term_duration=line.term,
        billing_cycle=told_cycle(call, {line.billing_cycle}),
        partner_id_on_record=line.partner_on_record or None,
        links=OrderLineLinks(
            product=item.product,
            sku=item.sku,
            subscription=link(f"/customers/{order.customer_id}/subscriptions/{held.pk}") if held else None,
            provisioning_status=link(f"{place}/provisioningstatus"),
        ),
    )


def provisioning_of(order: Order, number: int, line: OrderLine) -> LineProvisioning:
    waits = line.outcome == Outcome.PENDING and order.state != OrderState.CANCELLED
    ended: Provisioning = "Fulfilled" if line.outcome == Outcome.FULFILLED else "Unfulfilled"
    status: Provisioning = "PrefulfillmentPending" if waits else ended
    part = QuantityProvisioning(quantity=line.quantity, status=status)
    return LineProvisioning(line_item_number=number, status=status, quantity_provisioning_information=[part])


def place_of(order: Order) -> str:
    return f"/customers/{order.customer_id}/orders/{order.number}"


def etag_of_order(order: Order) -> str:
    return etag_of(order.number, order.revision, order.state)
