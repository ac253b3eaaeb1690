"""Orders: placed, listed, read, called off."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from ninja import Query

from customers.api.resellers import person_for_reseller
from customers.queries.customers import customer_or_404
from gcc_portal.api.call import Call
from gcc_portal.api.errors import INPUT, UNSUPPORTED, ApiError, ErrorCode
from gcc_portal.api.paging import Collection, collection, offset_page
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Guid, Whole
from orders.api.labels import SentCycle, asked_cycle
from orders.api.order_shapes import (
    STATUSES,
    ChangedOrder,
    LineProvisioning,
    OrderAnswer,
    SentOrder,
    SentOrderLine,
    answer_of,
    etag_of_order,
    place_of,
    provisioning_of,
)
from orders.models import Order
from orders.queries import orders as queries
from orders.queries.requested_lines import LineRequest
from orders.services import api_orders as programs
from orders.services import placing
from orders.states import OrderState

resources = Resources("Orders", "orders")

NUMBERING: ErrorCode = (400, 800071)
CYCLE_STAYS: ErrorCode = (400, 6000)


@resources.get("customers/{customer_id}/orders", Collection[OrderAnswer])
def list_orders(
    call: Call,
    customer_id: Guid,
    billing_type: SentCycle | None = None,
    include_price: bool = Query(False, alias="include_price"),
    size: Whole = 0,
    offset: Whole = 0,
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

    return offset_page(rows, make, place, size=size, offset=offset, **asked)


@resources.post("customers/{customer_id}/orders", OrderAnswer)
def create_order(call: Call, customer_id: Guid, body: SentOrder) -> Any:
    """Place an order and fulfil it.

    `offerId` is a catalog item ID, product:SKU:availability. Without `termDuration` or `billingCycle` the offer's
    plan of a year, billed monthly, is taken, or the first one that it has. All gates of the order page are asked.
    """
    if body.reference_customer_id and body.reference_customer_id.casefold() != str(customer_id):
        raise ApiError(INPUT, _("referenceCustomerId is another customer than that of the address."))
    person_for_reseller(call, customer_id)
    order = programs.place(call.actor, customer_id, _requests(body))
    return answer_of(call, order)


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
    call.check_etag(etag_of_order(order), body.attributes)
    status = body.status.casefold()
    _refuse_changes(order, body)
    if status == "cancelled":
        placing.cancel(call.actor, order.number)
        order = queries.order_for_api(call.actor, order.number)
    elif status and status != STATUSES[OrderState(order.state)]:
        raise ApiError(INPUT, _("Of an order's status only this can be asked: cancelled."))
    return answer_of(call, order)


@resources.get("customers/{customer_id}/orders/{order_id}/provisioningstatus", Collection[LineProvisioning])
def get_provisioning_status(call: Call, customer_id: Guid, order_id: str) -> Any:
    """Return how far each line of an order is."""
    order = queries.order_of_or_404(call.actor, customer_or_404(call.actor, customer_id), order_id)
    items = [provisioning_of(order, number, line) for number, line in enumerate(order.lines.all())]
    return collection(items, f"{place_of(order)}/provisioningstatus")


def _requests(body: SentOrder) -> list[LineRequest]:
    """Return the lines by their numbers. Raises `ApiError` (400/800071) unless they are 0, 1, 2 and so on."""
    if sorted(_numbers(body.line_items)) != list(range(len(body.line_items))):
        raise ApiError(NUMBERING, _("lineItemNumber counts the lines from 0 on, each once."))
    cycle = asked_cycle(body.billing_cycle)
    return [
        LineRequest(
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
