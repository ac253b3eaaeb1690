"""Widgets and helpers that forms share."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise

from gcc_portal.core.gates import Blocker, Refusal

Text = str | Promise


class Described:
    """A choice's label with a line of explanation below it, for radio buttons and check boxes.

    `choices=[("qualified", Described(_("Qualified"), _("May sell to government")))]`
    """

    def __init__(self, label: Text, description: Text) -> None:
        self.label = label
        self.description = description

    def __str__(self) -> str:
        return str(self.label)


class ComboSelect(forms.Select):
    """A select with a search field inside. Without JavaScript it is the native select."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-combo": True, **(attrs or {})}, choices)


class MultipleFileInput(forms.ClearableFileInput):
    """A file field that takes several files at once."""

    allow_multiple_selected = True


def add_blockers(form: forms.BaseForm, blockers: Iterable[Blocker]) -> list[Blocker]:
    """Show blockers as errors of the fields that they name; return those that name no field of the form."""
    others = []
    for blocker in blockers:
        if blocker.field in form.fields:
            form.add_error(blocker.field, str(blocker))
        else:
            others.append(blocker)
    return others


def add_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Show a refusal in the form: at the fields that its blockers name, the others above the form."""
    for blocker in add_blockers(form, refusal.as_blockers()):
        form.add_error(None, str(blocker))


def whole_number(text: str | None, default: int = -1, *, digits: int = 9) -> int:
    """Return the whole number in a typed text or hidden field; the default for anything else.

    `digits` is how many it may have at most, so that a number too large for a column never reaches the database.
    """
    typed = (text or "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= digits else default
