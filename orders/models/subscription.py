"""Subscriptions: what a customer holds, for a committed period."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from customers.models import Customer
from gcc_portal.core.gates import enforce
from gcc_portal.core.machine import may
from gcc_portal.core.people.roles import Right
from orders.models.catalog import Offer
from orders.models.order import OrderLine
from orders.models.terms import Plan, cycle_end, plan_rule, term_end
from orders.states import LIVE, RUNNING, BillingCycle, SubscriptionState, Term
from partners.models import Partner

S = SubscriptionState
CHANGE = may(Right.CHANGE_SUBSCRIPTIONS)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Rules about rows of subscriptions, each said once."""

    def live(self) -> Self:
        """Return those that are neither cancelled nor expired."""
        return self.filter(state__in=LIVE)

    def in_use(self, at: datetime | None = None) -> Self:
        """Return those that an add-on can stand on at `at` (now) (O1). Python twin: `Subscription.is_in_use`."""
        return self.filter(
            Q(auto_renew=True) | Q(commitment_ends_at__gt=at or timezone.now()), state=S.ACTIVE
        )

    def running_out_by(self, at: datetime) -> Self:
        """Return the running ones whose period is over at `at`: they renew or expire (O4)."""
        return self.filter(state__in=RUNNING, commitment_ends_at__lte=at)


class Subscription(FSMModelMixin, models.Model):
    """Seats of one offer, held by one customer through one partner. Each line of an order makes at most one."""

    id = models.UUIDField(_("subscription ID"), primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="subscriptions")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="subscriptions")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="subscriptions")
    line = models.OneToOneField(OrderLine, models.PROTECT, related_name="subscription")
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="addons")
    state = FSMField(_("state"), max_length=10, choices=SubscriptionState, default=S.PENDING, protected=True)
    sku_title = models.CharField(_("title"), max_length=200)
    friendly_name = models.CharField(_("the partner's name for it"), max_length=200, blank=True)
    # The MPN ID of the indirect reseller on record (API: partnerId).
    partner_on_record = models.CharField(_("partner on record"), max_length=20, blank=True)
    quantity = models.PositiveIntegerField(_("seats"))
    term = models.CharField(_("term"), max_length=3, choices=Term)
    billing_cycle = models.CharField(_("billing"), max_length=10, choices=BillingCycle)
    unit_price_cents = models.PositiveIntegerField(_("demo price per unit and month, US cents"))
    purchased_at = models.DateTimeField(_("purchased"))
    # Purchase or last renewal: from here the seven days of O4 are counted.
    period_started_at = models.DateTimeField(_("period began"))
    commitment_ends_at = models.DateTimeField(_("period ends"))
    auto_renew = models.BooleanField(_("renews by itself"), default=True)
    scheduled_quantity = models.PositiveIntegerField(_("seats from the renewal on"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    suspended_at = models.DateTimeField(_("suspended"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering: ClassVar[list[str]] = ["sku_title", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="subscription_has_seats"),
            models.CheckConstraint(
                condition=Q(scheduled_quantity=None) | Q(scheduled_quantity__gte=1), name="scheduled_seats"
            ),
            models.CheckConstraint(
                condition=Q(scheduled_quantity=None) | Q(auto_renew=True), name="scheduled_only_if_renewed"
            ),
            models.CheckConstraint(
                condition=Q(commitment_ends_at__gt=F("period_started_at")), name="period_ends_after_it_began"
            ),
            models.CheckConstraint(condition=plan_rule(), name="subscription_plan_of_new_commerce"),
            models.CheckConstraint(condition=Q(base=None) | ~Q(base=F("id")), name="no_base_of_itself"),
            models.CheckConstraint(
                condition=Q(state__in=LIVE) | Q(ended_at__isnull=False), name="ended_subscription_knows_when"
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "customer", "sku_title"], name="subscriptions_of_customer"),
            models.Index(
                fields=["commitment_ends_at"], condition=Q(state__in=RUNNING), name="subscriptions_by_end"
            ),
        ]

    def __str__(self) -> str:
        return self.sku_title

    @property
    def name(self) -> str:
        """Return what the partner calls it, else its title."""
        return self.friendly_name or self.sku_title

    @property
    def plan(self) -> Plan:
        """Return term and billing cycle as one."""
        return Plan(self.term, self.billing_cycle)

    @property
    def cancel_until(self) -> date:
        """Return the last day (UTC) on which seats may be taken off or the subscription cancelled (O4).

        The day of the purchase or renewal itself is not counted: what was bought on 1 March at any hour may be
        cancelled until 8 March, 23:59:59 UTC.
        """
        return self.period_starts_on + timedelta(days=settings.CANCELLATION_DAYS)

    @property
    def period_starts_on(self) -> date:
        """Return the day (UTC) of the purchase or last renewal."""
        return self.period_started_at.astimezone(UTC).date()

    @property
    def period_ends_on(self) -> date:
        """Return the day (UTC) on which it is renewed or ends."""
        return self.commitment_ends_at.astimezone(UTC).date()

    def is_in_window(self, at: datetime | None = None) -> bool:
        """Return whether seats may be taken off, or all be cancelled, at `at` (now) (O4)."""
        return (at or timezone.now()).astimezone(UTC).date() <= self.cancel_until

    def has_lapsed(self, at: datetime | None = None) -> bool:
        """Return whether its period is over and no other follows, whether or not the sweep has expired it."""
        return not self.auto_renew and self.commitment_ends_at <= (at or timezone.now())

    def is_in_use(self, at: datetime | None = None) -> bool:
        """Return whether an add-on can stand on it at `at` (now) (O1)."""
        return self.state == S.ACTIVE and not self.has_lapsed(at)

    @property
    def month_cents(self) -> int:
        """Return what it costs a month, in US cents."""
        return self.unit_price_cents * self.quantity

    def billed_until(self, at: datetime | None = None) -> datetime:
        """Return when the billing cycle of the moment `at` (now) ends."""
        day = self.purchased_at.astimezone(UTC).day
        start, moment = self.period_started_at.astimezone(UTC), (at or timezone.now()).astimezone(UTC)
        return cycle_end(start, self.billing_cycle, self.commitment_ends_at, moment, day)

    def begin_period(self, at: datetime) -> None:
        """Set the period that begins at `at`. Bought on a 31st, it ends on a 31st again after a short month."""
        self.period_started_at = at.astimezone(UTC)
        day = self.purchased_at.astimezone(UTC).day
        self.commitment_ends_at = term_end(self.period_started_at, self.term, day)

    @transition(state, source=S.PENDING, target=S.ACTIVE, permission=may(Right.ACT_AS_PORTAL))
    def activate(self) -> None:
        """Be there for use."""

    @transition(state, source=S.ACTIVE, target=None, permission=CHANGE)
    def change_seats(self, *, quantity: int, at: datetime | None = None) -> None:
        """Have another number of seats from now on (O2, O4)."""
        enforce(self, "change_seats", quantity=quantity, at=at)
        self.quantity = quantity
        if self.scheduled_quantity is not None and self.scheduled_quantity >= quantity:
            self.scheduled_quantity = None

    @transition(state, source=S.ACTIVE, target=None, permission=CHANGE)
    def schedule_seats(self, *, quantity: int) -> None:
        """Have fewer seats from the renewal on (O4)."""
        enforce(self, "schedule_seats", quantity=quantity)
        self.scheduled_quantity = quantity

    @transition(state, source=[S.ACTIVE, S.SUSPENDED], target=None, permission=CHANGE)
    def unschedule_seats(self) -> None:
        """Keep the number of seats at the renewal."""
        self.scheduled_quantity = None

    @transition(state, source=[S.ACTIVE, S.SUSPENDED], target=None, permission=CHANGE)
    def set_auto_renew(self, *, on: bool) -> None:
        """Be renewed at the end of the period, or end with it: then no change of seats waits for a renewal."""
        enforce(self, "set_auto_renew", on=on)
        self.auto_renew = on
        if not on:
            self.scheduled_quantity = None

    @transition(state, source=S.ACTIVE, target=S.SUSPENDED, permission=CHANGE)
    def suspend(self) -> None:
        """Be out of use. It is billed on."""
        self.suspended_at = timezone.now()

    @transition(state, source=S.SUSPENDED, target=S.ACTIVE, permission=CHANGE)
    def resume(self) -> None:
        """Be in use again (O1: an add-on not without its base)."""
        enforce(self, "resume")
        self.suspended_at = None

    @transition(state, source=[S.ACTIVE, S.SUSPENDED], target=None, permission=CHANGE)
    def rename(self, *, to: str) -> None:
        """Be called so by the partner; its title again where the name is empty."""
        self.friendly_name = to

    @transition(state, source=[S.ACTIVE, S.SUSPENDED], target=None, permission=CHANGE)
    def put_on_record(self, *, mpn_id: str) -> None:
        """Name the indirect reseller on record, or none (P2)."""
        enforce(self, "put_on_record", mpn_id=mpn_id)
        self.partner_on_record = mpn_id

    @transition(state, source=[S.ACTIVE, S.SUSPENDED], target=S.CANCELLED, permission=CHANGE)
    def cancel(self, *, at: datetime | None = None) -> None:
        """End at once (O4: within the seven days only)."""
        enforce(self, "cancel", at=at)
        self.ended_at = at or timezone.now()
        self.scheduled_quantity = None

    @transition(state, source=[S.ACTIVE, S.SUSPENDED], target=None, permission=may(Right.ACT_AS_PORTAL))
    def renew(self, *, at: datetime | None = None) -> None:
        """Begin the next period where this one ends, with the seats that were scheduled for it."""
        enforce(self, "renew", at=at)
        self.quantity = self.scheduled_quantity or self.quantity
        self.scheduled_quantity = None
        self.begin_period(self.commitment_ends_at)

    @transition(state, source=[S.ACTIVE, S.SUSPENDED], target=S.EXPIRED, permission=may(Right.ACT_AS_PORTAL))
    def expire(self, *, at: datetime | None = None) -> None:
        """End with its period."""
        enforce(self, "expire", at=at)
        self.ended_at = self.commitment_ends_at
