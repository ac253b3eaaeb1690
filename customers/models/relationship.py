"""The reseller relationship between a partner and a customer, and the request for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from customers.models.customer import Customer
from customers.states import CANCELLED, RelationshipState
from gcc_portal.core.gates import enforce
from gcc_portal.core.machine import may
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.identity.tenants.kinds import TenantAnswer
from partners.models import Partner, new_token

R = RelationshipState


@dataclass(frozen=True)
class CustomerAnswer:
    """How a customer accepts a request: its tenant, its administrator's address, who the browser is signed in as."""

    tenant: TenantAnswer
    email: str
    signed_in: Actor | None = None


class RelationshipQuerySet(models.QuerySet["Relationship"]):
    """Relationships by what the rules ask of them. Each method has a twin of the same stem on the model."""

    def active_of(self, partner: Partner | int | None) -> "RelationshipQuerySet":
        """Return the relationships in which a partner serves its customers now."""
        return self.filter(partner=partner, state=R.ACTIVE)

    def open(self, at: datetime | None = None) -> "RelationshipQuerySet":
        """Return the requests that can still be answered (R1)."""
        not_past = Q(expires_at__gt=at or timezone.now()) | Q(expires_at=None)
        return self.filter(not_past, state=R.INVITED)

    def past(self, at: datetime | None = None) -> "RelationshipQuerySet":
        """Return the requests that nobody answered in time and that are not marked as expired yet."""
        return self.filter(state=R.INVITED, expires_at__lte=at or timezone.now())


class Relationship(FSMModelMixin, models.Model):
    """A relationship, from the invitation on. One made by creating the customer is accepted in the same act."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="relationships")
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="relationships"
    )
    # The indirect reseller who serves this customer through the partner, its provider.
    reseller = models.ForeignKey(Partner, models.PROTECT, null=True, blank=True, related_name="served")
    state = FSMField(_("state"), max_length=10, choices=RelationshipState, default=R.INVITED, protected=True)
    # False for the relationship that comes with a customer's creation: nobody is invited.
    is_request = models.BooleanField(default=True)
    for_gcc = models.BooleanField(_("for a Government Community Cloud customer"), default=True)
    # Empty while a request that names none is open: whoever accepts it names itself by its tenant.
    organization_name = models.CharField(_("organization"), max_length=200)
    contact_name = models.CharField(_("contact"), max_length=150, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    message_subject = models.CharField(_("subject"), max_length=200, blank=True)
    message = models.TextField(_("message"), blank=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("requested"), default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(_("last sent"), null=True)
    sends = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(_("expires"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.CharField(_("answered by"), max_length=200, blank=True)
    decline_reason = models.TextField(_("reason"), blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    # Copies of the customer's name, domain and creation time, so that one index serves a partner's list in its orders.
    # Database triggers keep them (migrations/sql/relationship_customer.sql); Python never writes them. Name and domain
    # stand in capitals, for a search that ignores case.
    customer_name = models.TextField(null=True, editable=False, db_collation="C")  # noqa: DJ001 - no customer yet
    customer_domain = models.TextField(null=True, editable=False, db_collation="C")  # noqa: DJ001
    customer_since = models.DateTimeField(null=True, editable=False)

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "customer"],
                condition=Q(state=R.ACTIVE),
                name="one_active_relationship_a_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state=R.ACTIVE) | Q(customer__isnull=False),
                name="active_relationship_has_customer",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-created_at"], name="relationship_of_partner"),
            models.Index(
                fields=["partner", "-created_at", "-id"],
                condition=Q(is_request=True),
                name="requests_of_partner",
            ),
            models.Index(
                fields=["partner", "-created_at", "-id"],
                condition=Q(is_request=True, state=R.INVITED),
                name="requests_open",
            ),
            models.Index(
                fields=["expires_at", "id"], condition=Q(state=R.INVITED), name="requests_by_expiry"
            ),
            # The customers list, sorted by name or by age, and its search for how a domain begins.
            models.Index(
                fields=["partner", "customer_name", "customer"],
                condition=Q(state=R.ACTIVE),
                name="active_customers_by_name",
            ),
            models.Index(
                fields=["partner", "customer_since", "customer"],
                condition=Q(state=R.ACTIVE),
                name="active_customers_by_since",
            ),
            models.Index(
                fields=["partner", "customer_domain"],
                condition=Q(state=R.ACTIVE),
                name="active_customers_by_domain",
            ),
        ]

    def __str__(self) -> str:
        return self.organization_name or str(_("Any organization"))

    def is_active_of(self, partner: Partner | int | None) -> bool:
        """Return whether the partner serves the customer by it now."""
        key = partner.pk if isinstance(partner, Partner) else partner
        return self.state == R.ACTIVE and self.partner_id == key

    def is_open(self, at: datetime | None = None) -> bool:
        """Return whether the request can still be answered (R1)."""
        return self.state == R.INVITED and not self.is_past(at)

    def is_past(self, at: datetime | None = None) -> bool:
        """Return whether nobody answered in time and it is not marked as expired yet."""
        limit = at or timezone.now()
        return self.state == R.INVITED and self.expires_at is not None and self.expires_at <= limit

    @property
    def shown_state(self) -> str:
        """Return the state as a list shows it: a request past its day is expired, one taken back is cancelled."""
        if self.cancelled_at:
            return CANCELLED
        return str(R.EXPIRED) if self.is_past() else str(self.state)

    @transition(
        state,
        source=R.INVITED,
        target=R.ACTIVE,
        permission=may(Right.ANSWER_INVITATION, Right.ADD_CUSTOMERS, Right.ACT_AS_PORTAL),
    )
    def activate(self, *, customer: Customer, by: str, answer: CustomerAnswer | None = None) -> None:
        """Begin (R1, R2): a request by the customer's answer, one that comes with a creation without."""
        enforce(self, "activate", customer=customer, answer=answer)
        self.customer = customer
        self.organization_name = self.organization_name or customer.name
        self.answered_at, self.answered_by = timezone.now(), by[:200]

    @transition(state, source=R.INVITED, target=R.DECLINED, permission=may(Right.ANSWER_INVITATION))
    def decline(self, *, by: str, why: str, signed_in: Actor | None = None) -> None:
        """Be declined by the customer, with a reason (R1: not past its day; R2: by no agent)."""
        enforce(self, "decline", signed_in=signed_in)
        self.answered_at, self.answered_by, self.decline_reason = timezone.now(), by[:200], why

    @transition(
        state,
        source=R.INVITED,
        target=R.EXPIRED,
        permission=may(Right.ACT_AS_PORTAL, Right.REQUEST_RELATIONSHIPS),
    )
    def expire(self, *, cancelled: bool = False) -> None:
        """Be past its day, or be cancelled by the partner: the link answers no more."""
        if cancelled:
            self.cancelled_at = timezone.now()

    @transition(state, source=R.ACTIVE, target=R.ENDED, permission=may(Right.REQUEST_RELATIONSHIPS))
    def end(self) -> None:
        """End. Subscriptions and orders under it block this: the orders app registers that rule."""
        enforce(self, "end")
        self.ended_at = timezone.now()
