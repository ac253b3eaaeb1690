"""Files of evidence: at most five, 25 MB in all, of known types; kept privately, served as downloads alone."""

import hashlib
import unicodedata
import zipfile
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.http import FileResponse, Http404
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import WrongState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.text import BIDI_OVERRIDES
from gcc_portal.core.use_case import use_case
from gcc_portal.intake.kinds import kind_of
from gcc_portal.intake.models import Attachment, IntakeForm
from gcc_portal.intake.services import locked_form, require_applicant, require_editable

SANDBOX = "default-src 'none'; sandbox"
OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
    ".txt": "text/plain",
    ".csv": "text/csv",
}
ACCEPT = ",".join(TYPES)
NAME_MAX = 150
HEAD = 1024
OFFICE_PARTS = {"word/document.xml": TYPES[".docx"], "xl/workbook.xml": TYPES[".xlsx"]}
TEXT = ("text/plain", "text/csv")


def attachments_of(form: IntakeForm) -> QuerySet[Attachment]:
    """Return the files that are attached now."""
    return Attachment.objects.filter(form_id=form.pk, removed_at=None)


def add_attachment(actor: Actor, form_id: int, uploaded: UploadedFile) -> Attachment:
    """Attach a file and return its row.

    Raises ValidationError with a sentence when the file is empty, of a wrong type, there already, or over the limit
    of number or size; `NotAllowed` and `WrongState` as for the answers.
    """
    name = clean_name(uploaded.name or "")
    size = uploaded.size or 0
    if not size:
        raise ValidationError(_("“%(name)s” is empty.") % {"name": name}, code="empty")
    if size > settings.ATTACHMENTS_BYTES:
        raise _too_large(name)
    content: Any = uploaded.file
    kind = type_of_file(name, content)
    row = Attachment(name=name, content_type=kind, size=size, sha256=_digest(content))
    try:
        return _keep(actor, form_id, row, uploaded)
    except BaseException:
        # The file is no part of the transaction: what was written of it goes with what was rolled back.
        if row.file:
            row.file.delete(save=False)
        raise


@use_case
def _keep(actor: Actor, form_id: int, row: Attachment, uploaded: UploadedFile) -> Attachment:
    form = locked_form(form_id)
    require_applicant(form, kind_of(form), actor)
    require_editable(form)
    _require_room(form, row)
    uploaded.seek(0)
    row.form_id = form.pk
    row.form = IntakeForm.objects.get(pk=form.pk)
    row.file.save(row.name, uploaded, save=False)
    row.save()
    record(actor, "attach", form, reason=row.name)
    return row


def _require_room(form: IntakeForm, row: Attachment) -> None:
    there = attachments_of(form)
    if there.filter(sha256=row.sha256).exists():
        raise ValidationError(_("“%(name)s” is attached already.") % {"name": row.name}, code="twice")
    if there.count() >= settings.ATTACHMENTS_MAX:
        raise ValidationError(
            _("A form holds at most %(count)d files. Remove one before you attach “%(name)s”.")
            % {"count": settings.ATTACHMENTS_MAX, "name": row.name},
            code="count",
        )
    taken = there.aggregate(total=Sum("size"))["total"] or 0
    if taken + row.size > settings.ATTACHMENTS_BYTES:
        raise _too_large(row.name)


@use_case
def remove_attachment(actor: Actor, form_id: int, attachment_id: int) -> None:
    """Take a file off the form. One that the form was signed with stays as evidence, out of the applicant's sight.

    Raises `WrongState` when there is no such file any more.
    """
    form = locked_form(form_id)
    require_applicant(form, kind_of(form), actor)
    require_editable(form)
    row = attachments_of(form).filter(pk=attachment_id).first()
    if row is None:
        raise WrongState(_("This file was removed already."))
    signed = form.submissions.filter(signed_at__gte=row.uploaded_at).exists()
    record(actor, "detach", form, reason=row.name)
    if signed:
        row.removed_at = timezone.now()
        row.save(update_fields=["removed_at"])
        return
    stored = row.file
    row.delete()
    transaction.on_commit(lambda: stored.delete(save=False), robust=True)


def attachment_response(row: Attachment) -> FileResponse:
    """Return the file as a download that a browser neither runs nor guesses at. Raises Http404 when it is gone."""
    try:
        stored = row.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stored, as_attachment=True, filename=row.name, content_type=row.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    return response


def _digest(content: IO[bytes]) -> str:
    content.seek(0)
    return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]


def _too_large(name: str) -> ValidationError:
    limit = filesizeformat(settings.ATTACHMENTS_BYTES)
    return ValidationError(
        _("With “%(name)s” the files are over %(limit)s in all. Attach a smaller file, or remove another.")
        % {"name": name, "limit": limit},
        code="size",
    )


def clean_name(name: str) -> str:
    """Return a file's name without its folders and without characters that could mislead; at most 150 characters."""
    base = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(
        letter for letter in base if unicodedata.category(letter)[0] != "C" and letter not in BIDI_OVERRIDES
    ).strip()
    path = PurePosixPath(shown or "file")
    return f"{path.stem[: NAME_MAX - len(path.suffix)]}{path.suffix}"[-NAME_MAX:]


def type_of_file(name: str, file: IO[bytes]) -> str:
    """Return the type of a file that may be attached.

    Raises ValidationError with a sentence when the content is of no known type, or of another than the name says.
    """
    suffix = PurePosixPath(name).suffix.lower()
    allowed = _("PDF, PNG, JPEG, DOCX, XLSX, TXT or CSV")
    if suffix not in TYPES:
        raise ValidationError(
            _("“%(name)s” is not a file of a type that can be attached. Attach %(types)s.")
            % {"name": name, "types": allowed},
            code="type",
        )
    expected, found = TYPES[suffix], _sniff(file)
    if found == expected or (found in TEXT and expected in TEXT):
        return expected
    raise ValidationError(
        _("The content of “%(name)s” is not what its name says. Save it again as %(types)s and attach that.")
        % {"name": name, "types": allowed},
        code="content",
    )


def _sniff(file: IO[bytes]) -> str:
    """Return the type that the content shows, or '' for none that is taken."""
    file.seek(0)
    head = file.read(HEAD)
    if b"%PDF-" in head:
        return TYPES[".pdf"]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return TYPES[".png"]
    if head.startswith(b"\xff\xd8\xff"):
        return TYPES[".jpg"]
    if head.startswith(b"PK\x03\x04"):
        return _sniff_office(file)
    return "text/plain" if _is_text(file) else ""


def _sniff_office(file: Any) -> str:
    """Return the Office type of a ZIP; '' for other ZIPs, and for documents with macros."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ""
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return ""
    return next((kind for part, kind in OFFICE_PARTS.items() if part in names), "")


def _is_text(file: IO[bytes]) -> bool:
    file.seek(0)
    body = file.read()
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and all(
        letter in "\t\n\r\x0c" or letter.isprintable() or ord(letter) > 159 for letter in text
    )
