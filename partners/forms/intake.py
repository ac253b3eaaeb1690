"""The steps of the partner's intake form, and the self-check before it."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from gcc_portal.identity.free_mail import free_mail_notices
from gcc_portal.identity.postal import phone_problem
from gcc_portal.intake.kinds import explanation_field
from gcc_portal.intake.models import IntakeForm
from gcc_portal.intake.tenant_answers import ask_for_applicant
from gcc_portal.web.fields import PlainTextField, TenantIdField, WebDomainField
from gcc_portal.web.forms import Described
from gcc_portal.web.us_address import UsAddressForm
from partners.criteria import Criterion, Evidence
from partners.gates import qualification as gates

CRITERION_HELP = {
    Criterion.SERVES_GOVERNMENT: _(
        "Federal, state, local or tribal. Shown by a letter of a government customer that sponsors you."
    ),
    Criterion.GOVERNMENT_CONTRACTS: _("Direct or indirect contracts. Shown by a contract number."),
    Criterion.CONTRACT_VEHICLES: _("Shown by the number of the GSA Schedule or of the vehicle."),
}
CRITERIA = [
    (criterion.value, Described(criterion.label, explanation))
    for criterion, explanation in CRITERION_HELP.items()
]
TENANT_HELP = _(
    "Your organization’s own commercial tenant ID: the one that stands on the Organization profile as Microsoft ID. "
    "Not the ID of an Azure Government tenant."
)


def tenant_field(**options: Any) -> TenantIdField:
    """Return the tenant ID field, which looks the ID up in the directory while it is typed (htmx)."""
    lookup = {
        "autocomplete": "off",
        "spellcheck": "false",
        "class": "portal-mono",
        "hx-get": reverse_lazy("partners:tenant-lookup"),
        "hx-target": "#tenant-lookup",
        "hx-trigger": "input changed delay:600ms",
    }
    return TenantIdField(
        label=_("Tenant ID (Microsoft ID)"),
        help_text=TENANT_HELP,
        max_length=60,
        widget=forms.TextInput(attrs=lookup),
        **options,
    )


class ContactForm(forms.Form):
    """Who fills in the form; the answer goes to this address."""

    contact_name = PlainTextField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_title = PlainTextField(
        label=_("Your title"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    contact_email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The answer goes here. Use an address of your organization, not of a free mail service."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact_phone = PlainTextField(
        label=_("Phone number"),
        help_text=_("Ten digits, such as 206-555-0123"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "tel-national", "inputmode": "tel"}),
    )

    def clean_contact_phone(self) -> str:
        """Return the phone number. Raises `ValidationError` for one that the service would refuse."""
        phone: str = self.cleaned_data["contact_phone"]
        if problem := phone_problem(phone):
            raise forms.ValidationError(problem)
        return phone

    def notices(self) -> list[str]:
        """Return a warning for an address of a free mail service: it is allowed, but the review asks about it."""
        return free_mail_notices(str(self.cleaned_data.get("contact_email") or ""))


class OrganizationForm(UsAddressForm):
    """Which organization applies (P3)."""

    wants_intake = True
    template_name = "partners/form_with_tenant.html"
    field_order = ("organization_name", "tenant_id", "web_domain")

    phone = None  # type: ignore[assignment]  # Django's way to leave an inherited field out
    organization_name = PlainTextField(
        label=_("Legal name"),
        help_text=_("The exact name as in official documents; no acronym."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    tenant_id = tenant_field()
    web_domain = WebDomainField(label=_("Web site"), help_text=_("Such as contoso.example"), max_length=253)

    def __init__(self, *args: Any, intake: IntakeForm | None = None, **options: Any) -> None:
        self.intake = intake
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        """Return the answers; ask the directory about the tenant ID and refuse a wrong one at its field (P3).

        An ID that is saved already is not refused here: the gate judges it at the signing, by the answer got now.
        """
        cleaned = super().clean()
        tenant_id = cleaned.get("tenant_id")
        if self.intake is None or not tenant_id:
            return cleaned
        form = self.intake.specific
        answer = ask_for_applicant(form, tenant_id)
        if tenant_id != self.intake.answers.get("tenant_id"):
            for blocker in gates.commercial_tenant(form.partner, tenant_id, answer):
                self.add_error("tenant_id", forms.ValidationError(str(blocker), code=blocker.code))
        return cleaned


class CriteriaForm(forms.Form):
    """Which criteria the partner claims."""

    criteria = forms.MultipleChoiceField(
        label=_("Which of these holds for your organization?"),
        help_text=_("One is enough."),
        choices=CRITERIA,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )


class EvidenceForm(forms.Form):
    """The evidence of the criteria. All optional: the review asks for what is missing."""

    contract_number = PlainTextField(
        label=_("Government contract number"),
        help_text=_("Of a contract with a US government customer, direct or as a subcontractor."),
        max_length=100,
        required=False,
    )
    gsa_schedule = PlainTextField(
        label=_("GSA Schedule or other contract vehicle"),
        help_text=_("The number, and the name of the vehicle when it is not GSA’s."),
        max_length=100,
        required=False,
    )
    sponsor = PlainTextField(
        label=_("Sponsor"),
        help_text=_(
            "The government body that sponsors you and the person to ask there. Attach its letter below."
        ),
        max_length=300,
        required=False,
    )
    explanation = explanation_field()


class DescriptionForm(forms.Form):
    """What the organization does for government."""

    description = PlainTextField(
        label=_("What do you provide to US government customers?"),
        help_text=_("The services or solutions, for whom, since when."),
        multiline=True,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class SelfCheckForm(forms.Form):
    """The questions of the self-check. Nothing is saved or signed."""

    template_name = "partners/form_with_tenant.html"

    criteria = forms.MultipleChoiceField(
        label=_("Which of these holds for your organization?"),
        choices=CRITERIA,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    evidence = forms.MultipleChoiceField(
        label=_("What can you show for it?"),
        choices=Evidence.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tenant_id = tenant_field(required=False)
