"""O4: when seats may be added, taken off, and a subscription ended. The window is `Subscription.cancel_until`."""

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocker, gate_of
from orders.gates.context import order_context
from orders.gates.order import has_base, one_of, within_limits
from orders.gates.parties import (
    may_be_on_record,
    may_be_sold,
    partner_is_qualified,
    partner_transacts,
    relationship_is_active,
)
from orders.models import Subscription
from orders.states import Kind, SubscriptionState


@gate_of(Subscription, "change_seats")
def can_change_seats(subscription: Subscription, quantity: int, at: datetime | None = None) -> list[Blocker]:
    """O2, O4: more seats at any time, within the offer and to whom may be sold them; fewer in the window only."""
    if quantity == subscription.quantity:
        return [_same(subscription)]
    found = within_limits(subscription.offer, quantity)
    if quantity > subscription.quantity:
        return [*found, *still_runs(subscription, at), *can_be_sold_more(subscription)]
    if not subscription.is_in_window(at):
        found.append(_closed(subscription, _reduction_waits(subscription)))
    return found


def can_be_sold_more(subscription: Subscription) -> list[Blocker]:
    """O1, O2, P2: added seats are a sale; return why it can't be made."""
    partner, customer = subscription.partner, subscription.customer
    context = order_context(partner, customer)
    return [
        *partner_transacts(partner),
        *partner_is_qualified(partner),
        *relationship_is_active(customer, context),
        *may_be_sold(subscription.offer, customer),
        *base_is_in_use(subscription, context.bases_in_use),
    ]


def base_is_in_use(subscription: Subscription, bases_in_use: frozenset[int]) -> list[Blocker]:
    """O1: return a blocker for an add-on whose base has ended or is suspended, where no other can stand in."""
    if subscription.base_id is None:
        return []
    return has_base(subscription.offer, set(bases_in_use), subscription.customer_id)


@gate_of(Subscription, "schedule_seats")
def can_schedule_seats(subscription: Subscription, quantity: int) -> list[Blocker]:
    """O4: fewer seats from the renewal on. There must be a renewal."""
    found = within_limits(subscription.offer, quantity)
    if quantity >= subscription.quantity:
        found.append(
            Blocker(
                "O4.not_fewer",
                _("Only fewer seats wait for the renewal."),
                _("More seats can be added at once."),
                field="quantity",
            )
        )
    if not subscription.auto_renew:
        found.append(
            Blocker(
                "O4.no_renewal",
                _("This subscription is not renewed: it ends on %(day)s.") % {"day": end_day(subscription)},
                _("Turn on auto-renew first."),
            )
        )
    return found


@gate_of(Subscription, "cancel")
def can_cancel(subscription: Subscription, at: datetime | None = None) -> list[Blocker]:
    """O4: within the window only, and not while add-ons stand on it."""
    found: list[Blocker] = []
    if not subscription.is_in_window(at):
        if subscription.auto_renew:
            way_out = _("Turn off auto-renew instead: it then ends on %(day)s.") % {
                "day": end_day(subscription)
            }
        else:
            way_out = _("Auto-renew is off: it ends on %(day)s.") % {"day": end_day(subscription)}
        found.append(_closed(subscription, way_out))
    addons = list(subscription.addons.live().select_related("offer"))
    if addons:
        found.append(
            Blocker(
                "O4.addons",
                _("It is the base of %(addons)s.") % {"addons": one_of([each.offer for each in addons])},
                _("Cancel its add-ons first."),
                ("orders:subscription", (addons[0].pk,)),
                _("Open the add-on"),
            )
        )
    return found


@gate_of(Subscription, "resume")
def can_resume(subscription: Subscription) -> list[Blocker]:
    """O1, O4: return a blocker for an add-on whose base is not in use, and for what has ended."""
    base = subscription.base
    found = still_runs(subscription)
    if base is None or base.is_in_use():
        return found
    return [
        *found,
        Blocker(
            "O1.base_not_active",
            _("It is an add-on, and its base %(base)s is %(state)s.")
            % {"base": base, "state": _state_of(base)},
            _("Resume the base first.") if _can_come_back(base) else _("Order both anew."),
            ("orders:subscription", (base.pk,)),
            _("Open the base"),
        ),
    ]


@gate_of(Subscription, "set_auto_renew")
def can_set_auto_renew(subscription: Subscription, *, on: bool) -> list[Blocker]:
    """Return a blocker for a trial that should renew itself, for what is so already, and for what has ended."""
    if on and subscription.offer.kind == Kind.TRIAL:
        return [Blocker("O4.trial", _("A trial is not renewed."), _("Order the offer that follows it."))]
    if on == subscription.auto_renew:
        text = _("Auto-renew is on already.") if on else _("Auto-renew is off already.")
        return [Blocker("O4.unchanged", text)]
    return still_runs(subscription) if on else []


def still_runs(subscription: Subscription, at: datetime | None = None) -> list[Blocker]:
    """O4: return a blocker for one that has ended, whether or not the sweep has said so: nothing brings it back."""
    if not subscription.has_lapsed(at):
        return []
    text = _("This subscription has ended on %(day)s.") % {"day": end_day(subscription)}
    return [Blocker("O4.ended", text, _("Order it anew."))]


@gate_of(Subscription, "renew")
def can_renew(subscription: Subscription, at: datetime | None = None) -> list[Blocker]:
    """Return why the next period can't begin now: the present one runs, or no renewal is wanted."""
    if not subscription.auto_renew:
        return [Blocker("O4.no_renewal", _("Auto-renew is off."))]
    return _period_over(subscription, at)


@gate_of(Subscription, "expire")
def can_expire(subscription: Subscription, at: datetime | None = None) -> list[Blocker]:
    """Return why the subscription can't run out now: the period runs, or it is to be renewed."""
    if subscription.auto_renew:
        return [Blocker("O4.renews", _("Auto-renew is on."))]
    return _period_over(subscription, at)


def end_day(subscription: Subscription) -> str:
    """Return the day (UTC) on which the period ends and what waits for the renewal takes effect."""
    return format_date(subscription.commitment_ends_at.astimezone(UTC), "M j, Y")


def _period_over(subscription: Subscription, at: datetime | None) -> list[Blocker]:
    if subscription.commitment_ends_at <= (at or timezone.now()):
        return []
    return [Blocker("O4.period_runs", _("The period runs until %(day)s.") % {"day": end_day(subscription)})]


def _closed(subscription: Subscription, way_out: str) -> Blocker:
    last = format_date(subscription.cancel_until, "M j, Y")
    return Blocker(
        "O4.window",
        _("Seats could be taken off, or the subscription cancelled, until %(day)s (UTC).") % {"day": last},
        way_out,
        field="quantity",
    )


def _reduction_waits(subscription: Subscription) -> str:
    if subscription.auto_renew:
        return _("Schedule it for the renewal: it takes effect on %(day)s.") % {"day": end_day(subscription)}
    return _("Auto-renew is off: all seats end on %(day)s.") % {"day": end_day(subscription)}


def _same(subscription: Subscription) -> Blocker:
    return Blocker(
        "O4.unchanged",
        _("It has %(n)s seats already.") % {"n": f"{subscription.quantity:,}"},
        _("Enter another number."),
        field="quantity",
    )


def _state_of(base: Subscription) -> str:
    """Return the state of a base in words; one that lapsed is called expired before the sweep says so."""
    state = SubscriptionState.EXPIRED.label if base.has_lapsed() else base.get_state_display()
    return str(state).lower()


def _can_come_back(base: Subscription) -> bool:
    return base.state == SubscriptionState.SUSPENDED and not base.has_lapsed()


@gate_of(Subscription, "put_on_record")
def can_put_on_record(subscription: Subscription, mpn_id: str) -> list[Blocker]:
    """P2: the reseller on record is one of the partner's own indirect resellers, or nobody."""
    return may_be_on_record(subscription.partner, mpn_id)
