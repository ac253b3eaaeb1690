"""The steps of the customer's eligibility form."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from customers.criteria import (
    EXPLAINED,
    OPTIONS_EXPLAINED,
    SHOWN_BY_DOCUMENT,
    Category,
    RegulatedData,
    ValidationOption,
)
from customers.gates.intake import eligibility, named_partner, option_blockers, transacting_partner
from gcc_portal.core.gates import Blocker
from gcc_portal.identity.postal import phone_problem
from gcc_portal.identity.us_states import TERRITORIES, US_STATES
from gcc_portal.intake.kinds import explanation_field
from gcc_portal.intake.tenant_answers import ask_directory, ask_for_applicant
from gcc_portal.web.fields import PlainTextField, TenantIdField, WebDomainField
from gcc_portal.web.forms import Described
from gcc_portal.web.us_address import UsAddressForm

EVIDENCE_MAX = 2000


def _missing(sentence: Any) -> forms.ValidationError:
    """Return the error of an answer that is not there yet: a draft may be left without it."""
    return forms.ValidationError(sentence, "required")


def _refused(blocker: Blocker, cleaned: dict[str, Any]) -> forms.ValidationError:
    """Return a blocker as the error of its field; where nothing was answered yet, the answer is missing."""
    return forms.ValidationError(str(blocker), "refused" if cleaned.get(blocker.field) else "required")


class StartForm(forms.Form):
    """Begin: where the personal link goes."""

    organization_name = PlainTextField(
        label=_("Organization"),
        help_text=_("Its legal name, as in official documents"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    contact_email = forms.EmailField(
        label=_("Your e-mail address at work"),
        help_text=_(
            "We send your personal link to it, and later the answer: it stays the address of this form. One of your "
            "organization’s own domain is quicker to check."
        ),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class AboutYouForm(forms.Form):
    """Who fills in the form. The address is none of its fields: only the one that got the personal link is shown to be
    theirs."""

    contact_name = PlainTextField(
        label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_title = PlainTextField(
        label=_("Your title"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    contact_phone = PlainTextField(
        label=_("Your phone number"),
        help_text=_("Ten digits, such as 206-555-0123"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel-national", "inputmode": "tel"}),
    )

    def clean_contact_phone(self) -> str:
        """Return the number. Raises `ValidationError` for one that the service would refuse."""
        phone = str(self.cleaned_data["contact_phone"])
        problem = phone_problem(phone)
        if problem:
            raise forms.ValidationError(problem)
        return phone


class OrganizationForm(UsAddressForm):
    """The organisation: legal name, US address (the territories are eligible too, C2), web domain."""

    territories = True
    state = forms.ChoiceField(
        label=_("State or territory"),
        choices=[
            ("", _("- Select -")),
            *sorted((US_STATES | TERRITORIES).items(), key=lambda each: str(each[1])),
        ],
        error_messages={"required": _("Choose the state or territory.")},
    )
    organization_name = PlainTextField(
        label=_("Legal name"),
        help_text=_("As in official documents, without acronyms"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    web_domain = WebDomainField(
        label=_("Web site"),
        help_text=_("Such as harborview.gov. A .gov domain is looked up in the .gov registry."),
        max_length=253,
        widget=forms.TextInput(attrs={"autocomplete": "url", "inputmode": "url"}),
    )

    field_order = ("organization_name", "web_domain")


class CategoryForm(forms.Form):
    """What the organisation is (C2)."""

    category = forms.ChoiceField(
        label=_("What is your organization?"),
        choices=[(each.value, Described(each.label, EXPLAINED[each])) for each in Category],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what your organization is.")},
    )
    category_evidence = PlainTextField(
        label=_("What shows it?"),
        help_text=_(
            "For a tribe the federal recognition; for a regional entity the compact or founding act; for an FFRDC "
            "the sponsoring agency; for others, where you like, the statute or charter."
        ),
        max_length=EVIDENCE_MAX,
        required=False,
        multiline=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    us_presence = forms.ChoiceField(
        label=_("Does a commercial entity have a presence in the United States?"),
        help_text=_("Only for a commercial entity: a mailing address or a site in the United States."),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        required=False,
        widget=forms.RadioSelect,
    )
    us_presence_details = PlainTextField(
        label=_("Where in the United States?"),
        help_text=_("Only for a commercial entity: site, mailing address or US subsidiary."),
        max_length=500,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Return the answers. Adds what C2 refuses at once, with the criteria, and what is missing."""
        cleaned = super().clean() or self.cleaned_data
        category = cleaned.get("category")
        if not category:
            return cleaned
        # Regulated data is asked for on the next step, so its blockers wait until then.
        for blocker in eligibility(cleaned):
            if blocker.field in ("category", "us_presence"):
                self.add_error(blocker.field, _refused(blocker, cleaned))
        if category in SHOWN_BY_DOCUMENT and not cleaned.get("category_evidence"):
            sentence = _("Say what shows that your organization is in this category.")
            self.add_error("category_evidence", _missing(sentence))
        present = category == Category.COMMERCIAL and cleaned.get("us_presence") == "yes"
        if present and not cleaned.get("us_presence_details"):
            sentence = _("Say where: a site, a mailing address or a US subsidiary.")
            self.add_error("us_presence_details", _missing(sentence))
        return cleaned


class RegulatedDataForm(forms.Form):
    """Which regulated data is held, and what shows it (C2). Asked of a commercial entity."""

    wants_intake = True

    regulated_data = forms.MultipleChoiceField(
        label=_("Which regulated data does your organization hold?"),
        help_text=_("A commercial entity names at least one. A government entity may leave this empty."),
        choices=RegulatedData.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    regulated_other = PlainTextField(
        label=_("Which other data?"),
        help_text=_(
            "If you checked “Other data”: what it is and which regulation asks for a government cloud."
        ),
        max_length=500,
        required=False,
    )
    regulated_evidence = PlainTextField(
        label=_("What shows that you hold it?"),
        help_text=_(
            "For example: State Department DDTC registration for ITAR; contract number, DFARS clause or CAGE code "
            "for CUI and DoD data; the agreement with a law-enforcement body for CJI; a sponsor’s letter for UCNI."
        ),
        max_length=EVIDENCE_MAX,
        required=False,
        multiline=True,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    explanation = explanation_field()

    def __init__(self, *args: Any, intake: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.intake = intake

    def clean(self) -> dict[str, Any]:
        """Return the answers. Adds what C2 asks of a commercial entity."""
        cleaned = super().clean() or self.cleaned_data
        earlier = self.intake.answers if self.intake else {}
        other = RegulatedData.OTHER in (cleaned.get("regulated_data") or [])
        if other and not cleaned.get("regulated_other"):
            sentence = _("Say which other data you hold that needs a government cloud.")
            self.add_error("regulated_other", _missing(sentence))
        for blocker in eligibility({**earlier, **cleaned}):
            if blocker.field in self.fields and blocker.field not in self.errors:
                self.add_error(blocker.field, _refused(blocker, cleaned))
        return cleaned


class PartnerForm(forms.Form):
    """Which validation, for which partner (C1)."""

    wants_intake = True

    validation_option = forms.ChoiceField(
        label=_("Validation option"),
        help_text=_("A partner’s customer chooses the first."),
        choices=[(each.value, Described(each.label, OPTIONS_EXPLAINED[each])) for each in ValidationOption],
        initial=ValidationOption.CUSTOMER,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose O365 GCC CSP Customer.")},
    )
    partner_tenant_id = TenantIdField(
        label=_("Your transacting partner’s tenant ID"),
        help_text=_(
            "Your partner finds it on its Organization profile as “Microsoft ID” and gives it to you."
        ),
        max_length=100,
        error_messages={"required": _("Name your transacting partner’s tenant ID.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "portal-mono"}),
    )

    def __init__(self, *args: Any, intake: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.intake = intake
        if intake is not None:
            # The field asks what the portal knows of the ID while the person is still on the page.
            field = self.fields["partner_tenant_id"]
            field.help_text = format_html(
                '{}<div id="partner-answer" aria-live="polite"></div>', field.help_text
            )
            field.widget.attrs |= {
                "hx-get": reverse("eligibility:partner", args=[intake.access_token]),
                "hx-trigger": "input changed delay:600ms",
                "hx-target": "#partner-answer",
            }

    def clean(self) -> dict[str, Any]:
        """Return the answers. Adds what C1 says of the option and of the partner."""
        cleaned = super().clean() or self.cleaned_data
        found: list[Blocker] = []
        if cleaned.get("validation_option"):
            found += option_blockers(cleaned)
        if cleaned.get("partner_tenant_id"):
            found += self._partner_blockers(cleaned["partner_tenant_id"])
        for blocker in found:
            self.add_error(blocker.field, str(blocker))
        return cleaned

    def _partner_blockers(self, tenant_id: str) -> list[Blocker]:
        """Return what C1 says of the ID; where no partner has it, the directory is asked and its answer kept."""
        partner, answer = named_partner(tenant_id), {}
        if partner is None:
            answer = ask_for_applicant(self.intake, tenant_id) if self.intake else ask_directory(tenant_id)
        return transacting_partner(tenant_id, partner, answer)
