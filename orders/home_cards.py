"""What the orders app shows an agent on the first page."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.home import Card, Task
from gcc_portal.web.keyset import bounded_count
from orders.queries.orders import orders_for, own_carts
from orders.states import OPEN_ORDERS, OrderState

SHOWN = 5


def cards(request: HttpRequest) -> Iterator[Card]:
    """Yield the person's own carts, the orders that failed, and how many are under way."""
    actor: Actor = actor_on(request)
    if not actor.is_partner or not actor.may(Right.PLACE_ORDERS):
        return
    carts = own_carts(actor).filter(lines__isnull=False)
    tasks = [
        Task(cart.customer, reverse("orders:cart", args=[cart.customer_id]), _("Your cart"))
        for cart in carts.select_related("customer").distinct()[:SHOWN]
    ]
    tasks += [
        Task(
            order.customer, reverse("orders:order", args=[order.number]), _("An order with lines that failed")
        )
        for order in orders_for(actor).filter(state=OrderState.FAILED)[:SHOWN]
    ]
    if tasks:
        yield Card(_("Orders to go on with"), tasks=tuple(tasks), order=50)
    under_way = bounded_count(orders_for(actor).filter(state__in=OPEN_ORDERS).order_by())
    yield Card(_("Orders under way"), under_way, reverse("orders:list"), _("Being fulfilled"), order=50)
