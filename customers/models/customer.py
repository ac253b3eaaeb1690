"""Customers: a tenant, its special qualifications, its agreements."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from customers.states import LIVE_QUALIFICATION, QualificationKind, QualificationState, RelationshipState
from gcc_portal.core.gates import enforce
from gcc_portal.core.machine import may
from gcc_portal.core.people.roles import Right
from partners.models import Partner

AGREEMENT_SINCE = date(2019, 1, 1)  # no Microsoft Customer Agreement is older


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers by what the rules ask of them. Each method has a twin of the same stem on the model."""

    def served_by(self, partner: Partner | int | None) -> "CustomerQuerySet":
        """Return the customers with an active relationship to a partner, each once: a pair has one active at most."""
        return self.filter(relationships__partner=partner, relationships__state=RelationshipState.ACTIVE)

    def agreed(self) -> "CustomerQuerySet":
        """Return the customers for which the Microsoft Customer Agreement is in force (O3)."""
        return self.filter(models.Exists(CustomerAgreement.objects.filter(customer=models.OuterRef("pk"))))

    def holding(self, kind: str) -> "CustomerQuerySet":
        """Return the customers that hold this special qualification."""
        held = SpecialQualification.objects.in_force().filter(customer=models.OuterRef("pk"), kind=kind)
        return self.filter(models.Exists(held))


class Customer(models.Model):
    """An organisation that is sold to. Its id is its tenant ID. Which partners may see it, `Relationship` says."""

    id = models.UUIDField(_("tenant ID"), primary_key=True, default=uuid.uuid4)
    name = models.CharField(_("legal name"), max_length=200)
    domain = models.CharField(_("domain"), max_length=253, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    first_name = models.CharField(_("first name"), max_length=50, blank=True)
    last_name = models.CharField(_("last name"), max_length=50, blank=True)
    address_line1 = models.CharField(_("address"), max_length=200, blank=True)
    address_line2 = models.CharField(_("address, second line"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True)
    postal_code = models.CharField(_("ZIP code"), max_length=10, blank=True)
    country = models.CharField(_("country"), max_length=2, default="US")
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    culture = models.CharField(_("culture"), max_length=10, default="en-US")
    language = models.CharField(_("language"), max_length=10, default="en")
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering: ClassVar[list[str]] = ["name", "id"]
        indexes = [
            models.Index(fields=["name", "id"], name="customer_by_name"),
            models.Index(fields=["created_at", "id"], name="customer_by_age"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_customer_id(self) -> uuid.UUID:
        """Return its own ID: its own history is about itself."""
        return self.pk

    def is_served_by(self, partner: Partner | int | None) -> bool:
        """Return whether a partner has an active relationship to it. Reads a prefetch of `relationships`."""
        return any(each.is_active_of(partner) for each in self.relationships.all())

    @property
    def is_agreed(self) -> bool:
        """Return whether the Microsoft Customer Agreement is in force (O3). Reads a prefetch of `agreements`."""
        return bool(self.agreements.all())

    def holds(self, kind: str) -> bool:
        """Return whether it holds this special qualification. Reads a prefetch of `qualifications`."""
        return kind in self.granted_kinds

    @property
    def granted_kinds(self) -> set[str]:
        """Return the special qualifications in force. Reads a prefetch of `qualifications` where there is one."""
        return {each.kind for each in self.granted}

    @property
    def granted(self) -> "list[SpecialQualification]":
        """Return the special qualifications in force, in the order of their names, read as `granted_kinds` is."""
        in_force = [each for each in self.qualifications.all() if each.is_in_force]
        return sorted(in_force, key=lambda each: each.kind)


QS = QualificationState
GRANTERS = (Right.ACT_AS_PORTAL, Right.REVIEW_FORMS, Right.USE_VALIDATION_IDS)


class QualificationQuerySet(models.QuerySet["SpecialQualification"]):
    """Special qualifications by what the rules ask of them. Each method has a twin on the model."""

    def in_force(self) -> "QualificationQuerySet":
        """Return those that decide what the customer can be sold."""
        return self.filter(state=QS.GRANTED)

    def live(self) -> "QualificationQuerySet":
        """Return those in force or still to be decided: there is one of a kind at most."""
        return self.filter(state__in=LIVE_QUALIFICATION)


class SpecialQualification(FSMModelMixin, models.Model):
    """One special qualification of one customer."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="qualifications")
    kind = models.CharField(_("special qualification"), max_length=32, choices=QualificationKind)
    state = FSMField(_("state"), max_length=12, choices=QualificationState, default=QS.NONE, protected=True)
    validation = models.ForeignKey(
        "customers.ValidationId", models.PROTECT, null=True, blank=True, related_name="qualifications"
    )
    source = models.CharField(_("how it is known"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    changed_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("special qualification")
        verbose_name_plural = _("special qualifications")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(state__in=LIVE_QUALIFICATION),
                name="one_live_qualification_a_kind",
            )
        ]
        # Who holds a kind that few hold.
        indexes = [
            models.Index(fields=["kind", "customer"], condition=Q(state=QS.GRANTED), name="granted_of_kind")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.customer_id})"

    @property
    def is_in_force(self) -> bool:
        """Return whether it decides what the customer can be sold."""
        return self.state == QS.GRANTED

    @property
    def is_live(self) -> bool:
        """Return whether it is in force or still to be decided."""
        return self.state in LIVE_QUALIFICATION

    @transition(state, source=QS.NONE, target=QS.IN_REVIEW, permission=may(*GRANTERS, Right.ADD_CUSTOMERS))
    def examine(self) -> None:
        """Begin the examination."""
        self.changed_at = timezone.now()

    @transition(state, source=QS.IN_REVIEW, target=QS.GRANTED, permission=may(*GRANTERS))
    def grant(self) -> None:
        """Be in force (A2, A3, O2: what excludes each other is never granted together)."""
        enforce(self, "grant")
        self.changed_at = timezone.now()

    @transition(
        state, source=QS.IN_REVIEW, target=QS.DENIED, permission=may(Right.ACT_AS_PORTAL, Right.REVIEW_FORMS)
    )
    def deny(self, *, why: str) -> None:
        """Be denied, with the reason."""
        self.reason, self.changed_at = why, timezone.now()

    @transition(state, source=QS.GRANTED, target=QS.REVOKED, permission=may(Right.REVIEW_FORMS))
    def revoke(self, *, why: str) -> None:
        """Be taken away, with the reason."""
        self.reason, self.changed_at = why, timezone.now()


class CustomerAgreement(models.Model):
    """Who of the customer accepted the Microsoft Customer Agreement, and when (O3)."""

    class How(models.TextChoices):
        ATTESTED = "attested", _("Attested by the partner")
        ACCEPTED = "accepted", _("Accepted by the customer")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="agreements")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    how = models.CharField(_("how"), max_length=10, choices=How)
    first_name = models.CharField(_("first name"), max_length=50)
    last_name = models.CharField(_("last name"), max_length=50)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    agreed_on = models.DateField(_("accepted on"))
    template_version = models.CharField(_("version of the agreement"), max_length=20)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_from = models.CharField(_("from address"), max_length=45, blank=True)

    class Meta:
        verbose_name = _("customer agreement")
        verbose_name_plural = _("customer agreements")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_on__gte=AGREEMENT_SINCE), name="agreed_since_there_is_an_agreement"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}, {format_date(self.agreed_on, 'M j, Y')}"
