"""Tags and filters of the form templates: classes, attributes, error links and filters in use."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, Textarea
from django.forms.utils import flatatt
from django.utils.choices import flatten_choices
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

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


@register.simple_tag
def widget_attrs(widget: Widget) -> SafeString:
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
    shown = {
        name: str(value) if value is not True else value
        for name, value in attrs.items()
        if value is not False
    }
    return flatatt(shown)


@register.filter
def error_target(field: BoundField) -> str:
    """Return the id that the error summary leads to: the first control of a group, else the control itself."""
    own_id = field.field.widget.attrs.get("id") or field.auto_id
    if field.use_fieldset and own_id:
        return f"{own_id}_0"
    return str(field.id_for_label or own_id)


@register.filter
def is_single_checkbox(field: BoundField) -> bool:
    """Return whether the label belongs after the box."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def shows_optional(field: BoundField) -> bool:
    """Return whether the label says "(optional)". A lone check box never does: leaving it empty is an answer."""
    return not field.field.required and not is_single_checkbox(field)


@register.filter
def counted_length(field: BoundField) -> int:
    """Return how many characters a long text may have, or 0 where nothing is counted."""
    if not isinstance(field.field.widget, Textarea):
        return 0
    return int(field.field.widget.attrs.get("maxlength") or 0)


@register.filter
def fields_with_errors(form: BaseForm) -> list[BoundField]:
    """Return the visible fields of a form that are wrong, in the order of the page."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def hidden_errors(form: BaseForm) -> list[str]:
    """Return the errors of hidden fields, which have no place of their own on the page."""
    return [str(error) for field in form.hidden_fields() for error in field.errors]


@register.filter
def described(label: Any) -> Any:
    """Return the explanation of a choice's label (`web.forms.Described`), or an empty string."""
    return getattr(label, "description", "")


@register.filter
def active_filters(form: BaseForm) -> list[dict[str, str]]:
    """Return the filters in use: name, value, label and the value as shown."""
    found: list[dict[str, str]] = []
    if not form.is_bound:
        return found
    for field in form.visible_fields():
        if field.errors:
            continue
        data = field.data
        for value in data if isinstance(data, (list, tuple)) else [data]:
            if value in (None, "", False):
                continue
            found.append(
                {
                    "name": field.html_name,
                    "value": "on" if value is True else str(value),
                    "label": str(field.label),
                    "shown": _shown(field, value),
                }
            )
    return found


def _shown(field: BoundField, value: Any) -> str:
    """Return a filter's value in words: the label of a choice, Yes for a box, else what was typed."""
    if value is True:
        return _("Yes")
    choices: list[tuple[Any, Any]] = list(flatten_choices(getattr(field.field, "choices", ())))
    for key, label in choices:
        if str(key) == str(value):
            return str(label)
    return str(value)
