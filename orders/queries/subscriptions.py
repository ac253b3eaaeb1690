"""Subscriptions as an actor may see them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from customers.models import Customer
from gcc_portal.people.actors import Actor
from orders.models import LIVE, Subscription


@dataclass
class Branch:
    """A subscription with the add-ons that stand on it."""

    subscription: Subscription
    addons: list[Subscription] = field(default_factory=list)


def subscriptions_for(actor: Actor) -> QuerySet[Subscription]:
    """Return the subscriptions sold by the actor's partner, by title."""
    if actor.partner_id is None:
        return Subscription.objects.none()
    own = Subscription.objects.filter(partner_id=actor.partner_id)
    return own.select_related("offer", "customer", "partner__provider").order_by("sku_title", "purchased_at", "pk")


def subscription_or_404(actor: Actor, pk: UUID) -> Subscription:
    """Return a subscription of the actor's partner. Raises `Http404` for another's and what does not exist."""
    found = subscriptions_for(actor).select_related("base", "line__order").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def held_by(actor: Actor, customer: Customer) -> QuerySet[Subscription]:
    """Return what the customer has or had through the actor's partner."""
    return subscriptions_for(actor).filter(customer=customer)


def live(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Return those that are held: neither cancelled nor expired."""
    return subscriptions.filter(state__in=LIVE)


def as_tree(subscriptions: Iterable[Subscription]) -> list[Branch]:
    """Return the subscriptions with add-ons below their base; an add-on whose base is not among them stands alone."""
    rows = list(subscriptions)
    present = {each.pk for each in rows}
    branches = {each.pk: Branch(each) for each in rows if each.base_id not in present}
    for each in rows:
        if each.pk in branches:
            continue
        root = each
        while root.base_id in present and root.pk not in branches:
            root = next(other for other in rows if other.pk == root.base_id)
        branches[root.pk].addons.append(each)
    return list(branches.values())
