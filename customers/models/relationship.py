"""The reseller relationship between a partner and a customer, and the request for it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from customers import gates
from customers.models.customer import Customer
from gcc_portal.core.gates import guard
from gcc_portal.core.machine import may
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from partners.models import Partner, new_token


class RelationshipState(models.TextChoices):
    """The states of a relationship."""

    INVITED = "invited", _("Invited")
    ACTIVE = "active", _("Active")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    ENDED = "ended", _("Ended")


R = RelationshipState


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
    letter_subject = models.CharField(_("subject"), max_length=200, blank=True)
    letter = models.TextField(_("letter"), blank=True)
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
    # What lists of customers are ordered and searched by. Never written here: triggers keep it as the customer's row
    # has it (see the migration). Name and domain in capitals, so that one index knows the order and any case.
    customer_name = models.TextField(null=True, editable=False, db_collation="C")  # noqa: DJ001 - no customer yet
    customer_domain = models.TextField(null=True, editable=False, db_collation="C")  # noqa: DJ001
    customer_since = models.DateTimeField(null=True, editable=False)

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
            # The customers list in its orders, and its search for how a domain begins.
            models.Index(
                fields=["partner", "customer_name", "customer"],
                condition=Q(state=R.ACTIVE),
                name="held_by_name",
            ),
            models.Index(
                fields=["partner", "customer_since", "customer"],
                condition=Q(state=R.ACTIVE),
                name="held_by_age",
            ),
            models.Index(
                fields=["partner", "customer_domain"], condition=Q(state=R.ACTIVE), name="held_by_domain"
            ),
        ]

    def __str__(self) -> str:
        return self.organization_name or str(_("Any organization"))

    @property
    def is_past(self) -> bool:
        """Return whether nobody answered in time, whether or not the sweep has said so."""
        return self.state == R.INVITED and self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def shown_state(self) -> str:
        """Return the state as a list shows it: a request past its day is expired, one taken back is cancelled."""
        if self.cancelled_at:
            return "cancelled"
        return str(R.EXPIRED) if self.is_past else str(self.state)

    @transition(
        state,
        source=R.INVITED,
        target=R.ACTIVE,
        permission=may(Right.ANSWER_INVITATION, Right.ADD_CUSTOMERS, Right.ACT_AS_PORTAL),
    )
    def activate(self, *, customer: Customer, by: str, answer: gates.Answer | None = None) -> None:
        """Begin (R1, R2): a request by the customer's answer, one that comes with a creation without."""
        guard(gates.can_activate(self, customer, answer))
        self.customer = customer
        self.organization_name = self.organization_name or customer.name
        self.answered_at, self.answered_by = timezone.now(), by[:200]

    @transition(state, source=R.INVITED, target=R.DECLINED, permission=may(Right.ANSWER_INVITATION))
    def decline(self, *, by: str, why: str, signed_in: Actor | None = None) -> None:
        """Be declined by the customer, with a reason (R1: not past its day; R2: by no agent)."""
        guard(gates.may_answer(signed_in) or gates.may_be_answered(self))
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
        """End. What may still run under it is asked of `gates.can_end` and of the orders' room."""
        guard(gates.can_end(self))
        self.ended_at = timezone.now()
