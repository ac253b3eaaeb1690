"""The customer's kind of intake form: steps, checks, and what an answer brings about."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers import checks
from customers.criteria import Category
from customers.emails import validation as emails
from customers.forms.intake import (
    AboutYouForm,
    CategoryForm,
    OrganizationForm,
    PartnerForm,
    RegulatedDataForm,
)
from customers.gates.intake import ID_FIELD, CustomerContext, can_approve_form, named_partner
from customers.models import CustomerForm
from customers.services import validation
from gcc_portal.core.gates import Text
from gcc_portal.core.locks import lock_shared
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.identity.registry.lookup import lookup_all
from gcc_portal.identity.tenants.kinds import parse_tenant_id
from gcc_portal.intake.context import load_contexts
from gcc_portal.intake.kinds import (
    CheckResult,
    CommonFields,
    DeclineReason,
    ReadOnlyField,
    Step,
    step_of_field,
)
from gcc_portal.intake.models import IntakeForm
from partners.models import Partner
from partners.queries.partners import admin_addresses_of

# Whoever reads this mailbox has shown it by the personal link, and the checks judge it: no step may change it.
ADDRESS = ReadOnlyField(
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
        read_only=(ADDRESS,),
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
    model: type[IntakeForm] = CustomerForm
    select_related: Sequence[str] = ("partner", "reviewer")
    steps: Sequence[Step] = STEPS
    decline_reasons: Sequence[DeclineReason] = REASONS

    def contexts(self, forms: Sequence[Any]) -> list[CustomerContext]:
        """Return the context of each form, with the partner that it names, its admin agents, and the registry's row."""
        contexts = load_contexts(CustomerContext, forms)
        domains = {context.form.pk: str(context.answers.get("web_domain") or "") for context in contexts}
        tenant_ids = set(filter(None, map(_partner_tenant_id, contexts)))
        named = Partner.objects.select_related("provider").filter(tenant_id__in=tenant_ids)
        partners = {str(partner.tenant_id): partner for partner in named}
        registry = lookup_all(set(domains.values()))
        admins = admin_addresses_of({form.partner_id for form in forms if form.partner_id is not None})
        for context in contexts:
            context.partner = partners.get(_partner_tenant_id(context))
            context.registrant = registry[domains[context.form.pk]]
            context.admin_addresses = admins.get(context.form.partner_id, [])
        return contexts

    def tenant_to_ask(self, context: CustomerContext) -> str:
        """Return the tenant ID that the form names for a partner (C1), where no partner has it."""
        return "" if context.partner else _partner_tenant_id(context)

    def checks(self, context: CustomerContext) -> list[CheckResult]:
        """Return the customer's own checks: partner (C1), category, registry and regulated data (C2)."""
        return checks.run(context)

    def needs_reviewer(self, answers: dict[str, Any]) -> bool:
        """Return whether this is a commercial entity: none is approved automatically."""
        return bool(answers.get("category") == Category.COMMERCIAL)

    def on_submitted(self, form: Any, actor: Actor) -> None:
        """Save which partner the signed form names (C1)."""
        customer_form: CustomerForm = form.specific
        customer_form.partner = named_partner(str(customer_form.answers.get(ID_FIELD) or ""))
        customer_form.save(update_fields=["partner"])

    def prepare_approval(self, contexts: Sequence[CustomerContext]) -> None:
        """Lock the partners that the forms name, and make the validation IDs of those that may be approved (C1, C2)."""
        rows = Partner.objects.filter(pk__in={context.partner.pk for context in contexts if context.partner})
        lock_shared(rows)
        partners = {str(partner.tenant_id): partner for partner in rows.select_related("provider")}
        for context in contexts:
            context.partner = partners.get(_partner_tenant_id(context))
        validation.create([each for each in contexts if not can_approve_form(each.form, context=each)])

    def prepare_close(self, contexts: Sequence[CustomerContext]) -> None:
        """Do nothing: nothing else changes when a customer's form is declined or withdrawn."""

    def on_approved(self, context: CustomerContext, actor: Actor, unit: UnitOfWork) -> None:
        """Hand the validation ID to the partner's admin agents, in the approval's transaction."""
        validation.issue(actor, context, unit)

    def on_closed(self, context: CustomerContext, actor: Actor, action: str, unit: UnitOfWork) -> None:
        """Do nothing: before an approval nothing else depends on a customer's form."""

    def recipients(self, form: Any, context: CustomerContext | None = None) -> list[str]:
        """Return the address of the person who filled in the form."""
        return [form.contact_email] if form.contact_email else []

    def approval_emails(self, context: CustomerContext) -> list[tuple[str, str, EmailContent]]:
        """Return the e-mail that brings the customer its validation ID; `issue` adds the partner's own."""
        if context.validation is None:
            return []
        content = emails.to_customer(context.validation, context.form)
        addresses = self.recipients(context.form)
        return [(address, f"customer-{at}", content) for at, address in enumerate(addresses)]

    def status_path(self, form: Any) -> str:
        """Return the page on which whoever has the personal link follows the form."""
        return reverse("eligibility:status", args=[form.specific.access_token])

    def edit_path(self, form: Any, field: str = "") -> str:
        """Return the page of the step that asks for `field`; the first step for a field that none asks for."""
        asking = step_of_field(self, field)
        slug, name = (asking.slug, field) if asking else (self.steps[0].slug, "contact_name")
        return f"{reverse('eligibility:step', args=[form.specific.access_token, slug])}#id_{name}"


def _partner_tenant_id(context: CustomerContext) -> str:
    """Return the partner's tenant ID that the signed form names, in its one form, or ''."""
    return parse_tenant_id(str(context.answers.get(ID_FIELD) or "")) or ""
