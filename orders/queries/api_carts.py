"""Carts of API clients as an actor may see them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from customers.models import Customer
from gcc_portal.core.machine import require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from orders.gates.context import order_context
from orders.models import ApiCart
from orders.queries.requested_lines import LineRequest, ResolvedLine, resolve_lines
from partners.models import Partner


class NoCart(Http404):
    """There is no such cart, it is another partner's, or its days are over."""


def api_carts_for(actor: Actor, customer: Customer) -> QuerySet[ApiCart]:
    """Return the carts of the partner's API clients for the customer: the ordered, and those within their days."""
    if actor.partner_id is None:
        return ApiCart.objects.none()
    return ApiCart.objects.kept().filter(partner_id=actor.partner_id, customer=customer)


def api_cart_or_404(actor: Actor, customer: Customer, cart_id: UUID) -> ApiCart:
    """Return the cart, for any API client or agent of the partner that may place orders.

    Raises `NoCart` for another's, an expired one and what does not exist, and `NotAllowed`.
    """
    require(actor, Right.PLACE_ORDERS)
    found = api_carts_for(actor, customer).select_related("created_by", "application")
    cart = found.filter(pk=cart_id).first()
    if cart is None:
        raise NoCart
    cart.customer = customer
    return cart


def locked_cart_or_404(actor: Actor, customer: Customer, cart_id: UUID) -> ApiCart:
    """Return the cart, fresh, its row locked until the transaction ends. Raises `NoCart`."""
    cart = api_carts_for(actor, customer).select_for_update().filter(pk=cart_id).first()
    if cart is None:
        raise NoCart
    cart.customer = customer
    return cart


def line_requests(lines: Sequence[dict[str, Any]]) -> list[LineRequest]:
    """Return the lines that a cart keeps, each followed by the add-ons below it."""
    flat = [each for line in lines for each in (line, *line["addons"])]
    return [
        LineRequest(
            item=each["item"],
            quantity=each["quantity"],
            term=each["term"],
            billing_cycle=each["billing_cycle"],
            friendly_name=each["friendly_name"],
            partner_on_record=each["partner_on_record"],
        )
        for each in flat
    ]


def resolved_lines(cart: ApiCart) -> list[ResolvedLine]:
    """Return the cart's lines, each followed by its add-ons, with what stands in the way of each now."""
    partner = Partner.objects.select_related("provider").get(pk=cart.partner_id)
    context = order_context(partner, cart.customer)
    return resolve_lines(partner, cart.customer, line_requests(cart.lines), context)
