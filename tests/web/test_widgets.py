"""Widgets that are drawn in Python read as their templates do."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, override

from gcc_portal.web import widgets
from gcc_portal.web.forms import ComboSelect, Described
from gcc_portal.web.renderer import UswdsRenderer
from tools.styleguide.samples import SampleForm

NASTY = "<b>'\"&"
CHOICES: list[Any] = [
    ("", gettext_lazy("Yes")),
    (1, 2),
    ("<x>", NASTY),
    ("d", Described("Label", "More")),
    ("s", SafeString("<i>safe</i>")),
    (None, 1.5),
    ("Group & co", [("a", "A"), ("b", "B")]),
]
WIDGETS: list[tuple[forms.Widget, Any]] = [
    *((kind(attrs={"placeholder": NASTY, "required": True, "hidden": False}), value)
      for kind in (forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.HiddenInput)
      for value in (None, "", NASTY, 5, 0, SafeString("<i>"))),
    (forms.PasswordInput(), "secret"),
    (forms.PasswordInput(render_value=True), "secret"),
    (forms.CheckboxInput(), True), (forms.CheckboxInput(), "x"), (forms.CheckboxInput(), None),
    *((kind(choices=CHOICES, attrs={"class": "own usa-select", "aria-invalid": "true"}), value)
      for kind in (forms.Select, ComboSelect)
      for value in (None, "", 1, "<x>", "b", "no such")),
]  # fmt: skip


def bare(html: str) -> str:
    """Return markup without the white space between tags, of which templates leave more."""
    return re.sub(r">\s+<", "><", html)


@pytest.mark.parametrize(("widget", "value"), WIDGETS, ids=map(str, range(len(WIDGETS))))
def test_a_drawn_widget_is_what_its_template_gives(widget: forms.Widget, value: Any) -> None:
    for language in ("en-us", "de"):
        with override(language):
            attrs = {"id": "id_a", "aria-describedby": NASTY}
            drawn = widget.render("a<", value, attrs, renderer=UswdsRenderer())
            assert widget.template_name in widgets.DRAWN
            assert bare(drawn) == bare(widget.render("a<", value, attrs, renderer=TemplatesSetting()))


@pytest.mark.parametrize(
    "data", [None, {}, {"organization": NASTY, "seats": "none", "state": "WA", "accept": "on"}]
)
def test_a_form_reads_the_same_in_whole(data: dict[str, Any] | None) -> None:
    class Plain(UswdsRenderer):
        def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
            return TemplatesSetting.render(self, template_name, context, request)

    assert bare(str(SampleForm(data))) == bare(str(SampleForm(data, renderer=Plain())))


def test_what_a_person_typed_is_escaped() -> None:
    form = SampleForm({"organization": '"><script>', "offer": '"><script>'})
    assert "<script>" not in str(form)
