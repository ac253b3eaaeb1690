"""Orders and their lines. A cart is an order that was not submitted yet."""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from customers.models import Customer
from gcc_portal.core.gates import enforce
from gcc_portal.core.machine import may
from gcc_portal.core.people.roles import Right
from orders.models.catalog import Offer
from orders.models.terms import MONTHS_BILLED, Plan, plan_rule
from orders.states import OPEN_ORDERS, BillingCycle, OrderState, Outcome, Term
from partners.models import ApiApplication, Partner

# Neither vowels, so that no number spells a word, nor what is read for another.
LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"


def new_number() -> str:
    """Return an order number that can't be guessed, in three groups of four."""
    groups = ("".join(secrets.choice(LETTERS) for _each in range(4)) for _group in range(3))
    return "-".join(groups)


def cart_expiry(at: datetime | None = None) -> datetime:
    """Return when a cart that was last touched at `at` (now) is cleared."""
    return (at or timezone.now()) + timedelta(days=settings.CART_DAYS)


S = OrderState


class OrderQuerySet(models.QuerySet["Order"]):
    """Rules about rows of orders, each said once."""

    def placed(self) -> Self:
        """Return the orders that were submitted, whatever became of them."""
        return self.filter(submitted_at__isnull=False)

    def filled_by(self, partner_id: int | None, user_id: int | None) -> Self:
        """Return what this person filled on the pages, carts and orders; those of API clients are not among them."""
        if partner_id is None or user_id is None:
            return self.none()
        return self.filter(partner_id=partner_id, created_by_id=user_id, application=None)

    def open_carts(self, at: datetime | None = None) -> Self:
        """Return the carts whose days are not over at `at` (now). Python twin: `Order.is_open_cart`."""
        return self.filter(state=S.CART, expires_at__gt=at or timezone.now())


class Order(FSMModelMixin, models.Model):
    """What an agent of a partner orders for a customer."""

    number = models.CharField(
        _("order number"), max_length=14, unique=True, default=new_number, editable=False
    )
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="orders")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    # Who placed it: a person, an API application, or one through the other.
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    application = models.ForeignKey(
        ApiApplication, models.PROTECT, null=True, blank=True, related_name="orders"
    )
    state = FSMField(_("state"), max_length=10, choices=OrderState, default=S.CART, protected=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    expires_at = models.DateTimeField(_("cart kept until"), default=cart_expiry)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    # When fulfilment last gave a sign of life: what stands still for long is taken up again.
    touched_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("fulfilments begun"), default=0)
    line_count = models.PositiveIntegerField(_("lines"), default=0)
    month_cents = models.BigIntegerField(_("a month, US cents"), default=0)
    due_cents = models.BigIntegerField(_("on the first bill, US cents"), default=0)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering: ClassVar[list[str]] = ["-submitted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "customer", "created_by"],
                condition=Q(state=S.CART, application=None),
                name="one_cart_a_person_and_customer",
            ),
            models.CheckConstraint(
                condition=Q(created_by__isnull=False) | Q(application__isnull=False),
                name="order_knows_who_placed_it",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[S.CART, S.CANCELLED]) | Q(submitted_at__isnull=False),
                name="order_knows_its_submission",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-submitted_at", "-id"], name="orders_of_partner"),
            models.Index(
                fields=["partner", "state", "-submitted_at", "-id"], name="orders_of_partner_by_state"
            ),
            models.Index(fields=["customer", "-submitted_at"], name="orders_of_customer"),
            models.Index(
                fields=["state", "touched_at"], condition=Q(state__in=OPEN_ORDERS), name="orders_under_way"
            ),
            models.Index(fields=["expires_at"], condition=Q(state=S.CART), name="carts_by_expiry"),
            models.Index(fields=["finished_at"], condition=Q(state=S.FAILED), name="orders_failed"),
        ]

    def __str__(self) -> str:
        word = now_in_words("Cart") if self.state == S.CART else now_in_words("Order")
        return f"{word} {self.number}"

    @property
    def placed_by(self) -> str:
        """Return who placed it, in words: the person, the application, or one through the other."""
        if self.created_by is None or self.application is None:
            return str(self.created_by or self.application)
        return now_in_words("%(person)s, with %(application)s") % {
            "person": self.created_by,
            "application": self.application,
        }

    def is_open_cart(self, at: datetime | None = None) -> bool:
        """Return whether this is a cart whose days are not over at `at` (now)."""
        return self.state == S.CART and self.expires_at > (at or timezone.now())

    def is_expired_cart(self, at: datetime | None = None) -> bool:
        """Return whether this is a cart whose days are over, whether or not the sweep has cleared it."""
        return self.state == S.CART and not self.is_open_cart(at)

    @transition(state, source=S.CART, target=S.SUBMITTED, permission=may(Right.PLACE_ORDERS))
    def submit(self, *, at: datetime | None = None) -> None:
        """Be placed (O1 to O3, P2): totals are written down as they are now."""
        moment = at or timezone.now()
        enforce(self, "submit", at=moment)
        lines = list(self.lines.all())
        self.submitted_at = self.touched_at = moment
        self.line_count = len(lines)
        self.month_cents = sum(line.month_cents for line in lines)
        self.due_cents = sum(line.due_cents for line in lines)
        self.revision += 1

    @transition(state, source=S.SUBMITTED, target=S.PROCESSING, permission=may(Right.ACT_AS_PORTAL))
    def begin(self) -> None:
        """Be taken up by the fulfilment."""
        self.attempts += 1
        self.touched_at = timezone.now()

    @transition(state, source=S.FAILED, target=S.PROCESSING, permission=may(Right.PLACE_ORDERS))
    def retry(self) -> None:
        """Be taken up again for the lines that failed (O1 holds for them once more)."""
        enforce(self, "retry")
        self.attempts += 1
        self.touched_at = timezone.now()
        self.finished_at = None

    @transition(state, source=S.PROCESSING, target=S.COMPLETED, permission=may(Right.ACT_AS_PORTAL))
    def complete(self, *, at: datetime | None = None) -> None:
        """End with every line fulfilled."""
        enforce(self, "complete")
        self.finished_at = at or timezone.now()

    @transition(state, source=S.PROCESSING, target=S.FAILED, permission=may(Right.ACT_AS_PORTAL))
    def fail(self, *, at: datetime | None = None) -> None:
        """End with a line or more that could not be fulfilled. Those that could be stay fulfilled."""
        self.finished_at = at or timezone.now()

    @transition(
        state,
        source=[S.CART, S.SUBMITTED],
        target=S.CANCELLED,
        permission=may(Right.PLACE_ORDERS, Right.ACT_AS_PORTAL),
    )
    def cancel(self) -> None:
        """Be called off before the fulfilment begins, or be a cart that was emptied or kept too long."""
        self.finished_at = timezone.now()


AS_SOLD = ("catalog_item_id", "title", "sku_title", "unit_price_cents")
"""What a line keeps of its offer."""


class OrderLine(models.Model):
    """One offer in an order, with its text and price as sold."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="lines")
    catalog_item_id = models.CharField(max_length=30)
    title = models.CharField(_("product"), max_length=200)
    sku_title = models.CharField(_("title"), max_length=200)
    friendly_name = models.CharField(_("the partner's name for it"), max_length=200, blank=True)
    # The MPN ID of the indirect reseller on record (API: partnerIdOnRecord).
    partner_on_record = models.CharField(_("partner on record"), max_length=20, blank=True)
    quantity = models.PositiveIntegerField(_("seats"))
    term = models.CharField(_("term"), max_length=3, choices=Term)
    billing_cycle = models.CharField(_("billing"), max_length=10, choices=BillingCycle)
    unit_price_cents = models.PositiveIntegerField(_("demo price per unit and month, US cents"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.PENDING)
    cause = models.TextField(_("cause"), blank=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "offer", "term", "billing_cycle"],
                name="one_line_an_offer_and_plan",
                # Asked at the end of the statement, so that two lines can change places.
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="line_has_seats"),
            models.CheckConstraint(condition=plan_rule(), name="line_plan_of_new_commerce"),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.FAILED) | ~Q(cause=""), name="failed_line_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.sku_title

    @property
    def plan(self) -> Plan:
        """Return term and billing cycle as one."""
        return Plan(self.term, self.billing_cycle)

    @property
    def counted(self) -> str:
        """Return the quantity in words: 25 seats."""
        return self.offer.counted(self.quantity)

    @property
    def month_cents(self) -> int:
        """Return what the line costs a month, in US cents."""
        return self.unit_price_cents * self.quantity

    @property
    def due_cents(self) -> int:
        """Return what the line's first bill comes to, in US cents: one billing cycle."""
        return self.month_cents * MONTHS_BILLED[BillingCycle(self.billing_cycle)]

    def take_from_offer(self) -> bool:
        """Write down the offer's text and price as they are now; return whether anything is not as it was."""
        before = [getattr(self, name) for name in AS_SOLD]
        self.catalog_item_id = self.offer.catalog_item_id
        self.title = self.offer.title
        self.sku_title = self.offer.sku_title
        self.unit_price_cents = self.offer.unit_price(self.term)
        return before != [getattr(self, name) for name in AS_SOLD]
