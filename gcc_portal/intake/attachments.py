"""Files of evidence: at most five, 25 MB in all, of known types; kept privately, served as downloads alone."""

import hashlib
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
from gcc_portal.core.use_case import use_case
from gcc_portal.intake.file_types import clean_name, type_of_file
from gcc_portal.intake.kinds import kind_of
from gcc_portal.intake.models import Attachment, IntakeForm
from gcc_portal.intake.services import locked_form, require_applicant, require_editable

SANDBOX = "default-src 'none'; sandbox"


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
