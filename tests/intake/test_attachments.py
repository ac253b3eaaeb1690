"""Files of evidence: known types, five at most, 25 MB in all, served only as downloads."""

import io
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import Http404

from gcc_portal.core.gates import NotAllowed, WrongState
from gcc_portal.core.people.actors import Actor
from gcc_portal.intake.attachments import add_attachment, attachments_of, clean_name, remove_attachment
from gcc_portal.intake.models import Attachment
from gcc_portal.intake.wizard import attachment_file
from partners.models import PartnerForm
from tests.intake import making

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PDF = b"%PDF-1.7\n" + b"0" * 40


def office(part: str, *more: str) -> bytes:
    """Return a ZIP with the parts of an Office document."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            # Without a date of its own, which is that of 1980: two processes must make the same bytes.
            archive.writestr(zipfile.ZipInfo(name), "<x/>")
    return held.getvalue()


def upload(name: str, body: bytes) -> SimpleUploadedFile:
    """Return a file as it arrives; what the browser says of its type counts for nothing."""
    return SimpleUploadedFile(name, body, content_type="text/html")


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("letter.pdf", PDF, "application/pdf"),
        ("SCAN.PNG", PNG, "image/png"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0" + b"0" * 20, "image/jpeg"),
        ("terms.docx", office("word/document.xml"), "wordprocessingml"),
        ("list.xlsx", office("xl/workbook.xml"), "spreadsheetml"),
        ("note.txt", "Zürich 🙂".encode(), "text/plain"),
        ("rows.csv", b"\xef\xbb\xbfa,b\r\n1,2\r\n", "text/csv"),
    ],
)
def test_known_types_are_taken(
    form: PartnerForm, applicant: Actor, name: str, body: bytes, kind: str
) -> None:
    row = add_attachment(applicant, form.pk, upload(name, body))
    assert kind in row.content_type
    with row.file.open("rb") as kept:
        assert kept.read() == body
    assert name not in row.file.name


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("page.html", b"<script>", "type"),
        ("no-suffix", PDF, "type"),
        ("program.exe", b"MZ", "type"),
        ("letter.pdf", b"MZ" + b"0" * 50, "content"),
        ("letter.pdf", PNG, "content"),
        ("picture.png", PDF, "content"),
        ("terms.docx", office("xl/workbook.xml"), "content"),
        ("terms.docx", office("word/document.xml", "word/vbaProject.bin"), "content"),
        ("terms.docx", b"PK\x03\x04 broken", "content"),
        ("note.txt", b"a\x00b", "content"),
        ("note.txt", b"\xff\xfe\x00", "content"),
        ("empty.pdf", b"", "empty"),
    ],
)
def test_everything_else_is_refused(
    form: PartnerForm, applicant: Actor, name: str, body: bytes, code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        add_attachment(applicant, form.pk, upload(name, body))
    assert refused.value.code == code
    assert not Attachment.objects.exists()


def test_five_files_and_no_file_twice(form: PartnerForm, applicant: Actor) -> None:
    for number in range(5):
        add_attachment(applicant, form.pk, upload(f"{number}.pdf", PDF + bytes([number + 48])))
    with pytest.raises(ValidationError) as refused:
        add_attachment(applicant, form.pk, upload("again.pdf", PDF + b"0"))
    assert refused.value.code == "twice"
    with pytest.raises(ValidationError) as refused:
        add_attachment(applicant, form.pk, upload("6.pdf", PDF + b"6"))
    assert refused.value.code == "count"


def test_the_sum_of_sizes_is_limited_and_nothing_is_left_on_the_disk(
    form: PartnerForm, applicant: Actor, settings: Any
) -> None:
    settings.ATTACHMENTS_BYTES = 100
    add_attachment(applicant, form.pk, upload("1.pdf", PDF))
    for body in (PDF + b"1" * 10, PDF + b"0" * 200):
        with pytest.raises(ValidationError) as refused:
            add_attachment(applicant, form.pk, upload("2.pdf", body))
        assert refused.value.code == "size"
    kept = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert len(kept) == 1


def test_only_the_owner_attaches_and_only_while_it_may_be_changed(
    form: PartnerForm, applicant: Actor, stranger_actor: Actor
) -> None:
    with pytest.raises(NotAllowed):
        add_attachment(stranger_actor, form.pk, upload("1.pdf", PDF))
    row = add_attachment(applicant, form.pk, upload("1.pdf", PDF))
    making.signed(form, applicant)
    with pytest.raises(WrongState):
        add_attachment(applicant, form.pk, upload("2.pdf", PDF + b"2"))
    with pytest.raises(WrongState):
        remove_attachment(applicant, form.pk, row.pk)


def test_a_removed_draft_file_is_gone(
    form: PartnerForm, applicant: Actor, settings: Any, commits: Any
) -> None:
    row = add_attachment(applicant, form.pk, upload("1.pdf", PDF))
    with commits():
        remove_attachment(applicant, form.pk, row.pk)
    assert not Attachment.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    with pytest.raises(WrongState):
        remove_attachment(applicant, form.pk, row.pk)


def test_a_file_that_was_signed_with_stays_as_evidence(
    form: PartnerForm, applicant: Actor, reviewer_actor: Actor
) -> None:
    from gcc_portal.intake import review

    row = add_attachment(applicant, form.pk, upload("1.pdf", PDF))
    making.signed(form, applicant)
    review.take(reviewer_actor, form.pk)
    review.ask_information(reviewer_actor, form.pk, [("sponsor", "Who?")])
    remove_attachment(applicant, form.pk, row.pk)
    assert not attachments_of(form).exists()
    row.refresh_from_db()
    assert row.removed_at is not None
    with pytest.raises(Http404):
        attachment_file(form, row.pk)


def test_files_are_downloads_that_run_nothing(form: PartnerForm, applicant: Actor) -> None:
    row = add_attachment(applicant, form.pk, upload("Brief “1”.pdf", PDF))
    response = attachment_file(form, row.pk)
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    response.file_to_stream.close()
    other = making.draft(making.factories.partner())
    with pytest.raises(Http404):
        attachment_file(other, row.pk)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\a.pdf", "a.pdf"),
        ("gpj.\u202eexe.pdf", "gpj.exe.pdf"),
        ("a\r\nb\x00.pdf", "ab.pdf"),
        ("", "file"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean
    assert len(clean_name("x" * 400 + ".pdf")) == 150


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_uploads_at_once(form: PartnerForm, applicant: Actor) -> None:
    refused: list[ValidationError] = []

    def attach(number: int) -> None:
        try:
            add_attachment(applicant, form.pk, upload(f"{number}.pdf", PDF + bytes([number + 48])))
        except ValidationError as problem:
            refused.append(problem)
        finally:
            connection.close()

    uploads = [threading.Thread(target=attach, args=[number]) for number in range(8)]
    for one in uploads:
        one.start()
    for one in uploads:
        one.join()
    assert Attachment.objects.count() == 5
    assert {problem.code for problem in refused} == {"count"}
