"""The partner's form, as the intake machine knows it: steps, checks, and what an answer brings about."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gcc_portal.core.audit.record import entry
from gcc_portal.core.gates import Text
from gcc_portal.core.machine import apply_transition, change_state, state_of
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.intake.kinds import CheckResult, CommonFields, DeclineReason, Step
from gcc_portal.intake.models import Check, IntakeForm
from partners.emails import qualification as letters
from partners.forms.intake import (
    CRITERIA,
    EVIDENCE,
    EVIDENCE_OF,
    ContactForm,
    CriteriaForm,
    DescriptionForm,
    EvidenceForm,
    OrganizationForm,
)
from partners.gates import qualification as gates
from partners.models import Partner, PartnerForm
from partners.queries import partners as queries
from partners.states import PartnerRole, QualificationState

Outcome = Check.Outcome

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


# What is asked where none of the criteria claimed has its evidence.
WANTED = {
    "contract_number": gettext_lazy(
        "We need one thing that shows a criterion that you claimed. Give the number of a contract with a US government "
        "customer, or attach a document that shows the contract and name it here."
    ),
    "gsa_schedule": gettext_lazy(
        "We need one thing that shows a criterion that you claimed. Give the number of your GSA Schedule or of the "
        "other contract vehicle, with its name."
    ),
    "sponsor": gettext_lazy(
        "We need one thing that shows a criterion that you claimed. Name the government customer that sponsors you and "
        "the person to ask there, and attach its letter."
    ),
}


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
    steps: Sequence[Step] = STEPS
    decline_reasons: Sequence[DeclineReason] = REASONS

    def forms(self, ids: Sequence[int]) -> list[Any]:
        """Return the partners' forms, each with its partner, the partner's provider and the reviewer."""
        rows = PartnerForm.objects.filter(pk__in=ids)
        return list(rows.select_related("partner__provider", "reviewer"))

    def load(self, forms: Sequence[Any]) -> None:
        """Have at hand who the partners' admin agents are."""
        admins = queries.admin_addresses_of({form.partner_id for form in forms})
        for form in forms:
            form.prefetched.known = admins[form.partner_id]

    def checks(self, form: Any, answers: dict[str, Any]) -> list[CheckResult]:
        """Return the partner's own checks: enrolment (P1), role (P2), own tenant (P3), criteria and evidence."""
        partner_form: PartnerForm = form.specific
        partner = (
            partner_form.partner
            if partner_form.prefetched is not None
            else Partner.objects.select_related("provider").get(pk=partner_form.partner_id)
        )
        return [
            _enrolment(partner),
            _role(partner),
            _own_tenant(partner, answers),
            _criteria(answers),
            _evidence(partner_form, answers),
        ]

    def needs_reviewer(self, answers: dict[str, Any]) -> bool:
        """Return False: the desk may approve a partner when every check passes."""
        return False

    def on_submitted(self, form: Any, actor: Actor) -> None:
        """Let the partner's qualification wait for the answer: none -> pending."""
        partner_form: PartnerForm = form.specific
        partner = _locked_partner(partner_form)
        if partner.qualification == QualificationState.NONE:
            apply_transition(partner, "apply", actor, reason=partner_form.reference)

    def before_approval(self, forms: Sequence[Any]) -> None:
        """Lock the partners, in one order: whoever locks several waits for nobody who waits for it."""
        locked = Partner.objects.filter(pk__in={form.partner_id for form in forms}).order_by("pk")
        partners = {
            partner.pk: partner
            for partner in locked.select_related("provider").select_for_update(of=("self",))
        }
        for form in forms:
            form.partner = partners[form.partner_id]

    def before_close(self, forms: Sequence[Any]) -> None:
        """Lock the partners, as for an approval."""
        self.before_approval(forms)

    def on_approved(self, form: Any, actor: Actor, out: UnitOfWork) -> None:
        """Give the partner the qualification. Raises `Blocked` for P1 and P2, `WrongState` where none is pending."""
        _move(form.partner, "qualify", actor, form.reference, out)

    def on_closed(self, form: Any, actor: Actor, reason: str, out: UnitOfWork) -> None:
        """Put the partner's qualification back to none after a decline or a withdrawal."""
        if form.partner.qualification == QualificationState.PENDING:
            _move(form.partner, "dismiss", actor, f"{form.reference} ({reason})", out)

    def recipients(self, form: Any) -> list[str]:
        """Return the contact of the form and the partner's admin agents, each address once."""
        partner_form: PartnerForm = form.specific
        prefetched = partner_form.prefetched
        admins = prefetched.known if prefetched is not None else queries.admin_addresses(partner_form.partner)
        found: dict[str, str] = {}
        for address in [partner_form.contact_email, *admins]:
            if address:
                found.setdefault(address.lower(), address)
        return list(found.values())

    def approval_letters(self, form: Any) -> list[tuple[str, str, EmailContent]]:
        """Return one letter for each recipient: what was decided, and the way to Legal info."""
        letter = letters.qualification_granted(form.specific)
        return [(address, f"partner-{at}", letter) for at, address in enumerate(self.recipients(form))]

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


def _move(partner: Partner, name: str, actor: Actor, reason: str, out: UnitOfWork) -> None:
    """Take a locked partner through a transition of its qualification, in memory."""
    before = change_state(partner, name, actor)
    out.update(partner, ("qualification", "qualified_at"), Partner)
    out.audit(entry(actor, name, partner, from_state=before, to_state=state_of(partner), reason=reason))


def _enrolment(partner: Partner) -> CheckResult:
    problems = gates.enrolled(partner)
    return CheckResult(
        code="csp_enrolment",
        label=_("CSP enrollment"),
        asked=_("Is %(name)s enrolled in the Cloud Solution Provider program?") % {"name": partner.name},
        came_back=str(problems[0].message)
        if problems
        else _("Enrolled; partner ID %(id)s.") % {"id": partner.mpn_id},
        outcome=Outcome.FAIL if problems else Outcome.PASS,
        field="explanation",
        question=_(
            "We could not confirm that your organization is enrolled in the Cloud Solution Provider program. Say under "
            "which name and partner ID it is, and attach what shows it."
        ),
    )


def _role(partner: Partner) -> CheckResult:
    problems = gates.transacting(partner)
    return CheckResult(
        code="csp_role",
        label=_("CSP role"),
        asked=_("Does %(name)s order for customers itself?") % {"name": partner.name},
        came_back=str(PartnerRole(partner.role).label),
        outcome=Outcome.FAIL if problems else Outcome.PASS,
        field="explanation",
        forbids=bool(problems),
        question=_("Does your organization order for customers itself? Say in which role it is enrolled."),
    )


def _own_tenant(partner: Partner, answers: dict[str, Any]) -> CheckResult:
    given = str(answers.get("tenant_id") or "")
    own = given == str(partner.tenant_id)
    return CheckResult(
        code="own_tenant",
        label=_("Its own tenant"),
        asked=_("Is %(tenant)s the tenant that %(name)s is enrolled with?")
        % {"tenant": given, "name": partner.name},
        came_back=_("Yes.")
        if own
        else _("No: it is enrolled with %(tenant)s.") % {"tenant": partner.tenant_id},
        outcome=Outcome.PASS if own else Outcome.FAIL,
        field="tenant_id",
        question=_(
            "The tenant ID %(tenant)s is not the one that your organization is enrolled with. Copy the Microsoft ID "
            "that stands on your Organization profile."
        )
        % {"tenant": given},
    )


def _criteria(answers: dict[str, Any]) -> CheckResult:
    chosen = answers.get("criteria") or []
    claimed = [str(label) for value, label in CRITERIA if value in chosen]
    return CheckResult(
        code="criteria",
        label=_("Criteria"),
        asked=_("Which of the partner criteria are claimed?"),
        came_back="; ".join(claimed) or _("None."),
        outcome=Outcome.PASS if claimed else Outcome.FAIL,
        field="criteria",
        question=_("Which of these holds for your organization? Choose at least one."),
    )


def _evidence(form: PartnerForm, answers: dict[str, Any]) -> CheckResult:
    """Return whether one of the criteria claimed has its evidence: a number given, or for a sponsor also the letter."""
    files = [name for name, _removed in form.file_names]
    words = {name: str(label) for name, label in EVIDENCE}
    claimed = [EVIDENCE_OF[one] for one in answers.get("criteria") or [] if one in EVIDENCE_OF]
    shown = [name for name in claimed if answers.get(name) and (name != "sponsor" or files)]
    given = [f"{words[name]}: {answers[name]}" for name in words if answers.get(name)]
    wanted = next((name for name in claimed if name not in shown), "contract_number")
    return CheckResult(
        code="evidence",
        label=_("Evidence"),
        asked=_("Is there evidence for one of the criteria claimed?"),
        came_back="\n".join([*given, *(_("File: %(name)s") % {"name": name} for name in files)])
        or _("None given."),
        outcome=Outcome.PASS if shown else Outcome.WARN,
        field="" if shown else wanted,
        question=str(WANTED[wanted]),
    )
