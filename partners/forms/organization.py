"""Forms of the organization's pages."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import PARTNER_ROLES, Role
from gcc_portal.web.fields import PlainTextField, WebDomainField
from gcc_portal.web.forms import Described
from gcc_portal.web.us_address import UsAddressForm
from partners.states import QualificationState

ROLE_CHOICES = [
    (
        Role.SALES_AGENT.value,
        Described(
            Role.SALES_AGENT.label, _("Sees and adds customers, sends relationship requests, places orders.")
        ),
    ),
    (
        Role.ADMIN_AGENT.value,
        Described(
            Role.ADMIN_AGENT.label,
            _("All of that, and: signs the intake form, edits the organization profile, manages agents."),
        ),
    ),
]


class ProfileForm(UsAddressForm):
    """What an organization may change of its profile."""

    field_order = ("web_domain", "email", "phone")

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    web_domain = WebDomainField(label=_("Web site"), help_text=_("Such as contoso.example"), max_length=253)
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=ROLE_CHOICES, initial=Role.SALES_AGENT.value, widget=forms.RadioSelect
    )


class RoleForm(forms.Form):
    """Another role for an agent."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in PARTNER_ROLES])


class JoinForm(forms.Form):
    """The name and the password of a new agent."""

    name = PlainTextField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("Password, again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        self.email = email
        super().__init__(*args, **options)
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        """Return the answers; refuse passwords that differ or that the validators refuse."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        password, again = cleaned.get("password"), cleaned.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("This is not the same password as above."))
        elif password:
            try:
                validate_password(password, User(email=self.email, name=cleaned.get("name", "")))
            except forms.ValidationError as refused:
                self.add_error("password", refused)
        return cleaned


class RevokeForm(forms.Form):
    """Why a qualification is taken away: the partner reads it."""

    reason = PlainTextField(
        label=_("Reason"),
        help_text=_("The partner’s admin agents read this in the mail."),
        multiline=True,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class PartnerFilterForm(forms.Form):
    """What narrows the reviewers' list of partners."""

    q = forms.CharField(label=_("Name, domain or partner ID"), required=False, max_length=200)
    qualification = forms.ChoiceField(
        label=_("Qualification"), required=False, choices=[("", _("Any")), *QualificationState.choices]
    )
