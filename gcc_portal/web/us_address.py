"""The fields of a US address and phone number, for forms to inherit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from gcc_portal.identity.postal import ADDRESS_LINE_MAX, CITY_MAX, MISSING, NO_SUCH_STATE, address_problems
from gcc_portal.identity.us_states import US_STATES
from gcc_portal.web.fields import PlainTextField

STATE_CHOICES = sorted(US_STATES.items(), key=lambda state: state[1])


class UsAddressForm(forms.Form):
    """Base form with a US address and phone number; each problem is an error of its field.

    Also works as a mixin, named before `forms.ModelForm`. A form with `territories = True` accepts these as states.
    """

    territories = False

    address_line1 = PlainTextField(
        label=gettext_lazy("Street address"),
        max_length=ADDRESS_LINE_MAX,
        error_messages={"required": MISSING["address_line1"]},
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    address_line2 = PlainTextField(
        label=gettext_lazy("Street address, second line"),
        max_length=ADDRESS_LINE_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    city = PlainTextField(
        label=gettext_lazy("City"),
        max_length=CITY_MAX,
        error_messages={"required": MISSING["city"]},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("- Select -")), *STATE_CHOICES],
        error_messages={"required": MISSING["state"], "invalid_choice": NO_SUCH_STATE},
    )
    postal_code = PlainTextField(
        label=gettext_lazy("ZIP code"),
        help_text=gettext_lazy("Five digits, such as 98402, or nine, such as 98402-1234"),
        error_messages={"required": MISSING["postal_code"]},
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    phone = PlainTextField(
        label=gettext_lazy("Phone number"),
        help_text=gettext_lazy("Ten digits, such as 206-555-0123"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel-national", "inputmode": "tel"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for field, problem in address_problems(cleaned, territories=self.territories).items():
            if field in self.fields and field not in self.errors:
                self.add_error(field, problem)
        return cleaned
