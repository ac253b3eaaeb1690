"""Subscriptions as an actor may see them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.http import Http404

from customers.models import Customer
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, Subscription
from orders.queries.catalog import offers_for
from orders.states import LIVE, RUNNING, SubscriptionState

DEPTH = 4
"""How far add-ons of add-ons are followed on a page."""


class NoSubscription(Http404):
    """There is no such subscription, or it is another partner's or customer's."""


@dataclass
class Branch:
    """A subscription with the add-ons that stand on it, however far below."""

    subscription: Subscription
    addons: list[Subscription] = field(default_factory=list)


def subscriptions_for(actor: Actor) -> QuerySet[Subscription]:
    """Return the subscriptions sold by the actor's partner, by title."""
    if actor.partner_id is None:
        return Subscription.objects.none()
    own = Subscription.objects.filter(partner_id=actor.partner_id)
    return own.select_related("offer", "customer", "partner__provider").order_by(
        "sku_title", "purchased_at", "pk"
    )


def subscription_or_404(actor: Actor, pk: UUID) -> Subscription:
    """Return a subscription of the actor's partner. Raises `NoSubscription` for another's and what does not exist."""
    found = subscriptions_for(actor).select_related("base", "line__order").filter(pk=pk).first()
    if found is None:
        raise NoSubscription
    return found


def held_by(actor: Actor, customer: Customer) -> QuerySet[Subscription]:
    """Return what the customer has or had through the actor's partner."""
    return subscriptions_for(actor).filter(customer=customer)


def for_api(subscriptions: QuerySet[Subscription], customer: Customer) -> QuerySet[Subscription]:
    """Return the customer's subscriptions with what the API says of each: its order, and whether there are add-ons
    to it that the customer can be sold (`has_addons_for_sale`).
    """
    addons = offers_for(customer).order_by().filter(prerequisites=OuterRef("offer_id"))
    return subscriptions.select_related("line__order", "offer", "partner", "customer").annotate(
        has_addons_for_sale=Exists(addons)
    )


def for_api_or_404(actor: Actor, customer: Customer, pk: UUID) -> Subscription:
    """Return one subscription of the customer as `for_api` does. Raises `NoSubscription` for any other."""
    found = for_api(held_by(actor, customer), customer).filter(pk=pk).first()
    if found is None:
        raise NoSubscription
    return found


def addons_on(subscriptions: QuerySet[Subscription], base: Subscription) -> QuerySet[Subscription]:
    """Return those that stand on this one."""
    return subscriptions.filter(base=base)


def of_order(subscriptions: QuerySet[Subscription], number: str) -> QuerySet[Subscription]:
    """Return those that the order with this number made."""
    return subscriptions.filter(line__order__number=number)


def on_record(subscriptions: QuerySet[Subscription], mpn_id: str) -> QuerySet[Subscription]:
    """Return those sold by the partner with this MPN ID: the indirect reseller on record, else who ordered."""
    return subscriptions.filter(Q(partner_on_record=mpn_id) | Q(partner_on_record="", partner__mpn_id=mpn_id))


def seats_by_offer(subscriptions: QuerySet[Subscription]) -> QuerySet[Offer]:
    """Return the offers of the running ones, each with its seats added up: `active_seats`, `suspended_seats`."""
    running = subscriptions.filter(state__in=RUNNING).order_by()
    seats = "subscriptions__quantity"
    return (
        Offer.objects.filter(subscriptions__in=running)
        .annotate(
            active_seats=Sum(seats, filter=Q(subscriptions__state=SubscriptionState.ACTIVE), default=0),
            suspended_seats=Sum(seats, filter=Q(subscriptions__state=SubscriptionState.SUSPENDED), default=0),
        )
        .order_by("sku_title", "pk")
    )


def shown(subscriptions: QuerySet[Subscription], which: str, text: str = "") -> QuerySet[Subscription]:
    """Return those that are `held` (neither cancelled nor expired), `ended`, or `all`, with the text in the title."""
    if which == "ended":
        subscriptions = subscriptions.exclude(state__in=LIVE)
    elif which != "all":
        subscriptions = subscriptions.filter(state__in=LIVE)
    return subscriptions.filter(sku_title__icontains=text) if text else subscriptions


def roots(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Return those whose base is not among these: they head the list, with their add-ons below."""
    among = subscriptions.order_by().values("pk")
    return subscriptions.filter(Q(base=None) | ~Q(base__in=among))


def with_addons(heads: Iterable[Subscription], subscriptions: QuerySet[Subscription]) -> list[Branch]:
    """Return the heads with those of the subscriptions that stand on them: one query a level, whatever the rows."""
    branches = {each.pk: Branch(each) for each in heads}
    root_of = {pk: pk for pk in branches}
    level = list(branches)
    for _step in range(DEPTH):
        found = list(subscriptions.filter(base_id__in=level).exclude(pk__in=list(root_of))) if level else []
        for each in found:
            root_of[each.pk] = root_of[each.base_id]  # type: ignore[index]
            branches[root_of[each.pk]].addons.append(each)
        level = [each.pk for each in found]
    return list(branches.values())
