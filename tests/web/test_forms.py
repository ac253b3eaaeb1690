"""Every Django form comes out as USWDS markup, with its errors tied to its fields."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from gcc_portal.web.forms import ComboSelect, Described, MultipleFileInput
from tests.web.markup import find, one, read


class Sheet(forms.Form):
    """One field of each kind."""

    key = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(help_text="As registered.", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(required=False)
    seats = forms.IntegerField(
        max_value=9, widget=forms.NumberInput(attrs={"class": "usa-input--small", "inputmode": "numeric"})
    )
    day = forms.DateField()
    state = forms.ChoiceField(choices=[("", "Choose"), ("OH", "Ohio")])
    offer = forms.ChoiceField(choices=[("", ""), ("g3", "G3"), ("g5", "G5")], widget=ComboSelect)
    kind = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("a", Described("Federal", "An agency")), ("b", "Tribal")]
    )
    data = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, choices=[("itar", "ITAR"), ("cui", "CUI")], required=False
    )
    why = forms.CharField(max_length=20, widget=forms.Textarea)
    proof = forms.FileField(widget=MultipleFileInput, required=False)
    accept = forms.BooleanField(help_text="Version 1")

    def clean(self) -> None:
        if self.data.get("name") == "clash":
            raise forms.ValidationError("These do not go together.")


BLANK = str(Sheet())
WRONG = str(Sheet({"seats": "10", "why": "x" * 21}))


@pytest.mark.parametrize(
    ("tag", "name", "css"),
    [
        ("input", "name", "usa-input"),
        ("input", "email", "usa-input"),
        ("input", "seats", "usa-input"),
        ("input", "day", "usa-input"),
        ("select", "state", "usa-select"),
        ("select", "offer", "usa-select"),
        ("textarea", "why", "usa-textarea"),
        ("input", "proof", "usa-file-input"),
        ("input", "accept", "usa-checkbox__input"),
    ],
)
def test_widgets_carry_their_class_without_the_form_asking(tag: str, name: str, css: str) -> None:
    assert one(BLANK, tag, name=name).classes[0] == css


def test_hidden_fields_and_options_carry_no_class() -> None:
    assert one(BLANK, "input", name="key").classes == []
    assert all(option.classes == [] for option in find(BLANK, "option"))


def test_attributes_of_the_form_stay() -> None:
    seats = one(BLANK, "input", name="seats")
    assert seats.classes == ["usa-input", "usa-input--small"]
    assert seats.attrs["inputmode"] == "numeric"
    assert one(BLANK, "input", name="name").attrs["autocomplete"] == "name"


def test_labels_belong_to_fields_and_say_what_is_optional() -> None:
    labels = {label.attrs["for"]: label.text for label in find(BLANK, "label", class_="usa-label")}
    assert labels["id_email"] == "Email (optional)"
    assert labels["id_name"] == "Name"
    accept = one(BLANK, "label", **{"for": "id_accept"})
    assert "(optional)" not in accept.text
    assert "usa-checkbox__label" in accept.classes


def test_hints_are_tied_to_their_fields() -> None:
    assert one(BLANK, "div", id="id_name_helptext").text == "As registered."
    assert one(BLANK, "input", name="name").attrs["aria-describedby"] == "id_name_helptext"
    assert one(BLANK, "span", id="id_accept_helptext").text == "Version 1"
    assert one(BLANK, "input", name="accept").attrs["aria-describedby"] == "id_accept_helptext"


def test_groups_are_fieldsets_with_a_legend_and_explained_choices() -> None:
    radios = find(BLANK, "input", type="radio")
    assert [radio.classes for radio in radios] == [["usa-radio__input"]] * 2
    around = [element.tag for element in radios[0].around]
    assert "fieldset" in around
    assert one(BLANK, "span", class_="usa-radio__label-description").text == "An agency"
    legends = [legend.text.strip() for legend in find(BLANK, "legend")]
    assert legends == ["Kind", "Data (optional)"]
    assert len(find(BLANK, "input", class_="usa-checkbox__input", name="data")) == 2


def test_a_fresh_form_shows_no_error() -> None:
    assert not find(BLANK, "div", class_="usa-alert")
    assert not find(BLANK, "span", class_="usa-error-message")
    assert not find(BLANK, "div", class_="usa-form-group--error")


@pytest.mark.parametrize("name", ["name", "seats", "day", "state", "offer", "why", "accept"])
def test_a_wrong_field_is_marked_and_says_why(name: str) -> None:
    field = next(element for element in read(WRONG) if element.attrs.get("name") == name)
    error = one(WRONG, "span", id=f"id_{name}_error")
    assert error.text.strip()
    assert "usa-error-message" in error.classes
    assert field.attrs["aria-invalid"] == "true"
    assert f"id_{name}_error" in field.attrs["aria-describedby"].split()
    assert any("usa-form-group--error" in element.classes for element in field.around)


def test_a_wrong_group_is_described_by_its_error() -> None:
    fieldset = next(
        element for element in one(WRONG, "input", id="id_kind_0").around if element.tag == "fieldset"
    )
    assert fieldset.attrs["aria-describedby"] == "id_kind_error"
    assert "aria-invalid" not in one(WRONG, "input", id="id_kind_0").attrs


def test_text_fields_turn_red() -> None:
    assert "usa-input--error" in one(WRONG, "input", name="name").classes
    assert "usa-input--error" not in one(WRONG, "input", name="email").classes


def test_the_summary_leads_to_each_wrong_field() -> None:
    summary = one(WRONG, "div", class_="portal-error-summary")
    assert summary.attrs["role"] == "alert"
    assert summary.attrs["tabindex"] == "-1"
    targets = [link.attrs["href"].removeprefix("#") for link in find(WRONG, "a")]
    ids = {element.attrs["id"] for element in read(WRONG) if "id" in element.attrs}
    assert targets == [
        "id_name",
        "id_seats",
        "id_day",
        "id_state",
        "id_offer",
        "id_kind_0",
        "id_why",
        "id_accept",
    ]
    assert set(targets) <= ids


def test_errors_without_a_field_stand_in_the_summary() -> None:
    html = str(Sheet({"name": "clash"}))
    summary = one(html, "div", class_="portal-error-summary")
    assert "These do not go together." in summary.text
    assert "Key" not in summary.text
    assert "This field is required." in summary.text  # the hidden field's, which has no place of its own


def test_what_was_typed_is_kept_and_escaped() -> None:
    html = str(Sheet({"name": '"><script>x</script>', "why": "<b>", "state": "OH"}))
    assert one(html, "input", name="name").attrs["value"] == '"><script>x</script>'
    assert not find(html, "script")
    assert one(html, "textarea", name="why").text.strip() == "<b>"
    assert "selected" in one(html, "option", value="OH").attrs


def test_long_texts_are_counted() -> None:
    area = one(BLANK, "textarea", name="why")
    assert "usa-character-count__field" in area.classes
    assert any("usa-character-count" in element.classes for element in area.around)
    assert (
        one(BLANK, "span", class_="usa-character-count__message").text == "You can enter up to 20 characters"
    )


def test_a_combo_box_keeps_its_value_and_works_without_script() -> None:
    html = str(Sheet(initial={"offer": "g5"}))
    select = one(html, "select", name="offer")
    box = select.around[-1]
    assert "usa-combo-box" in box.classes
    assert box.attrs["data-default-value"] == "g5"
    assert "data-default-value" not in one(BLANK, "select", name="offer").around[-1].attrs


def test_a_date_is_the_browsers_own_field_with_an_iso_value() -> None:
    day = one(str(Sheet({"day": "2026-11-24"})), "input", name="day")
    assert (day.attrs["type"], day.attrs["value"]) == ("date", "2026-11-24")


def test_several_files_may_be_chosen() -> None:
    assert "multiple" in one(BLANK, "input", name="proof").attrs
    form = Sheet({}, {"proof": SimpleUploadedFile("a.pdf", b"x")})
    assert one(str(form), "input", name="proof").classes == ["usa-file-input"]


def test_ids_are_unique() -> None:
    for html in (BLANK, WRONG):
        ids = [element.attrs["id"] for element in read(html) if "id" in element.attrs]
        assert len(ids) == len(set(ids))


def test_a_formset_renders_its_forms_and_its_own_errors() -> None:
    many = forms.formset_factory(Sheet, max_num=1, validate_max=True, extra=1)
    html = str(many())
    assert one(html, "input", name="form-0-name").attrs["id"] == "id_form-0-name"
    assert one(html, "input", name="form-TOTAL_FORMS").classes == []
    rows = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-name": "a", "form-1-name": "b"}
    assert "Please submit at most 1 form." in str(many(rows))
