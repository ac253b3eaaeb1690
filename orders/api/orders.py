"""Orders: placed, listed, read, called off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from customers.queries.customers import customer_or_404
from gcc_portal.api.call import Call, etag_of
from gcc_portal.api.errors import APP_ONLY, INPUT, UNSUPPORTED, Answer, ApiError
from gcc_portal.api.paging import Collection, collection, counted_off
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import (
    WHOLE_MAX,
    Attributes,
    Body,
    Guid,
    Link,
    Resource,
    SentAttributes,
    link,
    typed,
)
from gcc_portal.api.texts import ONE_LINE
from orders.api.words import CURRENCY, CURRENCY_SYMBOL, Cycle, Seats, SentCycle, asked_cycle, told_cycle
from orders.models import Order, OrderLine, OrderState, Outcome
from orders.queries import orders as queries
from orders.queries.asked import Wanted
from orders.services import placing, programs
from orders.services.carts import LINES_MAX

resources = Resources("Orders", "orders")

NUMBERING: Answer = (400, 800071)
CYCLE_STAYS: Answer = (400, 6000)
ITEM_MAX, TERM_MAX, NAME_MAX, MPN_MAX = 100, 20, 200, 20  # characters
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
    creation_date: datetime
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


@resources.get("customers/{customer_id}/orders", Collection[OrderAnswer])
def list_orders(
    call: Call,
    customer_id: Guid,
    billing_type: SentCycle | None = None,
    include_price: bool = Query(False, alias="include_price"),
    size: Annotated[int, Field(ge=0, le=WHOLE_MAX)] = 0,
    offset: Annotated[int, Field(ge=0, le=WHOLE_MAX)] = 0,
) -> Any:
    """List the customer's orders, newest first; with `billingType` those that are billed so."""
    customer = customer_or_404(call.actor, customer_id)
    rows = queries.orders_of(call.actor, customer)
    if billing_type is not None:
        rows = queries.billed(rows, billing_type)
    asked = {"billingType": billing_type, "include_price": "true" if include_price else None}
    place = f"/customers/{customer.pk}/orders"

    def make(order: Order) -> OrderAnswer:
        return answer_of(call, order, include_price=include_price)

    return counted_off(rows, make, place, size=size, offset=offset, **asked)


@resources.post("customers/{customer_id}/orders", OrderAnswer)
def create_order(call: Call, customer_id: Guid, body: SentOrder) -> Any:
    """Place an order and fulfil it.

    `offerId` is a catalog item ID, product:SKU:availability. Without `termDuration` or `billingCycle` the offer's
    plan of a year, billed monthly, is taken, or the first one that it has. All gates of the order page are asked.
    """
    if body.reference_customer_id and body.reference_customer_id.casefold() != str(customer_id):
        raise ApiError(INPUT, _("referenceCustomerId is another customer than that of the address."))
    person_for_reseller(call, customer_id)
    order = programs.place(call.actor, customer_id, _wanted(body))
    return answer_of(call, queries.told_order(call.actor, order.number))


@resources.get("customers/{customer_id}/orders/{order_id}", OrderAnswer)
def get_order(
    call: Call,
    customer_id: Guid,
    order_id: str,
    include_price: bool = Query(False, alias="include_price"),
) -> Any:
    """Return one order."""
    order = queries.order_of_or_404(call.actor, customer_or_404(call.actor, customer_id), order_id)
    return answer_of(call, order, include_price=include_price)


@resources.patch("customers/{customer_id}/orders/{order_id}", OrderAnswer)
def update_order(call: Call, customer_id: Guid, order_id: str, body: ChangedOrder) -> Any:
    """Call an order off before its fulfilment begins (`status` `cancelled`).

    Nothing else of an order can be changed: seats are changed at the subscription, an add-on is ordered anew.
    """
    order = queries.order_of_or_404(call.actor, customer_or_404(call.actor, customer_id), order_id)
    call.check_etag(_etag(order), body.attributes.etag)
    status = body.status.casefold()
    _refuse_changes(order, body)
    if status == "cancelled":
        placing.cancel(call.actor, order.number)
        order = queries.told_order(call.actor, order.number)
    elif status and status != STATUSES[OrderState(order.state)]:
        raise ApiError(INPUT, _("Of an order's status only this can be asked: cancelled."))
    return answer_of(call, order)


@resources.get("customers/{customer_id}/orders/{order_id}/provisioningstatus", Collection[LineProvisioning])
def get_provisioning_status(call: Call, customer_id: Guid, order_id: str) -> Any:
    """Return how far each line of an order is."""
    order = queries.order_of_or_404(call.actor, customer_or_404(call.actor, customer_id), order_id)
    items = [_provisioning(order, number, line) for number, line in enumerate(order.lines.all())]
    return collection(items, f"{_place(order)}/provisioningstatus")


def person_for_reseller(call: Call, customer_id: Guid) -> None:
    """Refuse a program that acts for itself where an indirect reseller serves the customer (403/900329)."""
    if call.app_only and queries.is_served_by_reseller(call.actor, customer_id):
        sentence = _(
            "An indirect reseller serves this customer: order with the token of an agent (App+User)."
        )
        raise ApiError(APP_ONLY, sentence)


def answer_of(call: Call, order: Order, *, include_price: bool = False) -> OrderAnswer:
    """Return an order of `queries.told`, as it is answered."""
    lines = list(order.lines.all())
    place = _place(order)
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
        attributes=typed("Order", _etag(order)),
    )


def _line(call: Call, place: str, order: Order, number: int, line: OrderLine) -> OrderLineItem:
    held = getattr(line, "subscription", None)
    product, sku, _availability = line.catalog_item_id.split(":")
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
            product=link(f"/products/{product}", country="US"),
            sku=link(f"/products/{product}/skus/{sku}", country="US"),
            subscription=link(f"/customers/{order.customer_id}/subscriptions/{held.pk}") if held else None,
            provisioning_status=link(f"{place}/provisioningstatus"),
        ),
    )


def _provisioning(order: Order, number: int, line: OrderLine) -> LineProvisioning:
    waits = line.outcome == Outcome.PENDING and order.state != OrderState.CANCELLED
    ended: Provisioning = "Fulfilled" if line.outcome == Outcome.FULFILLED else "Unfulfilled"
    status: Provisioning = "PrefulfillmentPending" if waits else ended
    part = QuantityProvisioning(quantity=line.quantity, status=status)
    return LineProvisioning(line_item_number=number, status=status, quantity_provisioning_information=[part])


def _wanted(body: SentOrder) -> list[Wanted]:
    """Return the lines by their numbers. Raises `ApiError` (400/800071) unless they are 0, 1, 2 and so on."""
    if sorted(_numbers(body.line_items)) != list(range(len(body.line_items))):
        raise ApiError(NUMBERING, _("lineItemNumber counts the lines from 0 on, each once."))
    cycle = asked_cycle(body.billing_cycle)
    return [
        Wanted(
            item=each.offer_id,
            quantity=each.quantity,
            term=each.term_duration.upper(),
            billing_cycle=cycle,
            friendly_name=each.friendly_name,
            partner_on_record=each.partner_id_on_record,
            parent=each.parent_subscription_id,
        )
        for each in sorted(body.line_items, key=lambda line: line.line_item_number or 0)
    ]


def _numbers(lines: Sequence[SentOrderLine]) -> list[int]:
    return [-1 if line.line_item_number is None else line.line_item_number for line in lines]


def _refuse_changes(order: Order, body: ChangedOrder) -> None:
    """Raise `ApiError` for what can't be changed of an order; what is sent back as it was read is no change."""
    lines = list(order.lines.all())
    cycles = {line.billing_cycle for line in lines}
    asked = asked_cycle(body.billing_cycle)
    if asked and cycles != {asked}:
        raise ApiError(
            CYCLE_STAYS, _("The billing cycle of an order stays until its subscriptions are renewed.")
        )
    known = {number: (line.catalog_item_id, line.quantity) for number, line in enumerate(lines)}
    for each in body.line_items or []:
        item, quantity = known.get(each.line_item_number or 0, ("", 0))
        same = each.offer_id.upper() in ("", item) and each.quantity in (None, quantity)
        if (each.line_item_number or 0) not in known or not same:
            raise ApiError(
                UNSUPPORTED,
                _("The lines of an order stay. Change seats at the subscription; order an add-on by an order of "
                  "its own, with parentSubscriptionId."),
            )  # fmt: skip


def _place(order: Order) -> str:
    return f"/customers/{order.customer_id}/orders/{order.number}"


def _etag(order: Order) -> str:
    return etag_of(order.number, order.revision, order.state)
