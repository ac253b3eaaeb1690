"""The widgets of every form as strings: the markup of the templates beside them, without a template's cost.

A list's filter form alone would go through a dozen templates on every request.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]

INPUT_CLASSES = {
    "hidden": "",
    "checkbox": "usa-checkbox__input",
    "radio": "usa-radio__input",
    "file": "usa-file-input",
    "select": "",  # an option of a select
}
"""The base class by `type`; every other `<input>` is a `usa-input`."""
TEMPLATE_CLASSES = {
    "django/forms/widgets/textarea.html": "usa-textarea",
    "django/forms/widgets/select.html": "usa-select",
}
MARKED_WHEN_WRONG = ("usa-input", "usa-textarea", "usa-select")


def base_class(widget: Widget) -> str:
    """Return the USWDS class of a widget's context; an empty string for options and hidden fields."""
    kind = widget.get("type")
    if kind:
        return INPUT_CLASSES.get(kind, "usa-input")
    return TEMPLATE_CLASSES.get(str(widget.get("template_name", "")), "")


def attributes(widget: Widget) -> SafeString:
    """Return the attributes of a widget with its USWDS class first, as ` name="value"`, each with a space before it.

    An invalid text-like field carries `usa-input--error` too; a class that the form gave stays.
    """
    attrs = dict(widget.get("attrs") or {})
    base = base_class(widget)
    if widget.get("type") == "radio":
        # ARIA knows no invalid radio button: the group's fieldset names the error.
        attrs.pop("aria-invalid", None)
    classes = [base] if base else []
    if attrs.get("aria-invalid") and base in MARKED_WHEN_WRONG:
        classes.append("usa-input--error")
    if base == "usa-textarea" and attrs.get("maxlength"):
        classes.append("usa-character-count__field")
    classes += str(attrs.pop("class", "") or "").split()
    if classes:
        attrs = {"class": " ".join(dict.fromkeys(classes)), **attrs}
    return SafeString("".join(_attribute(name, value) for name, value in attrs.items() if value is not False))


def _attribute(name: str, value: Any) -> str:
    """Return an attribute with a space before it; a bare name for True."""
    if value is True:
        return f" {conditional_escape(name)}"
    return f' {conditional_escape(name)}="{conditional_escape(str(value))}"'


def _as_input(widget: Widget) -> str:
    given = widget["value"]
    value = "" if given is None else f' value="{conditional_escape(_text(given))}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{attributes(widget)}>'


def _text(value: Any) -> Any:
    """Return a value as the filter `stringformat` makes it a string: a safe one stays safe."""
    return value if isinstance(value, SafeString) else str(value)


def _as_select(widget: Widget) -> str:
    combo = "data-combo" in widget["attrs"]
    before, after = "", "</select>"
    if combo:
        chosen = widget["value"][0] if widget["value"] else ""
        default = f' data-default-value="{conditional_escape(_text(chosen))}"' if chosen else ""
        before, after = f'<div class="usa-combo-box"{default}>', "</select></div>"
    groups = "".join(_group(name, options) for name, options, _index in widget["optgroups"])
    name = conditional_escape(widget["name"])
    return f'{before}<select name="{name}"{attributes(widget)}>{groups}\n{after}'


def _group(name: Any, options: list[Widget]) -> str:
    shown = "".join(map(_option, options))
    return f'\n  <optgroup label="{conditional_escape(name)}">{shown}\n  </optgroup>' if name else shown


def _option(widget: Widget) -> str:
    label = widget["label"]
    shown = conditional_escape(label if isinstance(label, str) else str(localize(label)))
    return f'\n  <option value="{conditional_escape(_text(widget["value"]))}"{attributes(widget)}>{shown}</option>'


DRAWN: dict[str, Callable[[Widget], str]] = {
    **{
        f"django/forms/widgets/{kind}.html": _as_input
        for kind in (
            "input",
            "text",
            "search",
            "number",
            "email",
            "url",
            "tel",
            "password",
            "hidden",
            "checkbox",
        )
    },
    "django/forms/widgets/select.html": _as_select,
}
"""Which templates of Django's and ours are drawn here."""


def draw(template_name: str, context: Mapping[str, Any]) -> SafeString | None:
    """Return a widget's markup, or None for one that its template draws."""
    by = DRAWN.get(template_name)
    return SafeString(by(context["widget"])) if by else None
