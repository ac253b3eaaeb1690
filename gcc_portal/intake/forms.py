"""The forms of the review pages."""

from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from gcc_portal.intake.answers import label_of
from gcc_portal.intake.gates import POINTS_MAX, TEXT_MAX
from gcc_portal.intake.kinds import IntakeKind
from gcc_portal.intake.models import IntakeForm
from gcc_portal.intake.queue import SEEN_STATES
from gcc_portal.web.fields import PlainTextField

ROWS_AT_FIRST = 2
TOTAL, INITIAL = "points-TOTAL_FORMS", "points-INITIAL_FORMS"


class QueueFilter(forms.Form):
    """The filters of the queue; a value that makes no sense filters nothing and says so."""

    q = PlainTextField(
        label=_("Organization, e-mail or reference"),
        required=False,
        max_length=100,
        help_text=_("How the organization or the e-mail begins, or a whole reference"),
        widget=forms.TextInput({"placeholder": "", "type": "search"}),
    )
    kind = forms.ChoiceField(
        label=_("Form"), required=False, choices=[("", _("Both")), *IntakeForm.Kind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Waiting for an answer")),
            *((state.value, state.label) for state in SEEN_STATES),
            ("all", _("All")),
        ],
    )
    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[
            ("", _("Everyone’s")),
            ("mine", _("Mine")),
            ("unassigned", _("Unassigned")),
            ("late", _("Late or about to be")),
            ("set_aside", _("Set aside by the desk")),
        ],
    )
    inside = forms.BooleanField(label=_("Also inside names"), required=False)

    def params(self) -> dict[str, Any]:
        """Return the filters without errors: a text each, and whether `inside`."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class DeclineForm(forms.Form):
    """A reason from the list, and what the applicant reads besides."""

    code = forms.ChoiceField(label=_("Reason"), choices=[])
    text = PlainTextField(
        label=_("In your own words"),
        multiline=True,
        max_length=TEXT_MAX,
        help_text=_("The applicant reads this in the mail, below the reason."),
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, kind: IntakeKind, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [
            ("", _("Choose a reason")),
            *((reason.code, reason.label) for reason in kind.decline_reasons),
        ]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]


class PointForm(forms.Form):
    """One point that the applicant is asked for."""

    field = forms.ChoiceField(label=_("About which answer"), choices=[])
    text = PlainTextField(
        label=_("What is wanted"), multiline=True, max_length=TEXT_MAX, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, kind: IntakeKind, **options: Any) -> None:
        super().__init__(*args, **options)
        groups = [
            (
                str(step.title),
                [(name, label_of(name, field)) for name, field in step.form.base_fields.items()],
            )
            for step in kind.steps
        ]
        self.fields["field"].choices = [("", _("Choose an answer")), *groups]  # type: ignore[attr-defined]


class PointFormSet(BaseFormSet):  # type: ignore[type-arg]
    """One or more points; empty rows are left out."""

    def clean(self) -> None:
        """Refuse a request that asks for nothing."""
        if not any(self.errors) and not self.points():
            raise forms.ValidationError(
                _("Ask for at least one point: choose an answer and say what is wanted.")
            )

    def points(self) -> list[tuple[str, str]]:
        """Return the points that were filled in, each (field, text)."""
        filled = (getattr(row, "cleaned_data", {}) for row in self.forms)
        return [(row["field"], row["text"]) for row in filled if row.get("field") and row.get("text")]


PointsFormSet = formset_factory(
    PointForm,
    formset=PointFormSet,
    extra=ROWS_AT_FIRST,
    max_num=POINTS_MAX,
    absolute_max=POINTS_MAX,
    validate_max=True,
)


def points_formset(kind: IntakeKind, data: Any = None, rows: int = ROWS_AT_FIRST) -> Any:
    """Return the formset of the points, with this many rows when it is empty."""
    sent = None if data is None else with_rows_counted(data)
    formset = PointsFormSet(sent, prefix="points", form_kwargs={"kind": kind})
    formset.extra = rows
    return formset


def with_rows_counted(data: Any) -> Any:
    """Return what was sent with a number of rows that can be read: a damaged one must not lose what was typed."""
    said = data.get(TOTAL, "")
    if said.isascii() and said.isdigit() and len(said) < 4 and data.get(INITIAL) == "0":
        return data
    counted = data.copy()
    typed = [at for at in range(POINTS_MAX) if f"points-{at}-text" in data]
    counted[TOTAL], counted[INITIAL] = str(max([ROWS_AT_FIRST - 1, *typed]) + 1), "0"
    return counted


def with_one_more_row(data: Any) -> Any:
    """Return what was sent with room for one more point: the button that adds a row works without JavaScript."""
    more = with_rows_counted(data).copy()
    more[TOTAL] = str(max(1, min(int(more[TOTAL]) + 1, POINTS_MAX)))
    return more
