"""The queue of orders that are being fulfilled."""

from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gcc_portal.operations.queues import Backlog, Failures, Queue, register_queue
from orders.models import Order
from orders.states import OPEN_ORDERS, OrderState


def orders_under_way(_now: datetime) -> Backlog:
    """Return how many orders are submitted or in process, and since when the oldest has not moved on."""
    found = Order.objects.filter(state__in=OPEN_ORDERS).aggregate(n=Count("pk"), oldest=Min("touched_at"))
    return Backlog(found["n"], found["oldest"])


def orders_failed() -> int:
    """Return how many orders ended with a line that could not be fulfilled and were not tried again."""
    return Order.objects.filter(state=OrderState.FAILED).count()


def orders_failed_url() -> str:
    """Return where an operator sees them."""
    return reverse("admin:orders_order_changelist") + "?state__exact=failed"


def register() -> None:
    """Register the queue."""
    register_queue(
        Queue(
            "orders",
            _("Orders"),
            _("Orders that are submitted or in process and not fulfilled yet."),
            patience=120,
            backlog=orders_under_way,
            failures=(
                Failures("failed", _("Orders with lines that failed"), orders_failed, orders_failed_url),
            ),
            order=30,
        )
    )
