"""Validation IDs and every use that is made of them."""

import secrets
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from customers.states import LIVE_USE, VALID_IDS, UseState, ValidationState
from gcc_portal.core.machine import may
from gcc_portal.core.people.roles import Right
from partners.models import Partner

V = ValidationState


def new_number() -> str:
    """Return nine digits: clients of the API hold the ID as a number."""
    return str(100_000_000 + secrets.randbelow(900_000_000))


class ValidationQuerySet(models.QuerySet["ValidationId"]):
    """Validation IDs by what the rules ask of them. Each method has a twin of the same stem on the model."""

    def usable(self, at: datetime | None = None) -> "ValidationQuerySet":
        """Return the IDs with which a customer can be created: in force, with creates left (A2)."""
        return self.in_force(at).filter(max_creates__gt=F("reserved") + F("used"))

    def in_force(self, at: datetime | None = None) -> "ValidationQuerySet":
        """Return the issued IDs whose last day is not over, with creates left or all under way."""
        return self.filter(state=V.ISSUED, expires_at__gt=at or timezone.now())

    def valid(self, at: datetime | None = None) -> "ValidationQuerySet":
        """Return the IDs that are neither revoked nor past their last day, used up or not."""
        return self.filter(state__in=VALID_IDS, expires_at__gt=at or timezone.now())

    def past(self, at: datetime | None = None) -> "ValidationQuerySet":
        """Return the issued IDs whose last day is over and that are not marked as expired yet."""
        return self.filter(state=V.ISSUED, expires_at__lte=at or timezone.now())


class ValidationId(FSMModelMixin, models.Model):
    """The proof that an organisation was validated. It belongs to one partner and is good for `max_creates`."""

    number = models.CharField(
        _("validation ID"), max_length=12, unique=True, default=new_number, editable=False
    )
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="validation_ids")
    form = models.OneToOneField(
        "customers.CustomerForm", models.PROTECT, null=True, blank=True, related_name="validation_id"
    )
    organization_name = models.CharField(_("organization"), max_length=200)
    web_domain = models.CharField(_("web domain"), max_length=253, blank=True)
    max_creates = models.PositiveSmallIntegerField(_("creates in all"))
    reserved = models.PositiveSmallIntegerField(_("under way"), default=0)
    used = models.PositiveSmallIntegerField(_("used"), default=0)
    state = FSMField(_("state"), max_length=12, choices=ValidationState, default=V.ISSUED, protected=True)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))

    objects = ValidationQuerySet.as_manager()

    class Meta:
        verbose_name = _("validation ID")
        verbose_name_plural = _("validation IDs")
        ordering: ClassVar[list[str]] = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(max_creates__gte=F("reserved") + F("used")), name="validation_id_never_overdrawn"
            )
        ]
        indexes = [
            models.Index(fields=["partner", "-issued_at", "-id"], name="validation_of_partner"),
            models.Index(
                fields=["partner", "-issued_at", "-id"],
                condition=Q(state=V.ISSUED),
                name="validation_in_force",
            ),
            models.Index(fields=["-issued_at", "-id"], name="validation_by_age"),
            models.Index(
                fields=["expires_at", "id"], condition=Q(state=V.ISSUED), name="validation_by_expiry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.organization_name})"

    @property
    def remaining(self) -> int:
        """Return how many creates are left: neither used nor under way."""
        return self.max_creates - self.used - self.reserved

    def is_usable(self, at: datetime | None = None) -> bool:
        """Return whether a customer can be created with it: in force, with creates left (A2)."""
        return self.is_in_force(at) and self.remaining > 0

    def is_in_force(self, at: datetime | None = None) -> bool:
        """Return whether it is issued and its last day is not over."""
        return self.state == V.ISSUED and self.expires_at > (at or timezone.now())

    def is_valid(self, at: datetime | None = None) -> bool:
        """Return whether it is neither revoked nor past its last day, used up or not."""
        return self.state in VALID_IDS and self.expires_at > (at or timezone.now())

    def is_past(self, at: datetime | None = None) -> bool:
        """Return whether it is issued, its last day is over and it is not marked as expired yet."""
        return self.state == V.ISSUED and self.expires_at <= (at or timezone.now())

    @property
    def shown_state(self) -> str:
        """Return the state as a list shows it: one past its day is expired."""
        return str(V.EXPIRED) if self.is_past() else str(self.state)

    @transition(
        state,
        source=V.ISSUED,
        target=V.EXHAUSTED,
        permission=may(Right.ACT_AS_PORTAL, Right.USE_VALIDATION_IDS),
    )
    def exhaust(self) -> None:
        """Be used up: the last create succeeded."""

    @transition(state, source=V.ISSUED, target=V.EXPIRED, permission=may(Right.ACT_AS_PORTAL))
    def expire(self) -> None:
        """Be past its day."""

    @transition(state, source=[V.ISSUED, V.EXHAUSTED], target=V.REVOKED, permission=may(Right.REVIEW_FORMS))
    def revoke(self) -> None:
        """Be good for nothing any more."""


class UseQuerySet(models.QuerySet["ValidationUse"]):
    """Uses by what the rules ask of them. Each method has a twin on the model."""

    def live(self) -> "UseQuerySet":
        """Return the uses that count against the ID: under way or done."""
        return self.filter(state__in=LIVE_USE)


class ValidationUse(models.Model):
    """One create: reserved while it is under way, then used or released. Who and when stay written."""

    validation = models.ForeignKey(ValidationId, models.PROTECT, related_name="uses")
    creation = models.ForeignKey(
        "customers.CustomerCreation", models.PROTECT, null=True, blank=True, related_name="validation_uses"
    )
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=UseState, default=UseState.RESERVED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_label = models.CharField(_("who"), max_length=200)
    reserved_at = models.DateTimeField(_("reserved"), default=timezone.now)
    settled_at = models.DateTimeField(_("used or released"), null=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = UseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a validation ID")
        verbose_name_plural = _("uses of validation IDs")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["creation"],
                condition=Q(state__in=LIVE_USE),
                name="one_live_use_a_creation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.validation_id}: {self.get_state_display()}"

    @property
    def is_live(self) -> bool:
        """Return whether it counts against the ID: under way or done."""
        return self.state in LIVE_USE
