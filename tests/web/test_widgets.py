"""Widgets carry the classes of USWDS, and what a person typed is escaped in them."""

import pytest
from django import forms

from gcc_portal.web.forms import ComboSelect
from gcc_portal.web.renderer import UswdsRenderer
from tools.styleguide.samples import SampleForm

NASTY = "<b>'\"&"
CHOICES = [("", "None"), ("<x>", NASTY), ("Group & co", [("a", "A")])]


@pytest.mark.parametrize(
    ("widget", "css"),
    [
        (forms.TextInput(), "usa-input usa-input--error own"),
        (forms.Textarea({"maxlength": 10}), "usa-textarea usa-input--error usa-character-count__field own"),
        (forms.CheckboxInput(), "usa-checkbox__input own"),
        (forms.Select(choices=CHOICES), "usa-select usa-input--error own"),
        (ComboSelect(choices=CHOICES), "usa-select usa-input--error own"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, forms.Widget) else "",
)
def test_the_class_of_uswds_comes_first_and_a_wrong_field_says_so(widget: forms.Widget, css: str) -> None:
    attrs = {"id": "id_a", "class": "own", "aria-invalid": "true", "title": NASTY}
    shown = widget.render("a", "<x>", attrs, renderer=UswdsRenderer())
    assert f'class="{css}"' in shown
    assert NASTY not in shown


def test_what_a_person_typed_is_escaped() -> None:
    form = SampleForm({"organization": '"><script>', "offer": '"><script>'})
    assert "<script>" not in str(form)
