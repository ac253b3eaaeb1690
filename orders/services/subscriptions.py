"""Changing a subscription. Each service takes the revision that the person saw."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from gcc_portal.gates import Stale
from gcc_portal.machine import advance, require
from gcc_portal.people.actors import Actor
from gcc_portal.people.roles import Right
from gcc_portal.use_case import refused_on, use_case
from orders.models import Subscription, SubscriptionState
from orders.queries.subscriptions import subscription_or_404
from orders.services.locking import hold_parties, locked_subscription


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
    reason = _("%(before)s to %(after)s seats") % {"before": subscription.quantity, "after": quantity}
    return _change(subscription, "change_seats", actor, revision, reason=reason, quantity=quantity, at=at)


@use_case
def schedule_seats(actor: Actor, pk: UUID, revision: int, quantity: int) -> Subscription:
    """Set fewer seats for the renewal (O4); return the subscription. Raises as `change_seats` does."""
    subscription = _locked(actor, pk)
    if subscription.revision != revision and subscription.scheduled_quantity == quantity:
        return subscription
    reason = _("%(after)s seats from the renewal on") % {"after": quantity}
    return _change(subscription, "schedule_seats", actor, revision, reason=reason, quantity=quantity)


@use_case
def unschedule_seats(actor: Actor, pk: UUID, revision: int) -> Subscription:
    """Keep the seats at the renewal; return the subscription. With nothing scheduled it changes nothing."""
    subscription = _locked(actor, pk)
    if subscription.scheduled_quantity is None:
        return subscription
    return _change(subscription, "unschedule_seats", actor, revision)


@use_case
def set_auto_renew(actor: Actor, pk: UUID, revision: int, *, on: bool) -> Subscription:
    """Turn the renewal on or off; return the subscription. What is so already stays so."""
    subscription = _locked(actor, pk)
    if subscription.auto_renew == on:
        return subscription
    reason = _("Auto-renew on") if on else _("Auto-renew off")
    return _change(subscription, "set_auto_renew", actor, revision, reason=reason, on=on)


@use_case
def suspend(actor: Actor, pk: UUID, revision: int) -> Subscription:
    """Put the subscription out of use; return it. What is suspended stays so."""
    subscription = _locked(actor, pk)
    if subscription.state == SubscriptionState.SUSPENDED:
        return subscription
    return _change(subscription, "suspend", actor, revision)


@use_case
def resume(actor: Actor, pk: UUID, revision: int) -> Subscription:
    """Put the subscription into use again; return it. What is active stays so."""
    subscription = _locked(actor, pk)
    if subscription.state == SubscriptionState.ACTIVE:
        return subscription
    return _change(subscription, "resume", actor, revision)


@use_case
def cancel(actor: Actor, pk: UUID, revision: int, *, at: datetime | None = None) -> Subscription:
    """End the subscription at once (O4); return it. What is cancelled stays so. Raises as `change_seats` does."""
    subscription = _locked(actor, pk)
    if subscription.state == SubscriptionState.CANCELLED:
        return subscription
    return _change(subscription, "cancel", actor, revision, at=at)


def _locked(actor: Actor, pk: UUID) -> Subscription:
    seen = subscription_or_404(actor, pk)
    require(actor, Right.CHANGE_SUBSCRIPTIONS)
    hold_parties(seen.partner_id, seen.customer_id)
    return locked_subscription(pk)


def _change(
    subscription: Subscription,
    name: str,
    actor: Actor,
    revision: int,
    *,
    reason: str = "",
    **arguments: object,
) -> Subscription:
    if subscription.revision != revision:
        raise Stale(_("This subscription was changed meanwhile. Look at it as it is now, then change it."))
    subscription.revision += 1
    with refused_on(subscription, name):
        advance(subscription, name, actor, reason=reason, **arguments)
    return subscription
