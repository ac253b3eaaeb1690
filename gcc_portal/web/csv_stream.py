"""CSV downloads: streamed row by row, and safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

# A spreadsheet runs a cell that begins with one of these as a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(value: object) -> object:
    """Return the value, with a quote before text that a spreadsheet would take for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


class _Line:
    """The file object that csv.writer writes to: it returns each line."""

    def write(self, line: str) -> str:
        return line


def lines(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the file line by line, beginning with a byte-order mark so that spreadsheets read UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff"
    yield writer.writerow([str(name) for name in header])
    for row in rows:
        yield writer.writerow([safe("" if value is None else value) for value in row])


def download(name: str, header: Sequence[object], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Return the download `name`; the rows are read while it is sent."""
    return attachment(name, lines(header, rows))


def attachment(name: str, content: Iterable[str | bytes]) -> StreamingHttpResponse:
    """Return the download `name` with this content, which is made while it is sent."""
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
