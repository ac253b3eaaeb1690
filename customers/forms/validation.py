"""The forms of validation IDs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.states import ValidationState
from gcc_portal.web.fields import PlainTextField


class ValidationFilter(forms.Form):
    """What narrows the list of validation IDs."""

    q = PlainTextField(label=_("Organization or number"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *ValidationState.choices]
    )


class RevokeForm(forms.Form):
    """A reviewer revokes a validation ID."""

    reason = PlainTextField(
        label=_("Reason"),
        help_text=_("The partner’s admin agents read it."),
        max_length=500,
        multiline=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
