"""The answers of a form: from the steps' forms to JSON and back, checked, in words, and compared."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.files.base import File
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.choices import flatten_choices
from django.utils.dateformat import format as format_date
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Text
from gcc_portal.intake.kinds import IntakeKind, Step
from gcc_portal.intake.models import IntakeForm

EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Row:
    """One answer as a person reads it; `url` leads to where it is changed."""

    name: str
    label: str
    value: Any
    url: str = ""
    url_label: Text = ""


@dataclass(frozen=True)
class Section:
    """The answers of one step."""

    slug: str
    title: Text
    rows: Sequence[Row]


@dataclass(frozen=True)
class Difference:
    """One answer that is not what it was, in words: several values are lines."""

    name: str
    label: str
    before: str
    after: str


def jsonable(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Return cleaned values as they are kept in JSON; files are kept as attachments, not here."""
    kept = {name: value for name, value in cleaned.items() if not _has_file(value)}
    return json.loads(json.dumps(kept, cls=DjangoJSONEncoder))  # type: ignore[no-any-return]


def bind(step: Step, form: IntakeForm, data: Any = None, **options: Any) -> forms.Form:
    """Return the step's form, bound to `data` when there is any."""
    if getattr(step.form, "wants_intake", False):
        options["intake"] = form
    return step.form(data, **options)


def as_data(step: Step, answers: dict[str, Any]) -> dict[str, Any]:
    """Return the answers of a step as if they had just been sent, to be checked again."""
    data: dict[str, Any] = {}
    for name, field in step.form.base_fields.items():
        value = answers.get(name)
        if value is None:
            continue
        if isinstance(field.widget, forms.MultiWidget):
            ends: list[str] = field.widget.widgets_names  # type: ignore[attr-defined]
            parts = field.widget.decompress(value) or []
            data |= {name + end: part for end, part in zip(ends, parts, strict=False)}
        else:
            data[name] = value
    return data


def unfinished(kind: IntakeKind, form: IntakeForm) -> list[tuple[Step, forms.Form]]:
    """Return the steps whose answers are missing or wrong, each with its bound form, whose errors say what.

    Checks every answer anew and may ask the network: call it outside a transaction.
    """
    found = []
    for step in kind.steps:
        bound = bind(step, form, as_data(step, form.answers))
        if not bound.is_valid():
            found.append((step, bound))
    return found


def looks_done(step: Step, answers: dict[str, Any]) -> bool:
    """Return whether all that a step always asks for is there. Cheap: nothing is checked."""
    required = [name for name, field in step.form.base_fields.items() if field.required]
    if not required:
        return any(name in answers for name in step.form.base_fields)
    return all(answers.get(name) not in (*EMPTY, False) for name in required)


def sections(
    kind: IntakeKind, form: IntakeForm, answers: dict[str, Any], *, change_links: bool = False
) -> list[Section]:
    """Return the answers by step, in words."""
    found = []
    for step in kind.steps:
        fields = bind(step, form).fields
        given = [
            Row(each.name, str(each.label), str(answers.get(each.name) or "")) for each in step.read_only
        ]
        asked = [
            Row(
                name,
                label_of(name, field),
                in_words(field, answers.get(name)),
                kind.edit_path(form, name) if change_links else "",
            )
            for name, field in fields.items()
            if not _is_file(field)
        ]
        found.append(Section(step.slug, step.title, [*given, *asked]))
    return found


def differences(
    kind: IntakeKind, form: IntakeForm, before: dict[str, Any], after: dict[str, Any]
) -> list[Difference]:
    """Return what changed from one set of answers to another, field by field, in the order of the form."""
    fields = {name: field for step in kind.steps for name, field in bind(step, form).fields.items()}
    # Answers that no step asks for any more are compared as well: nothing that was signed is left out.
    names = [*fields, *sorted((set(before) | set(after)) - set(fields))]
    found = []
    for name in names:
        old, new = before.get(name), after.get(name)
        if old == new or (old in EMPTY and new in EMPTY):
            continue
        field = fields.get(name)
        found.append(Difference(name, label_of(name, field), _in_lines(field, old), _in_lines(field, new)))
    return found


def label_of(name: str, field: forms.Field | None) -> str:
    """Return the label of a field."""
    label: Any = field.label if field is not None else ""
    return str(label or name.replace("_", " ").capitalize())


def in_words(field: forms.Field | None, value: Any) -> Any:
    """Return an answer as a person reads it: text, or a list of texts. Nothing gives ''."""
    if value in EMPTY:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return [str(in_words(field, one)) for one in value]
    choices: list[tuple[Any, Any]] = list(flatten_choices(getattr(field, "choices", None) or ()))
    for key, label in choices:
        if str(key) == str(value):
            return str(label)
    if isinstance(field, forms.DateField) and isinstance(value, str):
        day: date | None = parse_date(value)
        return format_date(day, "M j, Y") if day else value
    return str(value)


def _in_lines(field: forms.Field | None, value: Any) -> str:
    words = in_words(field, value)
    return "\n".join(words) if isinstance(words, list) else str(words)


def texts(answers: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Return some answers as text; a missing one, or one that is no text, is ''."""
    return {name: value if isinstance(value := answers.get(name), str) else "" for name in names}


def _has_file(value: Any) -> bool:
    values = value if isinstance(value, (list, tuple)) else [value]
    return any(isinstance(one, File) for one in values)


def _is_file(field: forms.Field) -> bool:
    return isinstance(field, forms.FileField)
