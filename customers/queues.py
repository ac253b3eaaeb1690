"""The queue of customers whose tenant is being created."""

from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models import CustomerCreation
from customers.states import CreationState
from gcc_portal.operations.queues import Backlog, Failures, Queue, register_queue


def creations_under_way(_now: datetime) -> Backlog:
    """Return how many customers are being created, and when the oldest of these was started."""
    found = CustomerCreation.objects.provisioning().aggregate(n=Count("pk"), oldest=Min("started_at"))
    return Backlog(found["n"], found["oldest"])


def creations_failed() -> int:
    """Return how many creations have failed and were not retried."""
    return CustomerCreation.objects.filter(state=CreationState.FAILED).count()


def creations_failed_url() -> str:
    """Return where an operator sees them."""
    return (
        reverse("admin:customers_customercreation_changelist") + f"?state__exact={CreationState.FAILED.value}"
    )


def register() -> None:
    """Register the queue."""
    register_queue(
        Queue(
            "creations",
            _("Customer creations"),
            _("Customers whose tenant is being made."),
            patience=120,
            backlog=creations_under_way,
            failures=(
                Failures("failed", _("Creations that failed"), creations_failed, creations_failed_url),
            ),
            order=20,
        )
    )
