"""Carts of programs as an actor may see them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from customers.models import Customer
from gcc_portal.core.machine import require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from orders.models import ApiCart
from orders.queries.requested_lines import Asked, Wanted, look_up
from orders.services.reading import read_parties


class NoCart(Http404):
    """There is no such cart, it is another partner's, or its days are over."""


def api_carts_for(actor: Actor, customer: Customer) -> QuerySet[ApiCart]:
    """Return the carts that the partner's programs keep for the customer: the ordered, and those within their days."""
    if actor.partner_id is None:
        return ApiCart.objects.none()
    kept = Q(order__isnull=False) | Q(expires_at__gt=timezone.now())
    return ApiCart.objects.filter(kept, partner_id=actor.partner_id, customer=customer)


def api_cart_or_404(actor: Actor, customer: Customer, cart_id: UUID) -> ApiCart:
    """Return the cart, for any program or agent of the partner that may place orders.

    Raises `NoCart` for another's, an expired one and what does not exist, and `NotAllowed`.
    """
    require(actor, Right.PLACE_ORDERS)
    found = api_carts_for(actor, customer).select_related("created_by", "application")
    cart = found.filter(pk=cart_id).first()
    if cart is None:
        raise NoCart
    cart.customer = customer
    return cart


# `api_carts_for`, of one cart and locked. By hand: Django takes longer to write it than PostgreSQL to answer it.
LOCKED = """
SELECT * FROM orders_apicart
WHERE id = %s AND partner_id = %s AND customer_id = %s AND (order_id IS NOT NULL OR expires_at > %s) FOR UPDATE
"""


def locked_cart_or_404(actor: Actor, customer: Customer, cart_id: UUID) -> ApiCart:
    """Return the cart, fresh, its row locked until the transaction ends. Raises `NoCart`."""
    for cart in ApiCart.objects.raw(LOCKED, [cart_id, actor.partner_id, customer.pk, timezone.now()]):
        cart.customer = customer
        return cart
    raise NoCart


def wanted_of(lines: Sequence[dict[str, Any]]) -> list[Wanted]:
    """Return the lines that a cart keeps, each followed by the add-ons below it, as an order wants them."""
    flat = [each for line in lines for each in (line, *line["addons"])]
    return [
        Wanted(
            item=each["item"],
            quantity=each["quantity"],
            term=each["term"],
            billing_cycle=each["billing_cycle"],
            friendly_name=each["friendly_name"],
            partner_on_record=each["partner_on_record"],
        )
        for each in flat
    ]


def asked_of(cart: ApiCart) -> list[Asked]:
    """Return the cart's lines, each followed by its add-ons, with what stands in the way of each now."""
    partner, _person = read_parties(cart.partner_id, cart.customer)
    return look_up(partner, cart.customer, wanted_of(cart.lines))
