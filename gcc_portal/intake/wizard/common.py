"""What the pages of a form have in common: the step indicator, the files, the points that were asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Text
from gcc_portal.intake.answers import looks_done
from gcc_portal.intake.attachments import attachments_of
from gcc_portal.intake.kinds import IntakeKind, Step, field_label, kind_of
from gcc_portal.intake.models import Attachment, FormState, InformationPoint, IntakeForm

SIGN = "sign"


@dataclass(frozen=True)
class Urls:
    """Where the app keeps the pages of one form. All are paths of this portal.

    `leave` is where "Save and leave" goes; `crumbs` are (path, label) pairs after Home.
    """

    step: Callable[[str], str]
    sign: str
    status: str
    copy: str
    leave: str
    leave_label: Text
    crumbs: Sequence[tuple[str, Text]] = ()
    attachment: Callable[[int], str] | None = None


@dataclass(frozen=True)
class StepLink:
    """One step of the indicator: `state` is done, current or todo."""

    label: Text
    state: str
    url: str


@dataclass(frozen=True)
class ReadOnlyRow:
    """An answer that no step asks for, with the words on how else it is changed."""

    label: Text
    value: str
    note: Text
    url: str
    url_label: Text


@dataclass(frozen=True)
class FileLink:
    """An attached file as the pages list it."""

    pk: int
    name: str
    size: int
    url: str
    added_at: datetime


@dataclass(frozen=True)
class PointLink:
    """A point that was asked for, with the way to its field."""

    label: str
    text: str
    field: str
    url: str


def step_links(kind: IntakeKind, form: IntakeForm, current: str, urls: Urls) -> list[StepLink]:
    """Return the steps of the form, and the signing as the last one."""
    links = [
        StepLink(
            step.title,
            "current" if step.slug == current else "done" if looks_done(step, form.answers) else "todo",
            urls.step(step.slug),
        )
        for step in kind.steps
    ]
    return [*links, StepLink(_("Review and sign"), "current" if current == SIGN else "todo", urls.sign)]


def read_only_rows(step: Step, form: IntakeForm) -> list[ReadOnlyRow]:
    """Return the answers from the beginning of the form that the step shows."""
    return [
        ReadOnlyRow(
            field.label,
            str(form.answers.get(field.name) or ""),
            field.note,
            reverse(field.url_name) if field.url_name else "",
            field.url_label,
        )
        for field in step.read_only
    ]


def file_links(form: IntakeForm, urls: Urls) -> list[FileLink]:
    """Return the files that are attached now."""
    return [file_link(row, urls) for row in attachments_of(form)]


def file_link(row: Attachment, urls: Urls) -> FileLink:
    """Return one file as the pages list it."""
    url = urls.attachment(row.pk) if urls.attachment else ""
    return FileLink(row.pk, row.name, row.size, url, row.uploaded_at)


def open_points(form: IntakeForm) -> list[PointLink]:
    """Return what the applicant is asked for now."""
    if form.state != FormState.INFORMATION_REQUESTED:
        return []
    kind = kind_of(form)
    newest = form.latest
    rows: list[InformationPoint] = list(newest.points.all()) if newest else []
    return [
        PointLink(field_label(kind, row.field), row.text, row.field, kind.edit_path(form, row.field))
        for row in rows
    ]


def common_context(
    form: IntakeForm, kind: IntakeKind, urls: Urls, extra: dict[str, Any] | None
) -> dict[str, Any]:
    """Return what every page of a form shows."""
    return {"form_row": form, "kind": kind, "urls": urls, "points": open_points(form), **(extra or {})}


def whole_number(text: str | None) -> int:
    """Return the number that was sent, or -1 for what is none."""
    digits = text or ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else -1
