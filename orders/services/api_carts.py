"""Carts of API clients: lines are kept as they were sent, and the gates are asked of them at the checkout."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from customers.queries.customers import customer_or_404
from gcc_portal.core.gates import guard
from gcc_portal.core.machine import require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import use_case
from orders.gates.api_orders import may_check_out
from orders.gates.order import not_too_many
from orders.models import ApiCart, Order
from orders.models.order import cart_expiry
from orders.queries.api_carts import line_requests, locked_cart_or_404
from orders.services.api_orders import place_locked
from orders.services.locking import lock_parties

Lines = Sequence[dict[str, Any]]


@use_case
def create(actor: Actor, customer_id: UUID, lines: Lines) -> ApiCart:
    """Keep these lines for the customer for seven days; return the cart. Raises `Http404`, `NotAllowed`, `Blocked`.

    A line that can't be ordered is kept as well, and says why when it is read.
    """
    require(actor, Right.PLACE_ORDERS)
    customer = customer_or_404(actor, customer_id)
    guard(not_too_many(len(line_requests(lines)), customer))
    now = timezone.now()
    cart = ApiCart(
        partner_id=actor.partner_id,
        customer=customer,
        created_by_id=actor.user_id,
        application_id=actor.application_id or None,
        lines=list(lines),
        created_at=now,
        changed_at=now,
        expires_at=cart_expiry(now),
    )
    cart.save(force_insert=True)
    return cart


@use_case
def replace(actor: Actor, customer_id: UUID, cart_id: UUID, lines: Lines) -> ApiCart:
    """Put these lines in the place of the cart's; return it. Raises `Http404`, `NotAllowed`, `Blocked`."""
    require(actor, Right.PLACE_ORDERS)
    cart = locked_cart_or_404(actor, customer_or_404(actor, customer_id), cart_id)
    guard([*may_check_out(cart), *not_too_many(len(line_requests(lines)), cart.customer)])
    cart.lines = list(lines)
    cart.changed_at, cart.expires_at = timezone.now(), cart_expiry()
    cart.save(update_fields=["lines", "changed_at", "expires_at"])
    return cart


@use_case
def check_out(actor: Actor, customer_id: UUID, cart_id: UUID) -> Order:
    """Order what is in the cart (O1 to O3, P2 under lock); return the order, fulfilled.

    Raises `Http404`, `NotAllowed` and `Blocked`; of two checkouts at once the second meets the order of the first.
    """
    require(actor, Right.PLACE_ORDERS)
    customer = customer_or_404(actor, customer_id)
    lock_parties(actor.partner_id or 0, customer.pk)
    cart = locked_cart_or_404(actor, customer, cart_id)
    guard(may_check_out(cart))
    cart.order = place_locked(actor, customer, line_requests(cart.lines))
    cart.changed_at = timezone.now()
    cart.save(update_fields=["order", "changed_at"])
    return cart.order
