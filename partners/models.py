"""Partners, their agents, and the partner's intake form."""

import secrets
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from gcc_portal.core.gates import enforce
from gcc_portal.core.machine import may
from gcc_portal.core.people.roles import Right, Role
from gcc_portal.intake.models import IntakeForm
from partners.states import (
    TRANSACTING_ROLES,
    ApplicationKind,
    InvitationState,
    PartnerRole,
    QualificationState,
)

Q_STATE = QualificationState


class Partner(FSMModelMixin, models.Model):
    """An organization in the Cloud Solution Provider (CSP) program, or one that claims to be in it (P1)."""

    name = models.CharField(_("legal name"), max_length=200)
    role = models.CharField(_("role"), max_length=20, choices=PartnerRole)
    csp_enrolled = models.BooleanField(_("enrolled in CSP"), default=True)
    tenant_id = models.UUIDField(_("tenant ID (Microsoft ID)"), unique=True)
    domain = models.CharField(_("default domain"), max_length=253)
    mpn_id = models.CharField(_("partner ID (MPN)"), max_length=20)
    provider = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="resellers")
    web_domain = models.CharField(_("web domain"), max_length=253, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address_line1 = models.CharField(_("address"), max_length=200, blank=True)
    address_line2 = models.CharField(_("address, second line"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True)
    postal_code = models.CharField(_("ZIP code"), max_length=10, blank=True)
    qualification = FSMField(
        _("Government Community Cloud"), max_length=12, choices=Q_STATE, default=Q_STATE.NONE, protected=True
    )
    qualified_at = models.DateTimeField(_("qualified since"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering: ClassVar[list[str]] = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(provider=None) | Q(role=PartnerRole.INDIRECT_RESELLER),
                name="only_a_reseller_has_a_provider",
            ),
            models.CheckConstraint(
                condition=~Q(qualification=Q_STATE.QUALIFIED) | ~Q(role=PartnerRole.INDIRECT_RESELLER),
                name="a_reseller_is_never_qualified",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_partner_id(self) -> int | None:
        """Return the partner whose agents see this row's history in their audit: itself."""
        return self.pk

    @property
    def is_transacting(self) -> bool:
        """Return whether it orders for its customers itself (P2)."""
        return self.role in TRANSACTING_ROLES

    @property
    def is_qualified(self) -> bool:
        """Return whether it holds Government_Community_Cloud."""
        return self.qualification == Q_STATE.QUALIFIED

    @transition(
        qualification, source=Q_STATE.NONE, target=Q_STATE.PENDING, permission=may(Right.SIGN_PARTNER_FORM)
    )
    def apply(self) -> None:
        """Wait for the review of the signed form (P1, P2, P4)."""
        enforce(self, "apply")

    @transition(
        qualification,
        source=Q_STATE.PENDING,
        target=Q_STATE.QUALIFIED,
        permission=may(Right.REVIEW_FORMS, Right.ACT_AS_PORTAL),
    )
    def qualify(self) -> None:
        """Receive the qualification (P1, P2)."""
        enforce(self, "qualify")
        self.qualified_at = timezone.now()

    @transition(
        qualification,
        source=Q_STATE.PENDING,
        target=Q_STATE.NONE,
        permission=may(Right.REVIEW_FORMS, Right.ACT_AS_PORTAL, Right.SIGN_PARTNER_FORM),
    )
    def dismiss(self) -> None:
        """Go back to none after a decline or a withdrawal. The partner may apply again."""

    @transition(
        qualification, source=Q_STATE.QUALIFIED, target=Q_STATE.REVOKED, permission=may(Right.REVIEW_FORMS)
    )
    def revoke(self) -> None:
        """Lose the qualification."""


class AgentQuerySet(models.QuerySet["Agent"]):
    """Agents by the conditions of the rules. Each method has a twin of the same stem on the model."""

    def at_work(self) -> "AgentQuerySet":
        """Return the agents who were not removed and whose account is active."""
        return self.filter(is_active=True, user__is_active=True)

    def admins_at_work(self) -> "AgentQuerySet":
        """Return the admin agents among them."""
        return self.at_work().filter(role=Role.ADMIN_AGENT)


class Agent(models.Model):
    """A person who works for a partner. A person works for one partner at a time."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="agent")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="agents")
    role = models.CharField(
        _("role"), max_length=12, choices=[(r.value, r.label) for r in (Role.ADMIN_AGENT, Role.SALES_AGENT)]
    )
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = AgentQuerySet.as_manager()

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    @property
    def is_at_work(self) -> bool:
        """Return whether the agent was not removed and the account is active. Reads the agent's user."""
        return self.is_active and self.user.is_active

    @property
    def is_admin_at_work(self) -> bool:
        """Return whether the agent is an admin agent at work. Reads the agent's user."""
        return self.role == Role.ADMIN_AGENT and self.is_at_work


class OrganizationProfiles(models.Model):
    """The API's profiles of a partner beside the organization profile: contact data that no rule reads."""

    partner = models.OneToOneField(Partner, models.PROTECT, related_name="profiles", primary_key=True)
    culture = models.CharField(_("culture"), max_length=10, default="en-US")
    language = models.CharField(_("language"), max_length=10, default="en")
    legal = models.JSONField(_("legal business profile"), default=dict, blank=True)
    billing = models.JSONField(_("billing profile"), default=dict, blank=True)
    support = models.JSONField(_("support profile"), default=dict, blank=True)

    class Meta:
        verbose_name = _("organization's API profiles")
        verbose_name_plural = _("organizations' API profiles")

    def __str__(self) -> str:
        return str(self.partner)


class ApplicationQuerySet(models.QuerySet["ApiApplication"]):
    """API applications by the conditions of the rules. Each method has a twin of the same stem on the model."""

    def in_use(self) -> "ApplicationQuerySet":
        """Return the applications that were not revoked."""
        return self.filter(revoked_at=None)


class ApiApplication(models.Model):
    """A partner's API client and its credentials. allauth's client holds the secret, hashed."""

    client = models.OneToOneField(
        "allauth_idp_oidc.Client", models.PROTECT, related_name="application", primary_key=True
    )
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="applications")
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("signs in as"), max_length=8, choices=ApplicationKind)
    role = models.CharField(
        _("role"), max_length=12, choices=[(r.value, r.label) for r in (Role.ADMIN_AGENT, Role.SALES_AGENT)]
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    rotated_at = models.DateTimeField(_("secret renewed"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("API application")
        verbose_name_plural = _("API applications")
        ordering: ClassVar[list[str]] = ["name", "client"]
        indexes = [models.Index(fields=["partner", "name"], name="applications_of_partner")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_use(self) -> bool:
        """Return whether it was not revoked."""
        return self.revoked_at is None

    @property
    def is_app_only(self) -> bool:
        """Return whether it acts for itself, without a person."""
        return self.kind == ApplicationKind.APP_ONLY


def new_token() -> str:
    """Return a token that can't be guessed, for a personal link."""
    return secrets.token_urlsafe(32)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by the conditions of the rules. Each method has a twin of the same stem on the model."""

    def unanswered(self) -> "InvitationQuerySet":
        """Return the invitations that were neither accepted nor cancelled, also the expired ones."""
        return self.filter(accepted_at=None, cancelled_at=None)

    def open(self, at: datetime | None = None) -> "InvitationQuerySet":
        """Return the invitations that can be accepted."""
        return self.unanswered().filter(expires_at__gt=at or timezone.now())


class Invitation(models.Model):
    """An agent's invitation by e-mail. It is open until it is accepted or cancelled or expires."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(
        _("role"), max_length=12, choices=[(r.value, r.label) for r in (Role.ADMIN_AGENT, Role.SALES_AGENT)]
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("invited"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    sends = models.PositiveSmallIntegerField(default=0)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "partner",
                condition=Q(accepted_at=None, cancelled_at=None),
                name="one_open_invitation_an_address",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_unanswered(self) -> bool:
        """Return whether it was neither accepted nor cancelled."""
        return self.accepted_at is None and self.cancelled_at is None

    def is_open(self, at: datetime | None = None) -> bool:
        """Return whether it can be accepted."""
        return self.is_unanswered and self.expires_at > (at or timezone.now())

    @property
    def state(self) -> InvitationState:
        """Return the state as of now."""
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.cancelled_at is not None:
            return InvitationState.CANCELLED
        return InvitationState.INVITED if self.is_open() else InvitationState.EXPIRED


class PartnerForm(IntakeForm):
    """The partner's eligibility form."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="intake_forms")

    class Meta:
        verbose_name = _("partner intake form")
        verbose_name_plural = _("partner intake forms")

    @property
    def audit_partner(self) -> int | None:
        """Return the partner that applies."""
        return self.partner_id
