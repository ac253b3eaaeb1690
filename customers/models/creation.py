"""The creation of a customer: the wizard's answers, then the provisioning."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from customers.models.customer import Customer
from customers.states import DOMAIN_OWNERS, EDITABLE_CREATION, GCC, CreationState
from gcc_portal.core.gates import enforce
from gcc_portal.core.machine import may
from gcc_portal.core.people.roles import Right
from partners.models import Partner

C = CreationState
STEPS = ("account", "qualification", "validation", "agreement")


# A worker that was killed leaves a creation in provisioning; after this time it is handed over again.
STUCK_AFTER = timedelta(seconds=60)


class CreationQuerySet(models.QuerySet["CustomerCreation"]):
    """Creations by what the rules ask of them. Each method has a twin of the same stem on the model."""

    def unfinished(self) -> "CreationQuerySet":
        """Return the creations that have not become a customer."""
        return self.exclude(state=C.ACTIVE)

    def provisioning(self) -> "CreationQuerySet":
        """Return the creations whose tenant is being made."""
        return self.filter(state=C.PROVISIONING)

    def stuck(self, at: datetime | None = None) -> "CreationQuerySet":
        """Return the creations that have been in provisioning for longer than a worker needs."""
        return self.provisioning().filter(started_at__lte=(at or timezone.now()) - STUCK_AFTER)

    def owning_domain(self, domain: str) -> "CreationQuerySet":
        """Return the creations, at most one, to which a domain belongs: under way, or done."""
        return self.filter(domain=domain, state__in=DOMAIN_OWNERS)


class CustomerCreation(FSMModelMixin, models.Model):
    """One run through the wizard. The answers are kept by step; they become a customer when it succeeds."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="creations")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = FSMField(_("state"), max_length=24, choices=CreationState, default=C.DRAFT, protected=True)
    revision = models.PositiveIntegerField(default=0)
    # {"account": {...}, "qualification": {...}, "validation": {...}, "agreement": {...}}: cleaned data by step.
    answers = models.JSONField(default=dict, blank=True)
    company_name = models.CharField(_("legal name"), max_length=200, blank=True)
    # Set with provisioning: no two creations under way, and no two tenants, share a prefix.
    domain = models.CharField(_("domain"), max_length=253, blank=True)
    validation = models.ForeignKey(
        "customers.ValidationId", models.PROTECT, null=True, blank=True, related_name="creations"
    )
    customer = models.OneToOneField(Customer, models.PROTECT, null=True, blank=True, related_name="creation")
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(_("what went wrong"), blank=True)
    progress = models.CharField(_("progress"), max_length=40, blank=True)
    admin_user_name = models.CharField(_("admin user name"), max_length=300, blank=True)
    # Encrypted; emptied when it has been shown once.
    sealed_password = models.TextField(blank=True)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now)
    # When this provisioning started: `stuck` compares it.
    started_at = models.DateTimeField(_("provisioning began"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = CreationQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer creation")
        verbose_name_plural = _("customer creations")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["domain"],
                condition=Q(state__in=DOMAIN_OWNERS),
                name="one_creation_a_domain",
            )
        ]
        indexes = [
            models.Index(
                fields=["partner", "-id"], condition=~Q(state=C.ACTIVE), name="creations_in_progress"
            ),
            models.Index(
                fields=["started_at"], condition=Q(state=C.PROVISIONING), name="creations_under_way"
            ),
        ]

    def __str__(self) -> str:
        return self.company_name or str(_("New customer"))

    @property
    def wants_gcc(self) -> bool:
        """Return whether the customer is to be given Government Community Cloud."""
        return bool(self.answer("qualification").get("kind") == GCC)

    @property
    def is_open(self) -> bool:
        """Return whether the answers may still be changed."""
        return self.state in EDITABLE_CREATION

    @property
    def is_unfinished(self) -> bool:
        """Return whether it has not become a customer."""
        return self.state != C.ACTIVE

    @property
    def is_provisioning(self) -> bool:
        """Return whether its tenant is being made."""
        return self.state == C.PROVISIONING

    def is_stuck(self, at: datetime | None = None) -> bool:
        """Return whether it has been in provisioning for longer than a worker needs."""
        limit = (at or timezone.now()) - STUCK_AFTER
        return self.is_provisioning and self.started_at is not None and self.started_at <= limit

    def owns_domain(self, domain: str) -> bool:
        """Return whether the domain belongs to this creation."""
        return self.domain == domain and self.state in DOMAIN_OWNERS

    def answer(self, step: str) -> dict[str, Any]:
        """Return what was answered at a step; an empty mapping where nothing was."""
        return dict(self.answers.get(step) or {})

    def steps(self) -> list[str]:
        """Return the steps that this creation goes through: no validation ID without Government Community Cloud."""
        return [step for step in STEPS if step != "validation" or self.wants_gcc]

    def missing_steps(self) -> list[str]:
        """Return the steps without an answer, in their order. The agreement may be answered with "later" (O3)."""
        return [step for step in self.steps() if not self.answers.get(step)]

    @transition(
        state, source=EDITABLE_CREATION, target=C.QUALIFICATION_CHECKED, permission=may(Right.ADD_CUSTOMERS)
    )
    def check_qualification(self) -> None:
        """Pass the gate of the special qualification (A1, A2)."""
        enforce(self, "check_qualification")

    @transition(state, source=C.QUALIFICATION_CHECKED, target=C.DRAFT, permission=may(Right.ADD_CUSTOMERS))
    def reopen(self) -> None:
        """Go back to the draft: an answer that the check rests on was changed."""

    @transition(
        state,
        source=[C.QUALIFICATION_CHECKED, C.FAILED],
        target=C.PROVISIONING,
        permission=may(Right.ADD_CUSTOMERS),
    )
    def provision(self) -> None:
        """Begin making the tenant (A1, A2 asked again, under lock)."""
        enforce(self, "provision")
        self.attempts += 1
        self.started_at = timezone.now()
        self.failure = self.progress = ""

    @transition(state, source=C.PROVISIONING, target=C.ACTIVE, permission=may(Right.ACT_AS_PORTAL))
    def succeed(self, *, customer: Customer) -> None:
        """Be done: the customer exists."""
        self.customer = customer
        self.finished_at = timezone.now()

    @transition(state, source=C.PROVISIONING, target=C.FAILED, permission=may(Right.ACT_AS_PORTAL))
    def fail(self, *, failure: str) -> None:
        """Be failed, with the reason in words; it may be tried again."""
        self.failure = failure
