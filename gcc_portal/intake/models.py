"""The intake form's tables and machine. What is special to a partner's or a customer's form stands in its app."""

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Collate, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from gcc_portal.core.gates import enforce
from gcc_portal.core.machine import may
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class FormState(models.TextChoices):
    """The states of an intake form."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    INFORMATION_REQUESTED = "information_requested", _("Information requested")
    WITHDRAWN = "withdrawn", _("Withdrawn")


S = FormState
OPEN_STATES = (S.DRAFT, S.SUBMITTED, S.IN_REVIEW, S.INFORMATION_REQUESTED)
WAITING_STATES = (S.SUBMITTED, S.IN_REVIEW)
EDITABLE_STATES = (S.DRAFT, S.INFORMATION_REQUESTED)
# Signed, and neither withdrawn nor still a draft.
SIGNED_STATES = (S.SUBMITTED, S.IN_REVIEW, S.INFORMATION_REQUESTED, S.APPROVED, S.DECLINED)


def capitals(column: str) -> Collate:
    """Return a column in capitals with the collation C, so that an index finds it by its prefix in any case."""
    return Collate(Upper(column), "C")


def new_reference() -> str:
    """Return a reference that can be read out on the phone and not guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


def holds_review(form: "IntakeForm", actor: Actor) -> bool:
    """Return whether the actor may decide: the reviewer who took the form, or the portal where none did."""
    if actor.may(Right.ACT_AS_PORTAL):
        return form.reviewer_id is None
    return actor.may(Right.REVIEW_FORMS) and form.reviewer_id == actor.user_id


def may_take(form: "IntakeForm", actor: Actor) -> bool:
    """Return whether the actor may take the form: the portal or any reviewer where nobody has it, else its reviewer."""
    if actor.may(Right.ACT_AS_PORTAL):
        return form.reviewer_id is None
    return actor.may(Right.REVIEW_FORMS) and form.reviewer_id in (None, actor.user_id)


# The forms that are reviewed automatically: no reviewer took them, and the review did not fail on them before.
FOR_AUTO_REVIEW = Q(state=S.SUBMITTED, reviewer=None, auto_review_at__isnull=False, error="")


class IntakeForm(FSMModelMixin, models.Model):
    """An eligibility form. The answers are a draft until they are signed; each signing is a `Submission`."""

    class Kind(models.TextChoices):
        PARTNER = "partner", _("Partner")
        CUSTOMER = "customer", _("Customer")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, editable=False)
    reference = models.CharField(
        _("reference"), max_length=12, unique=True, default=new_reference, editable=False
    )
    state = FSMField(_("state"), max_length=24, choices=FormState, default=S.DRAFT, protected=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    # Copied from the answers when they are saved, for the queue and for e-mails.
    organization_name = models.CharField(_("organization"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact"), max_length=150, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    # One open form for each key (P4); a customer's form has none.
    applicant_key = models.CharField(max_length=60, null=True, editable=False)  # noqa: DJ001 - NULL is outside the constraint
    # What the tenant directory said of the tenant ID in the answers (`asked`); read by gates and checks (P3, C1).
    tenant_answer = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField()), blank=True, editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    respond_by = models.DateTimeField(_("answer due"), null=True)
    auto_review_at = models.DateTimeField(_("desk answers at"), null=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(_("taken"), null=True)
    escalated_at = models.DateTimeField(_("escalated"), null=True)
    warned_at = models.DateTimeField(_("reviewers warned"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_code = models.CharField(_("reason"), max_length=40, blank=True)
    decision_text = models.TextField(_("reason in words"), blank=True)
    error = models.TextField(_("why it was set aside"), blank=True)

    audit_type = "intakeform"

    class Meta:
        verbose_name = _("intake form")
        verbose_name_plural = _("intake forms")
        constraints = [
            models.UniqueConstraint(
                fields=["applicant_key"],
                condition=Q(state__in=OPEN_STATES),
                name="one_open_form_an_organization",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WAITING_STATES) | Q(respond_by__isnull=False),
                name="waiting_form_has_deadline",
            ),
        ]
        indexes = [
            models.Index(
                fields=["respond_by", "id"], condition=Q(state__in=WAITING_STATES), name="review_queue"
            ),
            # The queue's filters: by kind, by reviewer, escalated ones, and by state for what is decided.
            models.Index(
                fields=["kind", "respond_by", "id"],
                condition=Q(state__in=WAITING_STATES),
                name="review_queue_by_kind",
            ),
            models.Index(
                # 0 for nobody's: NULLs would not be equal, and the index could not sort them by deadline.
                Coalesce("reviewer_id", 0),
                "respond_by",
                "id",
                condition=Q(state__in=WAITING_STATES),
                name="review_queue_by_reviewer",
            ),
            models.Index(
                fields=["respond_by", "id"],
                condition=Q(state__in=WAITING_STATES, escalated_at__isnull=False),
                name="review_queue_escalated",
            ),
            models.Index(fields=["state", "id"], name="forms_by_state"),
            models.Index(
                fields=["auto_review_at"],
                condition=Q(state=S.SUBMITTED, reviewer=None),
                name="auto_review_queue",
            ),
            # Operators count these; few rows, whatever the length of the queue.
            models.Index(
                fields=["respond_by"],
                condition=Q(state__in=WAITING_STATES) & ~Q(error=""),
                name="forms_set_aside",
            ),
            # The check "other forms of the organization" looks it up for every submission.
            models.Index(Upper("organization_name"), name="form_of_organization"),
            # The queue's search by prefix.
            models.Index(capitals("organization_name"), name="form_by_organization"),
            models.Index(capitals("contact_email"), name="form_by_email"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_name or _('Intake form')} ({self.reference})"

    @property
    def audit_partner_id(self) -> int | None:
        """Return the partner in whose audit list this form's history stands."""
        return getattr(self.specific, "audit_partner", None)

    @property
    def specific(self) -> Any:
        """Return the partner's or the customer's form that this row is part of."""
        if type(self) is not IntakeForm:
            return self
        return getattr(self, "partnerform" if self.kind == self.Kind.PARTNER else "customerform")

    @property
    def is_editable(self) -> bool:
        """Return whether the answers may still be changed (P5)."""
        return self.state in EDITABLE_STATES

    @property
    def latest(self) -> "Submission | None":
        """Return the newest signed submission, or None."""
        return self.submissions.order_by("-number").first()

    @property
    def is_for_auto_review(self) -> bool:
        """Return whether it is reviewed automatically: the twin of FOR_AUTO_REVIEW."""
        waits = self.state == S.SUBMITTED and self.auto_review_at is not None
        return waits and self.reviewer_id is None and not self.error

    def kept_tenant_answer(self, tenant_id: str) -> dict[str, Any]:
        """Return what the tenant directory said of this tenant ID, as it was kept; {} when it was not asked."""
        return dict(self.tenant_answer) if self.tenant_answer.get("asked") == tenant_id else {}

    @transition(
        state,
        source=EDITABLE_STATES,
        target=S.SUBMITTED,
        permission=may(Right.SIGN_PARTNER_FORM, Right.SIGN_CUSTOMER_FORM),
    )
    def submit(self, *, at: Any, respond_by: Any, auto_review_at: Any) -> None:
        """Hand the signed form in; it is answered by `respond_by` (T1)."""
        enforce(self.specific, "submit")
        self.submitted_at, self.respond_by, self.auto_review_at = at, respond_by, auto_review_at
        self.escalated_at = self.warned_at = None

    @transition(state, source=S.SUBMITTED, target=S.IN_REVIEW, permission=may_take)
    def take(self, *, reviewer_id: int | None, at: datetime | None = None) -> None:
        """Begin the review: by a reviewer, or automatically (`reviewer_id` is None then)."""
        self.reviewer_id = reviewer_id
        self.taken_at = at or timezone.now()

    @transition(state, source=WAITING_STATES, target=S.IN_REVIEW, permission=may(Right.REVIEW_FORMS))
    def take_over(self, *, reviewer_id: int) -> None:
        """Take a form that another reviewer holds; the audit entry names that reviewer."""
        self.reviewer_id = reviewer_id
        self.taken_at = timezone.now()

    @transition(state, source=S.IN_REVIEW, target=S.SUBMITTED, permission=holds_review)
    def hand_back(self) -> None:
        """Put the form back into the queue."""
        self.reviewer_id = None
        self.taken_at = None

    @transition(state, source=S.IN_REVIEW, target=S.APPROVED, permission=holds_review)
    def approve(self, *, context: Any, at: datetime | None = None) -> None:
        """Approve, unless a rule forbids it. `context` is the `FormContext` that the kind's gate reads."""
        enforce(self.specific, "approve", context=context)
        self.decided_at = at or timezone.now()

    @transition(state, source=S.IN_REVIEW, target=S.DECLINED, permission=holds_review)
    def decline(self, *, code: str, text: str, at: datetime | None = None) -> None:
        """Decline with a reason from the list and words of one's own."""
        self.decided_at = at or timezone.now()
        self.decision_code, self.decision_text = code, text

    @transition(state, source=S.IN_REVIEW, target=S.INFORMATION_REQUESTED, permission=holds_review)
    def ask_information(self) -> None:
        """Ask the applicant for what is missing; the reviewer keeps the form for when it comes back."""
        self.respond_by = self.auto_review_at = None

    @transition(
        state,
        source=OPEN_STATES,
        target=S.WITHDRAWN,
        permission=may(Right.SIGN_PARTNER_FORM, Right.SIGN_CUSTOMER_FORM),
    )
    def withdraw(self) -> None:
        """Take the form back."""
        self.respond_by = self.auto_review_at = None


class Submission(models.Model):
    """A signed form: a contract (P5). A trigger refuses any change of what was signed."""

    class Answer(models.TextChoices):
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        INFORMATION_REQUESTED = "information_requested", _("Information requested")
        UNDER_REVIEW = "under_review", _("Still under review")

    form = models.ForeignKey(IntakeForm, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("number"))
    answers = models.JSONField(_("answers"))
    terms_version = models.CharField(_("version of the terms"), max_length=20)
    signatory_name = models.CharField(_("signed by"), max_length=150)
    signatory_title = models.CharField(_("title"), max_length=150)
    signed_at = models.DateTimeField(_("signed at"))
    signed_from = models.CharField(_("signed from"), max_length=45, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    respond_by = models.DateTimeField(_("answer due"))
    answer = models.CharField(_("answer"), max_length=24, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    notices = models.PositiveSmallIntegerField(_("notices that it is still under review"), default=0)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering: ClassVar[list[str]] = ["form_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="submission_number_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="submission_answer_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} #{self.number}"


class Check(models.Model):
    """One check of a submission: what was asked, what came back, and what that means."""

    class Outcome(models.TextChoices):
        PASS = "pass", _("Pass")
        WARN = "warn", _("Warning")
        FAIL = "fail", _("Fail")
        COULD_NOT_CHECK = "could_not_check", _("Could not check")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="checks")
    code = models.CharField(max_length=40)
    label = models.CharField(_("check"), max_length=150)
    asked = models.TextField(_("asked"))
    came_back = models.TextField(_("came back"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    # The field that an information request about this check is tied to.
    field = models.CharField(max_length=40, blank=True)
    # What the applicant is asked about it; empty where the check passed.
    question = models.TextField(_("asked of the applicant"), blank=True)
    # A rule forbids it outright: the automatic review declines.
    forbids = models.BooleanField(default=False)
    ran_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering: ClassVar[list[str]] = ["submission_id", "id"]
        constraints = [models.UniqueConstraint(fields=["submission", "code"], name="check_once_a_submission")]

    def __str__(self) -> str:
        return f"{self.label}: {self.get_outcome_display()}"


class InformationPoint(models.Model):
    """One thing that the applicant is asked for, tied to a field of the form."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="points")
    field = models.CharField(_("field"), max_length=40)
    text = models.TextField(_("what is wanted"))

    class Meta:
        verbose_name = _("information point")
        verbose_name_plural = _("information points")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.text[:80]


def attachment_path(attachment: "Attachment", _filename: str) -> str:
    """Return where a file is kept: a name of ours, never one that was sent."""
    return f"intake/{attachment.form.reference}/{secrets.token_hex(16)}"


class Attachment(models.Model):
    """A file of evidence. Served only to those who may see the form."""

    form = models.ForeignKey(IntakeForm, models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to=attachment_path)
    name = models.CharField(_("name"), max_length=150)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    # Taken off a form that was signed with it: the applicant has it no more, the evidence stays.
    removed_at = models.DateTimeField(_("removed"), null=True, editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.name
