"""O4: when seats may be added, taken off, and a subscription ended.

The window: the seven calendar days after the day (UTC) of the purchase or renewal, that day itself not counted. What
was bought on 1 March at any hour may be cancelled until 8 March, 23:59:59 UTC.
"""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocker
from orders.gates.facts import Facts, facts_of
from orders.gates.order import has_base, one_of, within_limits
from orders.gates.parties import may_be_sold, partner_is_qualified, partner_transacts, relationship_is_active

if TYPE_CHECKING:
    from orders.models import Subscription


def last_cancellation_day(period_started_at: datetime) -> date:
    """Return the last day (UTC) of the window that began with the purchase or renewal."""
    return period_started_at.astimezone(UTC).date() + timedelta(days=settings.CANCELLATION_DAYS)


def in_window(subscription: "Subscription", at: datetime | None = None) -> bool:
    """Return whether O4's window is open at `at` (now)."""
    today = (at or timezone.now()).astimezone(UTC).date()
    return today <= last_cancellation_day(subscription.period_started_at)


def can_change_seats(
    subscription: "Subscription", quantity: int, at: datetime | None = None
) -> list[Blocker]:
    """O2, O4: more seats at any time, within the offer and to whom may be sold them; fewer in the window only."""
    if quantity == subscription.quantity:
        return [_same(subscription)]
    found = within_limits(subscription.offer, quantity)
    if quantity > subscription.quantity:
        return [*found, *still_runs(subscription, at), *can_be_sold_more(subscription)]
    if not in_window(subscription, at):
        found.append(_closed(subscription, _reduction_waits(subscription)))
    return found


def can_be_sold_more(subscription: "Subscription") -> list[Blocker]:
    """O1, O2, P2: added seats are a sale; return why it can't be made."""
    partner, customer = subscription.partner, subscription.customer
    facts = facts_of(partner, customer)
    return [
        *partner_transacts(partner),
        *partner_is_qualified(partner),
        *relationship_is_active(customer, facts),
        *may_be_sold(subscription.offer, customer),
        *base_is_held(subscription, facts),
    ]


def base_is_held(subscription: "Subscription", facts: Facts | None = None) -> list[Blocker]:
    """O1: return a blocker for an add-on whose base has ended or is suspended, where no other can stand in."""
    if subscription.base_id is None:
        return []
    customer = subscription.customer
    known = facts or facts_of(subscription.partner, customer)
    return has_base(subscription.offer, set(known.held), customer.pk)


def can_schedule_seats(subscription: "Subscription", quantity: int) -> list[Blocker]:
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


def can_cancel(subscription: "Subscription", at: datetime | None = None) -> list[Blocker]:
    """O4: within the window only, and not while add-ons stand on it."""
    found: list[Blocker] = []
    if not in_window(subscription, at):
        if subscription.auto_renew:
            way_out = _("Turn off auto-renew instead: it then ends on %(day)s.") % {
                "day": end_day(subscription)
            }
        else:
            way_out = _("Auto-renew is off: it ends on %(day)s.") % {"day": end_day(subscription)}
        found.append(_closed(subscription, way_out))
    addons = list(
        subscription.addons.filter(state__in=("pending", "active", "suspended")).select_related("offer")
    )
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


def can_resume(subscription: "Subscription") -> list[Blocker]:
    """O1, O4: return a blocker for an add-on whose base is not in use, and for what has ended."""
    base = subscription.base
    found = still_runs(subscription)
    if base is None or base.state == "active":
        return found
    return [
        *found,
        Blocker(
            "O1.base_not_active",
            _("It is an add-on, and its base %(base)s is %(state)s.")
            % {"base": base, "state": base.get_state_display().lower()},
            _("Resume the base first.") if base.state == "suspended" else _("Order both anew."),
            ("orders:subscription", (base.pk,)),
            _("Open the base"),
        ),
    ]


def can_set_auto_renew(subscription: "Subscription", *, on: bool) -> list[Blocker]:
    """Return a blocker for a trial that should renew itself, for what is so already, and for what has ended."""
    if on and subscription.offer.kind == "trial":
        return [Blocker("O4.trial", _("A trial is not renewed."), _("Order the offer that follows it."))]
    if on == subscription.auto_renew:
        text = _("Auto-renew is on already.") if on else _("Auto-renew is off already.")
        return [Blocker("O4.unchanged", text)]
    return still_runs(subscription) if on else []


def still_runs(subscription: "Subscription", at: datetime | None = None) -> list[Blocker]:
    """O4: return a blocker for one that has ended, whether or not the sweep has said so: nothing brings it back."""
    if not subscription.is_past(at):
        return []
    text = _("This subscription has ended on %(day)s.") % {"day": end_day(subscription)}
    return [Blocker("O4.ended", text, _("Order it anew."))]


def can_renew(subscription: "Subscription", at: datetime | None = None) -> list[Blocker]:
    """Return why the next period can't begin now: the present one runs, or no renewal is wanted."""
    if not subscription.auto_renew:
        return [Blocker("O4.no_renewal", _("Auto-renew is off."))]
    return _period_over(subscription, at)


def can_expire(subscription: "Subscription", at: datetime | None = None) -> list[Blocker]:
    """Return why the subscription can't run out now: the period runs, or it is to be renewed."""
    if subscription.auto_renew:
        return [Blocker("O4.renews", _("Auto-renew is on."))]
    return _period_over(subscription, at)


def end_day(subscription: "Subscription") -> str:
    """Return the day (UTC) on which the period ends and what waits for the renewal takes effect."""
    return format_date(subscription.commitment_ends_at.astimezone(UTC), "M j, Y")


def _period_over(subscription: "Subscription", at: datetime | None) -> list[Blocker]:
    if subscription.commitment_ends_at <= (at or timezone.now()):
        return []
    return [Blocker("O4.period_runs", _("The period runs until %(day)s.") % {"day": end_day(subscription)})]


def _closed(subscription: "Subscription", way_out: str) -> Blocker:
    last = format_date(last_cancellation_day(subscription.period_started_at), "M j, Y")
    return Blocker(
        "O4.window",
        _("Seats could be taken off, or the subscription cancelled, until %(day)s (UTC).") % {"day": last},
        way_out,
        field="quantity",
    )


def _reduction_waits(subscription: "Subscription") -> str:
    if subscription.auto_renew:
        return _("Schedule it for the renewal: it takes effect on %(day)s.") % {"day": end_day(subscription)}
    return _("Auto-renew is off: all seats end on %(day)s.") % {"day": end_day(subscription)}


def _same(subscription: "Subscription") -> Blocker:
    return Blocker(
        "O4.unchanged",
        _("It has %(n)s seats already.") % {"n": f"{subscription.quantity:,}"},
        _("Enter another number."),
        field="quantity",
    )
