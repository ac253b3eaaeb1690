"""What the style guide shows: one of everything, with invented facts of no organisation."""

from datetime import UTC, datetime
from types import SimpleNamespace as Thing
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.gates import Blocker
from gcc_portal.web.forms import ComboSelect, Described, MultipleFileInput

STATES = ["draft", "submitted", "in_review", "information_requested", "approved", "declined", "withdrawn"]


class SampleForm(forms.Form):
    """One field of each kind."""

    token = forms.CharField(widget=forms.HiddenInput, initial="1", required=False)
    organization = forms.CharField(
        label=_("Organization name"),
        max_length=100,
        help_text=_("As it stands in your Organization profile."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    seats = forms.IntegerField(
        label=_("Seats"), min_value=1, widget=forms.NumberInput(attrs={"class": "usa-input--small"})
    )
    accepted_on = forms.DateField(label=_("Agreement accepted on"), help_text=_("Not in the future."))
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("Choose one")), ("OH", "Ohio"), ("WA", "Washington")]
    )
    offer = forms.ChoiceField(
        label=_("Offer"),
        choices=[("", ""), ("g3", "Office 365 GCC G3"), ("g5", "Office 365 GCC G5")],
        widget=ComboSelect,
    )
    kind = forms.ChoiceField(
        label=_("Kind of entity"),
        widget=forms.RadioSelect,
        choices=[
            ("state", Described(_("State or local"), _("A state, county, city or district"))),
            ("tribal", Described(_("Tribal"), _("A federally recognized tribe"))),
        ],
    )
    regulated = forms.MultipleChoiceField(
        label=_("Regulated data"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("itar", "ITAR"), ("cui", "CUI"), ("cji", "CJI")],
        required=False,
        help_text=_("Choose all that apply."),
    )
    reason = forms.CharField(label=_("What for"), max_length=200, widget=forms.Textarea(attrs={"rows": 4}))
    evidence = forms.FileField(
        label=_("Evidence"), required=False, widget=MultipleFileInput, help_text=_("At most 25 MB in all.")
    )
    accept = forms.BooleanField(label=_("I accept the terms"), help_text=_("Version 1 of the terms above."))


class SampleFilter(forms.Form):
    """A filter form: a search, a select and a box."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.SearchInput)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("active", _("Active")), ("failed", _("Failed"))],
    )
    mine = forms.BooleanField(label=_("Only mine"), required=False)


def _entries() -> list[Thing]:
    """Return a timeline of an intake form."""
    channel = "page"
    return [
        Thing(
            at=datetime(2026, 11, 24, 21, 0, tzinfo=UTC),
            actor_label="Eligibility desk",
            action_label=_("Information requested"),
            from_state="in_review",
            to_state="information_requested",
            reason=_("Name the contract that you hold."),
            channel="task",
        ),
        Thing(
            at=datetime(2026, 11, 23, 16, 30, tzinfo=UTC),
            actor_label="An agent",
            action_label=_("Submit"),
            from_state="",
            to_state="",
            reason=_("The tenant ID belongs to Azure Government."),
            channel=channel,
            refused=True,
        ),
        Thing(
            at=datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
            actor_label="An agent",
            action_label=_("Submitted"),
            from_state="draft",
            to_state="submitted",
            reason="",
            channel=channel,
        ),
    ]


def context(query: Any) -> dict[str, Any]:
    """Return everything that the style guide's template draws, for the page's own GET parameters."""
    return {
        "form": SampleForm(),
        "wrong_form": SampleForm(
            {"organization": "", "seats": "none", "reason": "", "email": "no address"}, prefix="w"
        ),
        "filter_form": SampleFilter({"q": "city", "state": "active", **query.dict()}, auto_id="filter_%s"),
        "states": STATES,
        "tones": ["neutral", "info", "success", "warning", "danger"],
        "blockers": [
            Blocker(
                "A2.none",
                _("No validation ID is at hand for this organization."),
                _("Ask the customer to write to US Government Cloud Eligibility."),
                ("ui:styleguide", ()),
                _("Read how"),
            ),
            Blocker(
                "A1", _("Your organization does not hold the qualification."), _("Fill in the intake form.")
            ),
        ],
        "entries": _entries(),
        "rows": [
            (_("Tenant ID"), "00000000-0000-0000-0000-000000000000"),
            (_("Web domain"), "agency.example", "#", _("Change")),
            (_("Phone"), ""),
            (_("US presence"), True),
        ],
        "steps": [
            {"label": _("Account details"), "state": "done", "url": "#"},
            {"label": _("Special qualification"), "state": "done", "url": "#"},
            {"label": _("Validation ID"), "state": "current"},
            {"label": _("Agreement"), "state": "todo"},
            {"label": _("Review"), "state": "todo"},
        ],
        "tabs": [
            {"label": _("Subscriptions"), "url": "#", "current": True, "count": 4},
            {"label": _("Orders"), "url": "#"},
            {"label": _("Account"), "url": "#"},
        ],
        "mails": [
            Thing(
                to="person@agency.example",
                subject=_("Your form was approved"),
                status_label=_("Sent"),
                tone="success",
                sent_at=datetime(2026, 11, 24, 21, 0, tzinfo=UTC),
                resend_url="",
            ),
            Thing(
                to="nobody@agency.example",
                subject=_("Your validation ID"),
                status_label=_("Failed"),
                tone="danger",
                sent_at=None,
                resend_url="#",
            ),
        ],
        "attachments": [{"name": "contract.pdf", "size": 81234, "url": "#", "remove_url": "#"}],
        "lines": [("Office 365 GCC G3", 25, 57500, "active"), ("Office 365 GCC G5", 5, 190000, "pending")],
        "email_text": _("Dear administrator,\n\nplease open this link to accept our request."),
        "now": datetime(2026, 11, 24, 21, 0, tzinfo=UTC),
    }
