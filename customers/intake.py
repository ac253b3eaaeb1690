"""The customer's form, as the intake machine knows it: steps, checks, and what an answer brings about."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers import checks, known
from customers.criteria import Category
from customers.emails import validation as letters
from customers.forms.intake import (
    AboutYouForm,
    CategoryForm,
    OrganizationForm,
    PartnerForm,
    RegulatedDataForm,
)
from customers.gates.intake import transacting_partner
from customers.models import CustomerForm
from customers.services import validation
from gcc_portal.core.gates import Text
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.intake.kinds import CheckResult, CommonFields, DeclineReason, Fact, Step, step_of_field
from gcc_portal.intake.models import IntakeForm

# Whoever reads this mailbox has shown it by the personal link, and the checks judge it: no step may change it.
ADDRESS = Fact(
    "contact_email",
    _("Your e-mail address"),
    _(
        "Your personal link went to this address, and so will the answer. It can’t be changed on this form: to use "
        "another address, start a new form there."
    ),
    "eligibility:start",
    _("Start a new form"),
)
STEPS = (
    Step(
        "about-you",
        _("About you"),
        AboutYouForm,
        _("Introduce yourself. The answer comes to you by e-mail."),
        facts=(ADDRESS,),
    ),
    Step(
        "organization",
        _("Organization"),
        OrganizationForm,
        _("The organization that will use the Government Community Cloud."),
    ),
    Step("category", _("Category"), CategoryForm, _("Who is eligible, and what your organization is.")),
    Step(
        "regulated-data",
        _("Data and evidence"),
        RegulatedDataForm,
        _("A commercial entity names its regulated data and shows it. Anybody may attach files of evidence."),
        attachments=True,
    ),
    Step("partner", _("Your partner"), PartnerForm, _("The partner that will order for you.")),
)
REASONS = (
    DeclineReason(
        "category",
        _("Not in an eligible category"),
        _("Your organization is neither a US government entity nor a commercial entity with regulated data."),
    ),
    DeclineReason(
        "international",
        _("International entity"),
        _("An international entity can’t be validated for the Government Community Cloud."),
    ),
    DeclineReason(
        "us_presence",
        _("No presence in the United States"),
        _("A commercial entity needs a presence in the United States, and none could be confirmed."),
    ),
    DeclineReason(
        "evidence",
        _("Evidence could not be confirmed"),
        _("The evidence that you gave could not be confirmed."),
    ),
    DeclineReason(
        "wrong_partner",
        _("Not a transacting partner"),
        _("The tenant ID on the form is not a qualified transacting partner’s."),
    ),
    DeclineReason("other", _("Another reason"), _("The form does not meet the criteria.")),
)


class CustomerKind:
    """The customer's eligibility form."""

    name = IntakeForm.Kind.CUSTOMER.value
    label: Text = _("Customer")
    approval_means: Text = _(
        "A validation ID is issued, with which the partner that the form names creates the customer’s account. It is "
        "mailed to the contact of the form and to that partner’s admin agents. The decision can’t be taken back here."
    )
    terms_name = "customer"
    sign_right = Right.SIGN_CUSTOMER_FORM
    rule = "C3"
    # A customer need not have a tenant yet: the common checks ask about none.
    fields = CommonFields(tenant="", fixed_email=True)
    steps: Sequence[Step] = STEPS
    decline_reasons: Sequence[DeclineReason] = REASONS

    def forms(self, ids: Sequence[int]) -> list[Any]:
        """Return the customers' forms, each with the partner that it names and its reviewer."""
        return list(CustomerForm.objects.filter(pk__in=ids).select_related("partner", "reviewer"))

    def load(self, forms: Sequence[Any]) -> None:
        """Have at hand the partners that the forms name, their admin agents, and the registry's rows."""
        known.load(forms)

    def checks(self, form: Any, answers: dict[str, Any]) -> list[CheckResult]:
        """Return the customer's own checks: partner (C1), category, registry and regulated data (C2)."""
        return checks.run(form.specific, answers)

    def needs_reviewer(self, answers: dict[str, Any]) -> bool:
        """Return whether this is a commercial entity: the desk never approves one by itself."""
        return bool(answers.get("category") == Category.COMMERCIAL)

    def on_submitted(self, form: Any, actor: Actor) -> None:
        """Keep which partner the signed form names (C1)."""
        customer_form: CustomerForm = form.specific
        tenant_id = str(customer_form.answers.get("partner_tenant_id") or "")
        partner, _blockers = transacting_partner(tenant_id, ask=False)
        customer_form.partner = partner
        customer_form.save(update_fields=["partner"])

    def before_approval(self, forms: Sequence[Any]) -> None:
        """Hold the partners that the forms name, and draw the validation IDs' numbers."""
        known.hold(forms)
        validation.draw(forms)

    def before_close(self, forms: Sequence[Any]) -> None:
        """Do nothing: nothing is locked for the end of a customer's form."""

    def on_approved(self, form: Any, actor: Actor, out: UnitOfWork) -> None:
        """Issue the validation ID and mail it to the partner's admin agents, in the approval's transaction."""
        validation.issue(actor, form.specific, out)

    def on_closed(self, form: Any, actor: Actor, reason: str, out: UnitOfWork) -> None:
        """Do nothing: before an approval nothing hangs on a customer's form."""

    def recipients(self, form: Any) -> list[str]:
        """Return the address of the person who filled in the form."""
        return [form.contact_email] if form.contact_email else []

    def approval_letters(self, form: Any) -> list[tuple[str, str, EmailContent]]:
        """Return the letter that brings the customer its validation ID; the partner's own is queued with the ID."""
        customer_form: CustomerForm = form.specific
        letter = letters.to_customer(customer_form.validation_id, customer_form)
        return [(address, f"customer-{at}", letter) for at, address in enumerate(self.recipients(form))]

    def status_path(self, form: Any) -> str:
        """Return the page on which whoever has the personal link follows the form."""
        return reverse("eligibility:status", args=[form.specific.access_token])

    def edit_path(self, form: Any, field: str = "") -> str:
        """Return the page of the step that asks for `field`; the first step for a field that none asks for."""
        asking = step_of_field(self, field)
        slug, name = (asking.slug, field) if asking else (self.steps[0].slug, "contact_name")
        return f"{reverse('eligibility:step', args=[form.specific.access_token, slug])}#id_{name}"
