"""The attestation of the Microsoft Customer Agreement (O3)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from customers.gates.segments import Acceptance, can_attest
from gcc_portal.identity.postal import phone_problem
from gcc_portal.web.fields import PlainTextField, person_name


class AgreementForm(forms.Form):
    """Who of the customer accepted the agreement, and when."""

    first_name = person_name(
        label=gettext_lazy("First name"),
        error_messages={"required": gettext_lazy("Enter the first name of the person who accepted.")},
    )
    last_name = person_name(
        label=gettext_lazy("Last name"),
        error_messages={"required": gettext_lazy("Enter the last name of the person who accepted.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        error_messages={"required": gettext_lazy("Enter the e-mail address of the person who accepted.")},
    )
    phone = PlainTextField(
        label=gettext_lazy("Phone number"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("Ten digits, such as 206-555-0123"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    agreed_on = forms.DateField(
        label=gettext_lazy("Accepted on"),
        help_text=gettext_lazy("The day on which the customer accepted: today or earlier"),
        widget=forms.DateInput(attrs={"class": "usa-input--medium"}),
        error_messages={
            "required": gettext_lazy("Enter the day on which the customer accepted."),
            "invalid": gettext_lazy("Enter a day of the calendar, such as 2026-03-01."),
        },
    )

    def clean_phone(self) -> str:
        """Return the phone number when the service would take it."""
        phone = str(self.cleaned_data.get("phone") or "")
        problem = phone_problem(phone)
        if problem is not None:
            raise forms.ValidationError(problem, code="phone")
        return phone

    def clean_agreed_on(self) -> Any:
        """Return the day when the gate lets it through (O3)."""
        day = self.cleaned_data["agreed_on"]
        for blocker in can_attest(day):
            raise forms.ValidationError(str(blocker), code=blocker.code)
        return day

    def acceptance(self) -> Acceptance:
        """Return what was stated."""
        cleaned = self.cleaned_data
        return Acceptance(
            first_name=cleaned["first_name"],
            last_name=cleaned["last_name"],
            email=cleaned["email"],
            phone=cleaned["phone"],
            agreed_on=cleaned["agreed_on"],
        )

    def as_answer(self) -> dict[str, Any]:
        """Return the statement as plain values."""
        stated = self.acceptance()
        return {
            "first_name": stated.first_name,
            "last_name": stated.last_name,
            "email": stated.email,
            "phone": stated.phone,
            "agreed_on": stated.agreed_on.isoformat(),
        }
