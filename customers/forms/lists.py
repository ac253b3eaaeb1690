"""The customers list's search and filters."""

from django import forms
from django.utils.translation import gettext_lazy

from customers.states import QualificationKind
from gcc_portal.web.fields import PlainTextField


class CustomerFilterForm(forms.Form):
    """The search and the filters. A value with an error filters nothing."""

    q = PlainTextField(
        label=gettext_lazy("Name, domain or tenant ID"),
        help_text=gettext_lazy("How the name or the domain begins, or the whole ID"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    qualification = forms.ChoiceField(
        label=gettext_lazy("Special qualification"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            *((kind.value, kind.label) for kind in QualificationKind),
            ("none", gettext_lazy("None")),
        ],
    )
    agreement = forms.ChoiceField(
        label=gettext_lazy("Customer agreement"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("yes", gettext_lazy("In force")),
            ("no", gettext_lazy("Missing")),
        ],
    )

    def value(self, name: str) -> str:
        """Return a filter's value; an empty string for one that was not given or was refused."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")
