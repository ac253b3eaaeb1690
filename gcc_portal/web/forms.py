"""Small things that forms share, so that they look and read alike."""

from typing import Any

from django import forms
from django.utils.functional import Promise

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
