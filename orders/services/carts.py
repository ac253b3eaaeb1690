"""Filling a cart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.queries.customers import customer_or_404
from gcc_portal.core.gates import Blocker, Stale, guard
from gcc_portal.core.machine import apply_transition, require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import use_case
from orders.gates.order import can_add, has_plan, not_too_many, twice, within_limits
from orders.models import Order, OrderLine
from orders.models.order import cart_expiry
from orders.queries.catalog import offer_or_404
from orders.states import OrderState
from partners.models import Partner


@dataclass(frozen=True)
class Change:
    """What a line shall be: seats, and a plan as `P1Y:annual`."""

    quantity: int
    plan: str


@use_case
def add_line(
    actor: Actor, customer_id: UUID, offer_id: int, quantity: int, plan: str
) -> tuple[OrderLine, int]:
    """Put so many seats of an offer into the actor's cart for the customer; return the line and the seats it had.

    An offer that is there with the same plan gets the new number of seats, so that a repeated request is harmless.
    Raises `Http404`, `NotAllowed`, and `Blocked` (O2, P2, withdrawn, plan, quantity, a full cart).
    """
    require(actor, Right.PLACE_ORDERS)
    customer = customer_or_404(actor, customer_id)
    offer = offer_or_404(offer_id)
    partner = Partner.objects.select_related("provider").get(pk=actor.partner_id)
    guard(can_add(offer, quantity, plan, partner, customer))
    cart = _locked_cart(actor, customer)
    term, cycle = plan.split(":")
    line = cart.lines.filter(offer=offer, term=term, billing_cycle=cycle).first()
    before = line.quantity if line else 0
    if line is None:
        guard(not_too_many(cart.lines.count() + 1, customer))
        line = OrderLine(order=cart, offer=offer, term=term, billing_cycle=cycle)
    line.quantity = quantity
    line.take_from_offer()
    line.save()
    if before != quantity:
        _touch(cart)
    return line, before


@use_case
def change_lines(
    actor: Actor, customer_id: UUID, number: str, revision: int, changes: Mapping[int, Change]
) -> Order:
    """Change seats and plans of lines of the actor's cart, all or none; return the cart.

    Raises `Stale` when the cart changed since `revision` (unless it already is as asked) and `Blocked` with the
    blockers of each line (O1: quantity, plan, the same offer and plan twice).
    """
    require(actor, Right.PLACE_ORDERS)
    cart = _open_cart(actor, customer_or_404(actor, customer_id), number)
    lines = {line.pk: line for line in cart.lines.select_related("offer")}
    own = {pk: change for pk, change in changes.items() if pk in lines}
    if all(_is_so(lines[pk], change) for pk, change in own.items()) and len(own) == len(changes):
        return cart
    if cart.revision != revision or len(own) != len(changes):
        raise Stale(_("This cart was changed in another tab. Look at it as it is now, and change it again."))
    found = [blocker for pk, change in own.items() for blocker in _change_blockers(lines[pk], change)]
    named = [(line.offer, own[pk].plan if pk in own else line.plan.code, pk) for pk, line in lines.items()]
    guard(found or [blocker for again in twice(named) for blocker in again])
    for pk, change in own.items():
        line = lines[pk]
        line.quantity = change.quantity
        line.term, line.billing_cycle = change.plan.split(":")
        line.take_from_offer()
    fields = [
        "quantity",
        "term",
        "billing_cycle",
        "catalog_item_id",
        "title",
        "sku_title",
        "unit_price_cents",
    ]
    OrderLine.objects.bulk_update([lines[pk] for pk in own], fields)
    _touch(cart)
    return cart


@use_case
def remove_line(actor: Actor, customer_id: UUID, line_id: int) -> str:
    """Take a line out of the actor's cart; return its title, or an empty string when it was gone already."""
    require(actor, Right.PLACE_ORDERS)
    cart = _locked_cart(actor, customer_or_404(actor, customer_id))
    line = cart.lines.filter(pk=line_id).first()
    if line is None:
        return ""
    line.delete()
    _touch(cart)
    return line.sku_title


@use_case
def clear(actor: Actor, customer_id: UUID, number: str, revision: int) -> int:
    """Empty the actor's cart; return how many lines it lost. Raises `Stale` when it changed since `revision`."""
    require(actor, Right.PLACE_ORDERS)
    cart = _open_cart(actor, customer_or_404(actor, customer_id), number)
    count = cart.lines.count()
    if not count:
        return 0
    if cart.revision != revision:
        raise Stale(_("This cart was changed in another tab. Look at it as it is now before you empty it."))
    cart.lines.all().delete()
    _touch(cart)
    return count


def _locked_cart(actor: Actor, customer: Customer) -> Order:
    """Return the actor's cart for the customer, locked; a new one where there is none or its days are over."""
    key: dict[str, Any] = {
        "partner_id": actor.partner_id,
        "customer": customer,
        "created_by_id": actor.user_id,
        "application": None,
        "state": OrderState.CART,
    }
    while True:
        # Two first clicks at once: the database allows one cart, and both get it.
        with transaction.atomic():
            pk = Order.objects.get_or_create(**key)[0].pk
        cart = Order.objects.select_for_update().get(pk=pk)
        if cart.state != OrderState.CART:
            continue
        if cart.is_open_cart():
            return cart
        apply_transition(cart, "cancel", actor, reason=_("The cart was kept for seven days and has expired."))


def _open_cart(actor: Actor, customer: Customer, number: str) -> Order:
    """Return the actor's cart of this number, locked. Raises `Stale` when it is not the cart any more."""
    cart = _locked_cart(actor, customer)
    if cart.number != number:
        raise Stale(_("This cart was submitted, or has expired. This is the cart as it is now."))
    return cart


def _touch(cart: Order) -> None:
    cart.revision += 1
    cart.expires_at = cart_expiry()
    cart.save(update_fields=["revision", "expires_at"])


def _is_so(line: OrderLine, change: Change) -> bool:
    return line.quantity == change.quantity and line.plan.code == change.plan


def _change_blockers(line: OrderLine, change: Change) -> list[Blocker]:
    return [*within_limits(line.offer, change.quantity, line.pk), *has_plan(line.offer, change.plan, line.pk)]
