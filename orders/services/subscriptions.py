"""Changing a subscription. Each service takes the revision that the person saw."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy

from gcc_portal.core.gates import Stale
from gcc_portal.core.machine import apply_transition, require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import refused_on, use_case
from orders.models import Subscription
from orders.queries.subscriptions import NoSubscription, subscription_or_404
from orders.services.locking import lock_parties, lock_subscription_changes, locked_subscription
from orders.states import SubscriptionState

_CHANGED = gettext_lazy("This subscription was changed meanwhile. Look at it as it is now, then change it.")


@use_case
def change_seats(
    actor: Actor, pk: UUID, revision: int, quantity: int, *, at: datetime | None = None
) -> Subscription:
    """Give the subscription another number of seats at once (O2, O4); return it.

    Raises `Http404`, `NotAllowed`, `Stale`, `WrongState`, and `Blocked`: a reduction after the window says the day
    on which it could take effect instead.
    """
    subscription = _locked(actor, pk)
    if subscription.revision != revision and subscription.quantity == quantity:
        return subscription
    return _take(subscription, _seats(subscription, quantity, at), actor, revision)


@use_case
def schedule_seats(actor: Actor, pk: UUID, revision: int, quantity: int) -> Subscription:
    """Set fewer seats for the renewal (O4); return the subscription. Raises as `change_seats` does."""
    subscription = _locked(actor, pk)
    if subscription.revision != revision and subscription.scheduled_quantity == quantity:
        return subscription
    return _take(subscription, _scheduled(subscription, quantity), actor, revision)


@use_case
def unschedule_seats(actor: Actor, pk: UUID, revision: int) -> Subscription:
    """Keep the seats at the renewal; return the subscription. With nothing scheduled it changes nothing."""
    subscription = _locked(actor, pk)
    if subscription.scheduled_quantity is None:
        return subscription
    return _take(subscription, PlannedTransition("unschedule_seats"), actor, revision)


@use_case
def set_auto_renew(actor: Actor, pk: UUID, revision: int, *, on: bool) -> Subscription:
    """Turn the renewal on or off; return the subscription. What is so already stays so."""
    subscription = _locked(actor, pk)
    if subscription.auto_renew == on:
        return subscription
    return _take(subscription, _renewal(on=on), actor, revision)


@use_case
def suspend(actor: Actor, pk: UUID, revision: int) -> Subscription:
    """Put the subscription out of use; return it. What is suspended stays so."""
    subscription = _locked(actor, pk)
    if subscription.state == SubscriptionState.SUSPENDED:
        return subscription
    return _take(subscription, PlannedTransition("suspend"), actor, revision)


@use_case
def resume(actor: Actor, pk: UUID, revision: int) -> Subscription:
    """Put the subscription into use again; return it. What is active stays so."""
    subscription = _locked(actor, pk)
    if subscription.state == SubscriptionState.ACTIVE:
        return subscription
    return _take(subscription, PlannedTransition("resume"), actor, revision)


@use_case
def cancel(actor: Actor, pk: UUID, revision: int, *, at: datetime | None = None) -> Subscription:
    """End the subscription at once (O4); return it. What is cancelled stays so. Raises as `change_seats` does."""
    subscription = _locked(actor, pk)
    if subscription.state == SubscriptionState.CANCELLED:
        return subscription
    return _take(subscription, PlannedTransition("cancel", arguments={"at": at}), actor, revision)


@dataclass(frozen=True)
class SubscriptionChanges:
    """What a subscription becomes; what is None stays as it is."""

    state: SubscriptionState | None = None
    quantity: int | None = None
    scheduled_quantity: int | None = None  # from the renewal on; the present quantity: nothing is scheduled
    auto_renew: bool | None = None
    name: str | None = None
    partner_on_record: str | None = None


@dataclass(frozen=True)
class PlannedTransition:
    """A transition that leads to the change."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)  # what changes: {field: [before, after]}
    arguments: dict[str, Any] = field(default_factory=dict)


@use_case
def change(
    actor: Actor, customer_id: UUID, pk: UUID, changes: SubscriptionChanges, revision: int | None = None
) -> Subscription:
    """Make all changes or none, each by its own transition and gate (O1, O2, O4, P2); return it.

    With a `revision`, only from that version: `Stale` otherwise, even where all is so already. What is so already is
    not written. Raises `Http404` for another customer's subscription, and what the single changes raise.
    """
    subscription = _locked(actor, pk, customer_id)
    if revision is not None and subscription.revision != revision:
        raise Stale(_CHANGED)
    steps = list(_planned(subscription, changes))
    if steps:
        subscription.revision += 1
    for step in steps:
        with refused_on(subscription, step.name):
            apply_transition(subscription, step.name, actor, data=step.data, **step.arguments)
    return subscription


def _planned(subscription: Subscription, changes: SubscriptionChanges) -> Iterator[PlannedTransition]:
    """Yield the transitions that lead to the changes.

    Into use first and out of use last, so that the rest can be done between.
    """
    seats = subscription.quantity if changes.quantity is None else changes.quantity
    state = subscription.state if changes.state is None else changes.state
    if state != subscription.state and state == SubscriptionState.ACTIVE:
        yield PlannedTransition("resume")
    if changes.name not in (None, subscription.friendly_name, subscription.name):
        yield PlannedTransition(
            "rename", {"friendly_name": [subscription.friendly_name, changes.name]}, {"to": changes.name}
        )
    if changes.partner_on_record not in (None, subscription.partner_on_record):
        on_record = [subscription.partner_on_record, changes.partner_on_record]
        yield PlannedTransition(
            "put_on_record", {"partner_on_record": on_record}, {"mpn_id": changes.partner_on_record}
        )
    if changes.auto_renew and not subscription.auto_renew:
        yield _renewal(on=True)
    if seats != subscription.quantity:
        yield _seats(subscription, seats)
    if changes.scheduled_quantity is not None:
        yield from _at_renewal(subscription, changes.scheduled_quantity, seats)
    if changes.auto_renew is False and subscription.auto_renew:
        yield _renewal(on=False)
    if state != subscription.state and state != SubscriptionState.ACTIVE:
        yield PlannedTransition("suspend" if state == SubscriptionState.SUSPENDED else "cancel")


def _at_renewal(subscription: Subscription, quantity: int, seats: int) -> Iterator[PlannedTransition]:
    """Yield what leads to so many seats from the renewal on, of a subscription that has `seats` until then."""
    if quantity == seats and subscription.scheduled_quantity is not None:
        yield PlannedTransition("unschedule_seats")
    elif quantity not in (seats, subscription.scheduled_quantity):
        yield _scheduled(subscription, quantity)


def _seats(subscription: Subscription, quantity: int, at: datetime | None = None) -> PlannedTransition:
    return PlannedTransition(
        "change_seats", {"quantity": [subscription.quantity, quantity]}, {"quantity": quantity, "at": at}
    )


def _scheduled(subscription: Subscription, quantity: int) -> PlannedTransition:
    return PlannedTransition(
        "schedule_seats",
        {"scheduled_quantity": [subscription.scheduled_quantity, quantity]},
        {"quantity": quantity},
    )


def _renewal(*, on: bool) -> PlannedTransition:
    return PlannedTransition("set_auto_renew", {"auto_renew": [not on, on]}, {"on": on})


def _locked(actor: Actor, pk: UUID, customer_id: UUID | None = None) -> Subscription:
    """Return the subscription locked; one to be resumed with its base, which must stay as the gate finds it."""
    seen = subscription_or_404(actor, pk)
    if customer_id not in (None, seen.customer_id):
        raise NoSubscription
    require(actor, Right.CHANGE_SUBSCRIPTIONS)
    lock_parties(seen.partner_id, seen.customer_id)
    # Of a base, too: one that comes back while an order is placed would be found by its gate, and not by what follows.
    lock_subscription_changes(seen.partner_id, seen.customer_id)
    subscription = locked_subscription(pk)
    if subscription.base_id and subscription.state == SubscriptionState.SUSPENDED:
        subscription.base = locked_subscription(subscription.base_id)
    return subscription


def _take(subscription: Subscription, step: PlannedTransition, actor: Actor, revision: int) -> Subscription:
    if subscription.revision != revision:
        raise Stale(_CHANGED)
    subscription.revision += 1
    with refused_on(subscription, step.name):
        apply_transition(subscription, step.name, actor, data=step.data, **step.arguments)
    return subscription
