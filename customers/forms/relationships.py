"""The forms of relationship requests: the partner's side and the customer's."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.queries.relationships import CANCELLED
from customers.states import RelationshipState
from gcc_portal.web.fields import PlainTextField, TenantIdField, person_name
from gcc_portal.web.forms import Described

LETTER_MAX = 5000
REASON_MAX = 1000


class RequestFilter(forms.Form):
    """What narrows the list of requests."""

    q = PlainTextField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            (RelationshipState.INVITED, _("Waiting for an answer")),
            (RelationshipState.ACTIVE, _("Accepted and active")),
            (RelationshipState.DECLINED, RelationshipState.DECLINED.label),
            (RelationshipState.EXPIRED, RelationshipState.EXPIRED.label),
            (CANCELLED, _("Cancelled")),
            (RelationshipState.ENDED, RelationshipState.ENDED.label),
        ],
    )


class RequestForm(forms.Form):
    """A new request: to whom, and for which cloud."""

    organization_name = PlainTextField(
        label=_("Organization"),
        help_text=_("The customer’s legal name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    contact_name = PlainTextField(label=_("Contact’s name"), required=False, max_length=150)
    contact_email = forms.EmailField(
        label=_("Contact’s e-mail address"),
        help_text=_("An administrator of the customer’s tenant has to answer"),
        max_length=254,
    )
    for_gcc = forms.ChoiceField(
        label=_("Is this a Government Community Cloud customer?"),
        choices=[
            (
                "yes",
                Described(
                    _("Yes"),
                    _("Its tenant is in the Government Community Cloud. Your qualification is asked."),
                ),
            ),
            ("no", Described(_("No"), _("Its tenant is commercial, education or nonprofit."))),
        ],
        initial="yes",
        widget=forms.RadioSelect,
    )

    def clean_contact_email(self) -> str:
        return str(self.cleaned_data["contact_email"])

    @property
    def wants_gcc(self) -> bool:
        """Return whether the valid form asks for a customer of the Government Community Cloud."""
        return bool(self.cleaned_data["for_gcc"] == "yes")


class MessageForm(forms.Form):
    """The message of a request, as the partner edits it."""

    subject = PlainTextField(
        label=_("Subject"), max_length=200, widget=forms.TextInput(attrs={"class": "usa-input--2xl"})
    )
    message = PlainTextField(
        label=_("Email"),
        help_text=_("Change the words as you like, but leave the link as it is."),
        max_length=LETTER_MAX,
        multiline=True,
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class AnswerForm(forms.Form):
    """The customer's administrator accepts."""

    tenant_id = TenantIdField(
        label=_("Your organization’s tenant ID"),
        help_text=_(
            "Microsoft Entra admin center, page Overview. It looks like 11111111-aaaa-4bbb-8ccc-000000000001."
        ),
        max_length=100,
        error_messages={"required": _("Name your organization’s tenant ID.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "portal-mono"}),
    )
    first_name = person_name(
        label=_("Administrator’s first name"), widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = person_name(
        label=_("Last name"), widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    title = PlainTextField(
        label=_("Title"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "organization-title"})
    )
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    accept_relationship = forms.BooleanField(
        label=_("I am an administrator of this tenant and accept the reseller relationship."),
        error_messages={"required": _("Accept the relationship by checking the box, or decline it below.")},
    )
    accept_agreement = forms.BooleanField(
        label=_("I accept the Microsoft Customer Agreement for my organization, where none is in force yet."),
        error_messages={
            "required": _("The agreement has to be accepted before anything can be ordered for you.")
        },
    )


class DeclineForm(forms.Form):
    """The customer declines."""

    prefix = "decline"
    name = PlainTextField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    reason = PlainTextField(
        label=_("Reason"),
        help_text=_("The partner reads it."),
        max_length=REASON_MAX,
        multiline=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
