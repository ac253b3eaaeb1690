"""Which files are taken as evidence. The content decides, and the name must agree with it."""

import unicodedata
import zipfile
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gcc_portal.web.fields import BIDI_OVERRIDES

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
    """Return the Office type of a ZIP; '' for other ZIPs, and for documents that carry programs."""
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
