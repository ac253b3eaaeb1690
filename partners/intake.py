"""The partner's kind of intake form: its steps, its decline reasons, and what a decision does."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from gcc_portal.core.gates import Text
from gcc_portal.core.machine import apply_transition, collect_transition
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.intake.context import load_contexts
from gcc_portal.intake.kinds import CheckResult, CommonFields, DeclineReason, Step
from gcc_portal.intake.models import IntakeForm
from partners import checks
from partners.emails import qualification as emails
from partners.forms.intake import (
    ContactForm,
    CriteriaForm,
    DescriptionForm,
    EvidenceForm,
    OrganizationForm,
)
from partners.gates.qualification import PartnerContext
from partners.models import Partner, PartnerForm
from partners.queries import partners as queries
from partners.states import QualificationState

STEPS = (
    Step(
        "about-you",
        gettext_lazy("About you"),
        ContactForm,
        gettext_lazy(
            "Introduce yourself. The answer goes to you and to the admin agents of your organization."
        ),
    ),
    Step(
        "organization",
        gettext_lazy("Organization"),
        OrganizationForm,
        gettext_lazy("The organization that is enrolled in the Cloud Solution Provider program."),
    ),
    Step(
        "criteria",
        gettext_lazy("Criteria"),
        CriteriaForm,
        gettext_lazy("A partner qualifies by its business with US government customers."),
    ),
    Step(
        "evidence",
        gettext_lazy("Evidence"),
        EvidenceForm,
        gettext_lazy(
            "Show at least one of the criteria that you claim. What is missing is asked for, which takes time."
        ),
        attachments=True,
    ),
    Step("description", gettext_lazy("Your business"), DescriptionForm),
)
REASONS = (
    DeclineReason(
        "not_enrolled",
        gettext_lazy("Not enrolled in CSP"),
        gettext_lazy(
            "Only an organization that is enrolled in the Cloud Solution Provider program may apply."
        ),
    ),
    DeclineReason(
        "indirect_reseller",
        gettext_lazy("Indirect reseller"),
        gettext_lazy("An indirect reseller does not apply itself: it works through its indirect provider."),
    ),
    DeclineReason(
        "wrong_tenant",
        gettext_lazy("Not its own commercial tenant"),
        gettext_lazy("The tenant ID on the form is not your organization’s own commercial tenant ID."),
    ),
    DeclineReason(
        "no_government_business",
        gettext_lazy("No business with government"),
        gettext_lazy("Nothing shows that your organization serves US government customers."),
    ),
    DeclineReason(
        "evidence",
        gettext_lazy("Evidence could not be confirmed"),
        gettext_lazy("The evidence that you gave could not be confirmed."),
    ),
    DeclineReason(
        "other", gettext_lazy("Another reason"), gettext_lazy("The application does not meet the criteria.")
    ),
)


class PartnerKind:
    """The partner's eligibility form."""

    name: str = IntakeForm.Kind.PARTNER.value
    label: Text = gettext_lazy("Partner")
    approval_means: Text = gettext_lazy(
        "The partner becomes a qualified GCC reseller and may order for government customers at once. The contact of "
        "the form and the partner’s admin agents are told by mail. The decision can’t be taken back here."
    )
    terms_name = "partner"
    sign_right = Right.SIGN_PARTNER_FORM
    rule = "P5"
    fields = CommonFields()
    model: type[IntakeForm] = PartnerForm
    select_related: Sequence[str] = ("partner__provider", "reviewer")
    steps: Sequence[Step] = STEPS
    decline_reasons: Sequence[DeclineReason] = REASONS

    def contexts(self, forms: Sequence[Any]) -> list[PartnerContext]:
        """Return the context of each form, with its partner's admin agents."""
        contexts = load_contexts(PartnerContext, forms)
        admins = queries.admin_addresses_of({form.partner_id for form in forms})
        for context in contexts:
            context.admin_addresses = admins[context.form.partner_id]
        return contexts

    def tenant_to_ask(self, context: PartnerContext) -> str:
        """Return the organization's own tenant ID (P3)."""
        return str(context.answers.get("tenant_id") or "")

    def checks(self, context: PartnerContext) -> list[CheckResult]:
        """Return the partner's own checks: enrolment (P1), role (P2), own tenant (P3), criteria and evidence."""
        return checks.run(context)

    def needs_reviewer(self, answers: dict[str, Any]) -> bool:
        """Return False: a partner is approved automatically when every check passes."""
        return False

    def on_submitted(self, form: Any, actor: Actor) -> None:
        """Move the partner's qualification from none to pending."""
        partner_form: PartnerForm = form.specific
        partner = _locked_partner(partner_form)
        if partner.qualification == QualificationState.NONE:
            apply_transition(partner, "apply", actor, reason=partner_form.reference)

    def prepare_approval(self, contexts: Sequence[PartnerContext]) -> None:
        """Lock the partners in the order of their keys, so that two transactions that lock several never deadlock."""
        rows = Partner.objects.filter(pk__in={context.form.partner_id for context in contexts}).order_by("pk")
        locked = rows.select_related("provider").select_for_update(of=("self",)).in_bulk()
        for context in contexts:
            context.partner = locked[context.form.partner_id]

    def prepare_close(self, contexts: Sequence[PartnerContext]) -> None:
        """Lock the partners, as for an approval."""
        self.prepare_approval(contexts)

    def on_approved(self, context: PartnerContext, actor: Actor, unit: UnitOfWork) -> None:
        """Give the partner the qualification. Raises `Blocked` for P1 and P2, `WrongState` where none is pending."""
        _move(context.partner, "qualify", actor, context.form.reference, unit)

    def on_closed(self, context: PartnerContext, actor: Actor, action: str, unit: UnitOfWork) -> None:
        """Put the partner's qualification back to none after a decline or a withdrawal."""
        if context.partner.qualification == QualificationState.PENDING:
            _move(context.partner, "dismiss", actor, f"{context.form.reference} ({action})", unit)

    def recipients(self, form: Any, context: PartnerContext | None = None) -> list[str]:
        """Return the contact of the form and the partner's admin agents, each address once."""
        admins = context.admin_addresses if context else queries.admin_addresses(form.partner)
        found: dict[str, str] = {}
        for address in [form.contact_email, *admins]:
            if address:
                found.setdefault(address.lower(), address)
        return list(found.values())

    def approval_emails(self, context: PartnerContext) -> list[tuple[str, str, EmailContent]]:
        """Return an e-mail for each recipient: the decision, with a link to Legal info."""
        content = emails.qualification_granted(context.form)
        addresses = self.recipients(context.form, context)
        return [(address, f"partner-{at}", content) for at, address in enumerate(addresses)]

    def status_path(self, form: Any) -> str:
        """Return the page on which the partner follows the form."""
        return reverse("partners:intake-status", args=[form.reference])

    def edit_path(self, form: Any, field: str = "") -> str:
        """Return the page of the step that asks for `field`; the first step for a field that none asks for."""
        for page in self.steps:
            if field in page.form.base_fields:
                return reverse("partners:intake-step", args=[page.slug])
        return reverse("partners:intake-step", args=[self.steps[0].slug])


def _locked_partner(form: PartnerForm) -> Partner:
    return Partner.objects.select_for_update().get(pk=form.partner_id)


def _move(partner: Partner, action: str, actor: Actor, reason: str, unit: UnitOfWork) -> None:
    """Take a locked partner through a transition of its qualification. The unit of work writes it."""
    fields = ("qualification", "qualified_at")
    collect_transition(unit, partner, action, actor, fields=fields, reason=reason)
