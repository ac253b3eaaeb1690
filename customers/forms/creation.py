"""The wizard's forms, one a step. What they clean is kept as plain values for a JSON column."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.emails.dates import day
from customers.forms.agreement import AgreementForm
from customers.models import ValidationId
from customers.states import QualificationKind
from gcc_portal.identity.postal import domain_prefix_problem
from gcc_portal.web.fields import PlainTextField, person_name
from gcc_portal.web.forms import Described
from gcc_portal.web.us_address import UsAddressForm

NO_QUALIFICATION = "none"
PREFIX_HELP = gettext_lazy(
    "Letters and digits, a letter first, at most 27. It becomes the tenant's domain before .onmicrosoft.com and "
    "can't be changed later."
)


class PrefixField(PlainTextField):
    """The first part of a domain, in lower case."""

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return text.lower() if text else text

    def validate(self, value: Any) -> None:
        super().validate(value)
        problem = domain_prefix_problem(value or "")
        if problem is not None:
            raise forms.ValidationError(problem, code="prefix")


def prefix_field() -> PrefixField:
    """Return the field for the first part of a new tenant's domain, looked up while it is typed."""
    return PrefixField(
        label=gettext_lazy("Domain prefix"),
        help_text=PREFIX_HELP,
        error_messages={"required": gettext_lazy("Enter the first part of the domain.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "spellcheck": "false",
                "autocapitalize": "none",
                "hx-get": reverse_lazy("customers:domain-check"),
                "hx-trigger": "input changed delay:500ms",
                "hx-target": "#domain-check",
            }
        ),
    )


class AccountForm(UsAddressForm):
    """Step 1: who the customer is."""

    company_name = PlainTextField(
        label=gettext_lazy("Legal name"),
        max_length=200,
        help_text=gettext_lazy("As on official documents, without abbreviations"),
        error_messages={"required": gettext_lazy("Enter the organization's legal name.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    prefix = prefix_field()  # type: ignore[assignment]  # a form's own prefix is not used here
    first_name = person_name(
        label=gettext_lazy("Contact's first name"),
        error_messages={"required": gettext_lazy("Enter the contact's first name.")},
    )
    last_name = person_name(
        label=gettext_lazy("Contact's last name"),
        error_messages={"required": gettext_lazy("Enter the contact's last name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Contact's e-mail address"),
        max_length=254,
        error_messages={"required": gettext_lazy("Enter the contact's e-mail address.")},
    )
    field_order = (
        "company_name", "prefix", "address_line1", "address_line2", "city", "state", "postal_code",
        "first_name", "last_name", "email", "phone",
    )  # fmt: skip


class QualificationForm(forms.Form):
    """Step 2: none, or Government Community Cloud."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Special qualification"),
        widget=forms.RadioSelect,
        choices=[
            (
                NO_QUALIFICATION,
                Described(gettext_lazy("None"), gettext_lazy("The customer buys commercial offers.")),
            ),
            (
                QualificationKind.GOVERNMENT_COMMUNITY_CLOUD.value,
                Described(
                    QualificationKind.GOVERNMENT_COMMUNITY_CLOUD.label,
                    gettext_lazy(
                        "The customer buys government offers and nothing else. It was validated, and you have the "
                        "validation ID."
                    ),
                ),
            ),
        ],
        error_messages={
            "required": gettext_lazy("Choose a special qualification, or none."),
            "invalid_choice": gettext_lazy("Choose one of the special qualifications shown."),
        },
    )


class ValidationForm(forms.Form):
    """Step 3: the validation ID, picked from the partner's own or typed."""

    picked = forms.ChoiceField(
        label=gettext_lazy("Your validation IDs for this customer"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": gettext_lazy("Choose one of the validation IDs shown, or type one.")
        },
    )
    number = forms.CharField(
        label=gettext_lazy("Or type a validation ID"),
        help_text=gettext_lazy("What is typed here goes before what is picked above"),
        required=False,
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "usa-input--medium"}
        ),
    )

    def __init__(self, *args: Any, picks: list[ValidationId], **options: Any) -> None:
        super().__init__(*args, **options)
        if picks:
            self.fields["picked"].choices = [(each.number, _pick(each)) for each in picks]  # type: ignore[attr-defined]
        else:
            del self.fields["picked"]
            number = self.fields["number"]
            number.label, number.required = _("Validation ID"), True
            number.error_messages["required"] = _("Enter the validation ID.")
            self.fields["number"].help_text = ""

    def clean_number(self) -> str:
        """Return the digits, however they were grouped."""
        typed = "".join(str(self.cleaned_data.get("number") or "").split()).replace("-", "")
        if typed and not (typed.isascii() and typed.isdigit()):
            raise forms.ValidationError(
                _("A validation ID has digits only, such as 123456789."), code="number"
            )
        return typed

    def clean(self) -> dict[str, Any]:
        """Return `number`: the typed one goes before the picked one."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned.get("number") or cleaned.get("picked")):
            self.add_error("number", _("Enter the validation ID."))
        return cleaned

    @property
    def chosen(self) -> str:
        """Return the validation ID that was typed, else the one that was picked."""
        return str(self.cleaned_data.get("number") or self.cleaned_data.get("picked") or "")


def _pick(validation: ValidationId) -> Described:
    words = _("%(left)d of %(all)d creates left, expires %(day)s") % {
        "left": validation.remaining,
        "all": validation.max_creates,
        "day": day(validation.expires_at),
    }
    return Described(f"{validation.number} ({validation.organization_name})", words)


class CreationAgreementForm(AgreementForm):
    """Step 4: the attestation, which may be left for later."""

    when = forms.ChoiceField(
        label=gettext_lazy("Microsoft Customer Agreement"),
        widget=forms.RadioSelect,
        choices=[
            (
                "now",
                Described(
                    gettext_lazy("The customer has accepted it"), gettext_lazy("State below who and when.")
                ),
            ),
            (
                "later",
                Described(
                    gettext_lazy("Not yet"),
                    gettext_lazy("The customer is created without it. The first order needs it."),
                ),
            ),
        ],
        error_messages={"required": gettext_lazy("Say whether the customer has accepted the agreement.")},
    )
    field_order = ("when", "first_name", "last_name", "email", "phone", "agreed_on")

    def _clean_fields(self) -> None:
        # With "not yet" the person's fields are not asked for at all.
        if self.data.get(self.add_prefix("when")) == "later":
            for name in ("first_name", "last_name", "email", "phone", "agreed_on"):
                del self.fields[name]
        super()._clean_fields()

    @property
    def answer(self) -> dict[str, Any]:
        """Return the answer as it is kept."""
        return {"later": True} if self.cleaned_data["when"] == "later" else self.as_answer()


class RetryForm(forms.Form):
    """What may be changed before a failed creation is tried again."""

    prefix = prefix_field()  # type: ignore[assignment]  # a form's own prefix is not used here
    number = forms.CharField(
        label=gettext_lazy("Validation ID"),
        required=False,
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "usa-input--medium"}
        ),
    )

    def __init__(self, *args: Any, wants_gcc: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not wants_gcc:
            del self.fields["number"]

    clean_number = ValidationForm.clean_number
