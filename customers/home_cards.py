"""The cards of customers, validation IDs and requests on an agent's first page."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models import Relationship
from customers.queries.creations import in_progress, usable_ids
from customers.queries.customers import active_relationships
from customers.states import CreationState, RelationshipState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.home import Card, Task
from gcc_portal.web.keyset import bounded_count

SHOWN = 5


def cards(request: HttpRequest) -> Iterator[Card]:
    """Yield the figures of customers, validation IDs and requests, and the creations that wait for somebody."""
    actor: Actor = actor_on(request)
    if not actor.is_partner or not actor.may(Right.SEE_CUSTOMERS):
        return
    waiting = [each for each in in_progress(actor) if each.state != CreationState.PROVISIONING][:SHOWN]
    if waiting:
        tasks = tuple(
            Task(each, reverse("customers:creation", args=[each.pk]), each.get_state_display())
            for each in waiting
        )
        yield Card(_("Customers being added"), tasks=tasks, order=20)
    yield Card(
        _("Customers"),
        bounded_count(active_relationships(actor).order_by("customer_name", "customer_id")),
        reverse("customers:list"),
        _("Active relationships"),
        order=20,
    )
    yield Card(
        _("Validation IDs"),
        len(usable_ids(actor)),
        reverse("customers:validation-ids"),
        _("With creates left"),
        order=30,
    )
    invited = Relationship.objects.filter(
        partner_id=actor.partner_id, state=RelationshipState.INVITED, is_request=True
    )
    yield Card(
        _("Relationship requests"),
        bounded_count(invited),
        reverse("relationships:list"),
        _("Waiting for an answer"),
        order=40,
    )
