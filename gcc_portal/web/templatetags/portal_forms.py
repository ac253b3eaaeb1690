"""What the form templates ask of a field: classes, ids and the target of an error link."""

from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, Textarea
from django.utils.choices import flatten_choices
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gcc_portal.web.widgets import attributes

register = template.Library()


@register.simple_tag
def widget_attrs(widget: dict[str, Any]) -> SafeString:
    """Return the attributes of a widget with its USWDS class first, as ` name="value"`, each with a space before it."""
    return attributes(widget)


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
    """Return the line of explanation that a choice's label carries, or an empty string."""
    return getattr(label, "description", "")


@register.filter
def active_filters(form: BaseForm) -> list[dict[str, str]]:
    """Return what a filter form narrows the list by: name, value, label and the value as shown."""
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
