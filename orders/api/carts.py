"""Carts: lines put together for a customer, and the checkout that makes an order of them."""

from collections.abc import Iterator
from itertools import count
from typing import Annotated, Any, Literal

from pydantic import Field

from customers.api.resellers import person_for_reseller
from customers.queries.customers import customer_or_404
from gcc_portal.api.call import Call
from gcc_portal.api.errors import cut, refused_as
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import (
    WHOLE_MAX,
    Attributes,
    Body,
    Guid,
    Moment,
    Resource,
    SelfLinks,
    one_of,
    self_link,
    typed,
)
from gcc_portal.api.texts import ONE_LINE
from orders.api.answers import LINE_IN_ERROR, OF_LINES, OF_PARTIES
from orders.api.labels import (
    CURRENCY,
    ITEM_MAX,
    MPN_MAX,
    NAME_MAX,
    TERM_MAX,
    Cycle,
    Seats,
    SentCycle,
    asked_cycle,
)
from orders.api.order_shapes import OrderAnswer, answer_of
from orders.gates.order import LINES_MAX
from orders.models import ApiCart
from orders.queries import api_carts as queries
from orders.queries.requested_lines import ResolvedLine
from orders.services import api_carts as services

resources = Resources("Carts", "orders")

RESELLER: Literal["transaction_reseller"] = "transaction_reseller"
# What a cart's line says of itself: codes of their own, inside the cart.
LINE_CODES = {
    "O1.unknown_offer": 10001,
    "O1.withdrawn": 10001,
    "O2.segment": 10001,
    "O1.quantity": 10002,
    "P2.own_mpn": 10004,
    "P2.unknown_mpn": 10004,
    "P2.not_reseller": 10004,
}
CANNOT_PROCESS = 10006
LineId = Annotated[int, Field(ge=-WHOLE_MAX, le=WHOLE_MAX)]


class Participant(Resource):
    """Who takes part in the purchase beside the partner."""

    key: Literal["transaction_reseller"]
    value: str


class CartLineError(Resource):
    """Why a line can't be ordered."""

    error_code: int
    error_description: str


class CartAddOn(Resource):
    """A line of a cart."""

    id: int
    catalog_item_id: str
    friendly_name: str | None = None
    quantity: int
    currency_code: str
    billing_cycle: Cycle
    term_duration: str | None = None
    participants: list[Participant] | None = None
    order_group: str
    error: CartLineError | None = None


class CartLineItem(CartAddOn):
    """A line of a cart, with the add-ons that were sent below it."""

    addon_items: list[CartAddOn] | None = None


class Cart(Resource):
    """Lines that wait for their checkout."""

    id: Guid
    creation_timestamp: Moment
    last_modified_timestamp: Moment
    expiration_timestamp: Moment
    last_modified_user: str = Field(description="Who made it: a person, or the application itself.")
    status: Literal["Active", "Ordered"]
    line_items: list[CartLineItem]
    links: SelfLinks
    attributes: Attributes


class OrderError(Resource):
    """Why a group of a cart's lines was not ordered."""

    order_group_id: str
    code: int
    description: str


class CheckoutResult(Resource):
    """What became of a cart. A checkout that is refused answers the refusal, so there are never errors here."""

    orders: list[OrderAnswer]
    order_errors: list[OrderError]
    attributes: Attributes


class SentParticipant(Body):
    """Who takes part in the purchase."""

    key: Annotated[str, Field(max_length=NAME_MAX), one_of(RESELLER)] = ""
    value: Annotated[str, Field(max_length=MPN_MAX), ONE_LINE] = ""


class SentAddOn(Body):
    """A line as a client sends it."""

    id: LineId | None = None
    catalog_item_id: Annotated[str, Field(max_length=ITEM_MAX), ONE_LINE] = ""
    friendly_name: Annotated[str, Field(max_length=NAME_MAX), ONE_LINE] = ""
    quantity: Seats
    billing_cycle: SentCycle | None = None
    term_duration: Annotated[str, Field(max_length=TERM_MAX), ONE_LINE] = ""
    participants: Annotated[list[SentParticipant], Field(max_length=LINES_MAX)] = []


class SentLine(SentAddOn):
    """A line as a client sends it, with add-ons."""

    addon_items: Annotated[list[SentAddOn], Field(max_length=LINES_MAX)] = []


class SentCart(Body):
    """A cart as a client sends it."""

    line_items: Annotated[list[SentLine], Field(max_length=LINES_MAX)]


@resources.post("customers/{customer_id}/carts", Cart)
def create_cart(call: Call, customer_id: Guid, body: SentCart) -> Any:
    """Make a cart. It is kept for seven days.

    A line that can't be ordered does not stop it: the line says why in `error`, and the checkout is refused for it.
    """
    return _answer(call, services.create(call.actor, customer_id, _kept(body)), made_by=call.actor.name)


@resources.get("customers/{customer_id}/carts/{cart_id}", Cart)
def get_cart(call: Call, customer_id: Guid, cart_id: Guid) -> Any:
    """Return a cart; what stands in the way of each line is resolved anew."""
    customer = customer_or_404(call.actor, customer_id)
    return _answer(call, queries.api_cart_or_404(call.actor, customer, cart_id))


@resources.put("customers/{customer_id}/carts/{cart_id}", Cart, status=201)
def replace_cart(call: Call, customer_id: Guid, cart_id: Guid, body: SentCart) -> Any:
    """Replace the lines of a cart; its seven days begin anew. One that was ordered can't be changed."""
    return _answer(call, services.replace(call.actor, customer_id, cart_id, _kept(body)))


@resources.post("customers/{customer_id}/carts/{cart_id}/checkout", CheckoutResult)
def check_out_cart(call: Call, customer_id: Guid, cart_id: Guid) -> Any:
    """Order what is in a cart, all of it or nothing, and fulfil it. No body is read.

    All gates of the order page are resolved. What stands between partner and customer is answered by its own code, a
    line in error by 400/800009.
    """
    person_for_reseller(call, customer_id)
    with refused_as({**OF_PARTIES, **dict.fromkeys(OF_LINES, LINE_IN_ERROR)}):
        order = services.check_out(call.actor, customer_id, cart_id)
    return CheckoutResult(
        orders=[answer_of(call, order)],
        order_errors=[],
        attributes=typed("CartCheckoutResult"),
    )


def _kept(body: SentCart) -> list[dict[str, Any]]:
    """Return the lines as a cart keeps them."""
    numbers = count()
    kept = []
    for line in body.line_items:
        number = next(numbers)
        addons = [_kept_line(addon, next(numbers)) for addon in line.addon_items]
        kept.append({**_kept_line(line, number), "addons": addons})
    return kept


def _kept_line(line: SentAddOn, number: int) -> dict[str, Any]:
    resellers = [each.value for each in line.participants if each.key == RESELLER]
    return {
        "id": number if line.id is None else line.id,
        "item": line.catalog_item_id,
        "quantity": line.quantity,
        "term": line.term_duration.upper(),
        "billing_cycle": asked_cycle(line.billing_cycle),
        "friendly_name": line.friendly_name,
        "partner_on_record": resellers[0] if resellers else "",
    }


def _answer(call: Call, cart: ApiCart, *, made_by: str = "") -> Cart:
    """Return the cart as it is answered; `made_by` is who made it, where that is known already."""
    resolved = iter(queries.resolved_lines(cart))
    return Cart(
        id=cart.pk,
        creation_timestamp=cart.created_at,
        last_modified_timestamp=cart.changed_at,
        expiration_timestamp=cart.expires_at,
        last_modified_user=made_by or str(cart.created_by or cart.application),
        status="Active" if cart.order_id is None else "Ordered",
        line_items=[_line(call, line, resolved, open_=cart.order_id is None) for line in cart.lines],
        links=self_link(f"/customers/{cart.customer_id}/carts/{cart.pk}"),
        attributes=typed("Cart"),
    )


def _line(call: Call, kept: dict[str, Any], resolved: Iterator[ResolvedLine], *, open_: bool) -> CartLineItem:
    own = _members(call, kept, next(resolved), open_=open_)
    addons = [CartAddOn(**_members(call, each, next(resolved), open_=open_)) for each in kept["addons"]]
    return CartLineItem(**own, addon_items=addons or None)


def _members(call: Call, kept: dict[str, Any], resolved: ResolvedLine, *, open_: bool) -> dict[str, Any]:
    """Return what a line answers: what was sent, what was chosen for it, and what stands in its way."""
    line = resolved.line
    cycle = line.billing_cycle if line else kept["billing_cycle"]
    reseller = kept["partner_on_record"]
    return {
        "id": kept["id"],
        "catalog_item_id": line.catalog_item_id if line else kept["item"],
        "friendly_name": kept["friendly_name"] or None,
        "quantity": kept["quantity"],
        "currency_code": CURRENCY,
        "billing_cycle": call.client.word(cycle or "none"),
        "term_duration": (line.term if line else kept["term"]) or None,
        "participants": [Participant(key=RESELLER, value=reseller)] if reseller else None,
        "order_group": "0",
        # What was ordered is past its gates, whatever they would say today.
        "error": _error(resolved) if open_ else None,
    }


def _error(resolved: ResolvedLine) -> CartLineError | None:
    if not resolved.blockers:
        return None
    codes = [LINE_CODES[each.code] for each in resolved.blockers if each.code in LINE_CODES]
    text = " ".join(str(each) for each in resolved.blockers)
    return CartLineError(error_code=codes[0] if codes else CANNOT_PROCESS, error_description=cut(text))
