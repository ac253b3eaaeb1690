"""Orders and carts as an actor may see them."""

import re
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.db.models.lookups import IContains
from django.http import Http404

from customers.models import Customer
from gcc_portal.core.local_dates import within_days
from gcc_portal.core.people.actors import Actor
from gcc_portal.web.keyset import OrderedRows
from orders.models import Order, OrderLine
from orders.models.order import LETTERS

NUMBER = re.compile(rf"[{LETTERS}]{{4}}(?:-[{LETTERS}]{{4}}){{2}}")


class NoOrder(Http404):
    """There is no such order, or it is another partner's."""


def orders_for(actor: Actor) -> QuerySet[Order]:
    """Return the orders of the actor's partner that were placed, newest first. Carts are their owner's alone."""
    if actor.partner_id is None:
        return Order.objects.none()
    placed = Order.objects.placed().filter(partner_id=actor.partner_id)
    return placed.select_related("customer", "partner", "created_by", "application").order_by(
        "-submitted_at", "-pk"
    )


def order_or_404(actor: Actor, number: str) -> Order:
    """Return an order of the actor's partner. Raises `Http404` for another's, a cart, and what does not exist."""
    order = orders_for(actor).filter(number=number).first()
    if order is None:
        raise NoOrder
    return order


def for_api(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return the orders with what the API says of each: its lines, and their subscriptions."""
    return orders.prefetch_related(Prefetch("lines", OrderLine.objects.select_related("subscription")))


def orders_of(actor: Actor, customer: Customer) -> QuerySet[Order]:
    """Return the customer's orders for the API, newest first."""
    return for_api(orders_for(actor).filter(customer=customer))


def billed(orders: QuerySet[Order], cycle: str) -> QuerySet[Order]:
    """Return those of the orders that have a line with this billing cycle."""
    return orders.filter(pk__in=OrderLine.objects.filter(billing_cycle=cycle).values("order"))


def order_for_api(actor: Actor, number: str) -> Order:
    """Return an order of the actor's partner for the API."""
    return for_api(orders_for(actor)).get(number=number)


def order_of_or_404(actor: Actor, customer: Customer, number: str) -> Order:
    """Return an order of the customer; the case of the number does not matter. Raises `NoOrder`."""
    order = orders_of(actor, customer).filter(number=number.upper()).first()
    if order is None:
        raise NoOrder
    return order


def own_carts(actor: Actor) -> QuerySet[Order]:
    """Return the carts that this person fills on the pages; those whose days are over are not among them."""
    return Order.objects.filled_by(actor.partner_id, actor.user_id).open_carts()


def cart_for(actor: Actor, customer: Customer) -> Order | None:
    """Return the actor's own cart for the customer, or None where there is none or its days are over."""
    cart = (
        own_carts(actor)
        .filter(customer=customer)
        .select_related("partner__provider")
        .prefetch_related("lines__offer__prerequisites")
        .first()
    )
    if cart is not None:
        cart.customer = customer
    return cart


def cart_size(actor: Actor, customer: Customer) -> int:
    """Return how many lines the actor's cart for the customer holds."""
    return OrderLine.objects.filter(order__in=own_carts(actor).filter(customer=customer)).count()


def search_orders(actor: Actor, params: dict[str, Any]) -> OrderedRows:
    """Return the orders of the actor's partner that the filters leave, newest first.

    `params` may hold `state`, the days `since` and `until` in the portal's time zone, and the text `q`. A whole order
    number is found by an index; for any other text orders are scanned.
    """
    rows, scan, text = orders_for(actor), Q(), params.get("q") or ""
    if params.get("state"):
        rows = rows.filter(state=params["state"])
    rows = within_days(rows, "submitted_at", params.get("since"), params.get("until"))
    if NUMBER.fullmatch(text.upper()):
        rows = rows.filter(number=text.upper())
    elif text:
        # A subquery on each order's own customer: with a join, PostgreSQL reads the customers of all partners.
        customer = Customer.objects.filter(pk=OuterRef("customer_id")).values_list(
            Concat("name", Value("\n"), "domain")
        )
        scan = Q(number__icontains=text) | Q(IContains(Subquery(customer), text))
    return OrderedRows(rows, ("-submitted_at", "-pk"), scan)
