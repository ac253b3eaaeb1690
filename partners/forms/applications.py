"""The form of an API application."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gcc_portal.core.people.roles import Role
from gcc_portal.web.fields import PlainTextField
from gcc_portal.web.forms import Described
from partners.oauth.redirects import COUNT_MAX, redirect_problem
from partners.states import ApplicationKind

KINDS = [
    (
        ApplicationKind.APP_ONLY.value,
        Described(
            ApplicationKind.APP_ONLY.label,
            gettext_lazy("Acts for itself, without a person: syncs, reports, nightly runs."),
        ),
    ),
    (
        ApplicationKind.APP_USER.value,
        Described(
            ApplicationKind.APP_USER.label,
            gettext_lazy(
                "An agent signs in and lets it act for them. Needed for qualifications, agreements and profiles."
            ),
        ),
    ),
]
ROLES = [
    (
        Role.SALES_AGENT.value,
        Described(Role.SALES_AGENT.label, gettext_lazy("Customers, carts, orders, subscriptions.")),
    ),
    (
        Role.ADMIN_AGENT.value,
        Described(
            Role.ADMIN_AGENT.label,
            gettext_lazy("All of that, and the audit; as App+User the organization’s own profiles too."),
        ),
    ),
]


class ApplicationForm(forms.Form):
    """What an API application is called and what it may do."""

    name = PlainTextField(
        label=gettext_lazy("Name"), help_text=gettext_lazy("Such as “Billing sync”"), max_length=100
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Signs in as"),
        choices=KINDS,
        initial=ApplicationKind.APP_ONLY.value,
        widget=forms.RadioSelect,
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=ROLES,
        initial=Role.SALES_AGENT.value,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("An App+User application never does more than the agent who signed in may."),
    )
    redirects = PlainTextField(
        label=gettext_lazy("Redirect addresses (App+User)"),
        help_text=gettext_lazy(
            "Where the browser goes back to after the sign-in, one a line: https, or http://127.0.0.1 for a program "
            "on your own machine. Compared letter by letter; on http://127.0.0.1 any port is taken."
        ),
        multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_redirects(self) -> list[str]:
        """Return the addresses, each once. Raises `ValidationError` for one that nobody may be sent to."""
        lines = [line.strip() for line in (self.cleaned_data["redirects"] or "").split("\n")]
        addresses = list(dict.fromkeys(line for line in lines if line))
        if len(addresses) > COUNT_MAX:
            raise forms.ValidationError(_("Give at most %(count)d addresses.") % {"count": COUNT_MAX})
        for address in addresses:
            if problem := redirect_problem(address):
                raise forms.ValidationError(f"{address[:100]}: {problem}")
        return addresses

    def clean(self) -> dict[str, Any]:
        """Return the answers; an application that signs people in needs to know where to send them back."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_app_user = cleaned.get("kind") == ApplicationKind.APP_USER
        if is_app_user and cleaned.get("redirects") == []:
            self.add_error("redirects", _("Give at least one address: the sign-in ends there."))
        if cleaned.get("kind") == ApplicationKind.APP_ONLY and cleaned.get("redirects"):
            self.add_error("redirects", _("An App-only application signs nobody in: leave this empty."))
        return cleaned
