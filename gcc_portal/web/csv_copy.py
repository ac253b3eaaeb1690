"""CSV downloads that the database writes itself, by COPY: the same file as `csv_stream` makes, many times as fast.

COPY hands its rows to a thread; the response takes them from a short queue. So what is in memory does not grow with
the file, and a slow reader holds the database back. It is one statement: nothing is kept between transactions, and
the file shows one moment.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from queue import Empty, Queue
from threading import Thread
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from gcc_portal.web.csv_stream import FORMULA, attachment

# How many rows are sent together, and how many such pieces may wait for the reader: some 100 kB each.
ROWS, WAITING = 500, 4
STARTS = ", ".join(str(ord(character)) for character in FORMULA)


class _Left(Exception):
    """The reader has gone away."""


def copied(name: str, header: Sequence[object], rows: QuerySet[Any]) -> StreamingHttpResponse:
    """Return the download `name`. `rows` is a `values_list` of texts, one for each name of the header.

    Formulas are made harmless as `csv_stream.safe` does. What goes wrong under way cuts the connection: the file is
    never taken for a whole one.
    """
    return attachment(name, _file(header, rows))


def _file(header: Sequence[object], rows: QuerySet[Any]) -> Iterator[bytes]:
    line = io.StringIO()
    csv.writer(line).writerow([str(each) for each in header])
    yield f"\ufeff{line.getvalue()}".encode()
    statement = copy_statement(rows, len(header))
    if statement is not None:
        yield from _copy(rows.db, statement)


def copy_statement(rows: QuerySet[Any], columns: int) -> bytes | None:
    """Return the COPY of the rows with harmless cells, None where the query itself says that there are none."""
    try:
        query, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    names = [f"cell_{number}" for number in range(columns)]
    # An empty text is written as NULL is: COPY would put quotes about it.
    cells = ", ".join(
        f"CASE WHEN ascii({cell}) IN ({STARTS}) THEN '''' || {cell} ELSE NULLIF({cell}, '') END"
        for cell in names
    )
    with connections[rows.db].cursor() as cursor:
        plain: bytes = cursor.mogrify(query, values)
    return b"COPY (SELECT %s FROM (%s) AS line (%s)) TO STDOUT WITH (FORMAT csv, NULL '')" % (
        cells.encode(),
        plain,
        ", ".join(names).encode(),
    )


class _Pieces:
    """What COPY writes its rows to: it hands them on in pieces, and waits while the reader has enough of them."""

    def __init__(self) -> None:
        self.queue: Queue[bytes | BaseException | None] = Queue(WAITING)
        self.left = False
        self._rows: list[bytes] = []

    def write(self, row: bytes) -> None:
        """Take a row. COPY ends its lines as Unix does, a CSV file as RFC 4180 says."""
        self._rows.append(row[:-1])
        if len(self._rows) >= ROWS:
            self.flush()

    def flush(self) -> None:
        """Hand on what is there. Raises `_Left` when nobody reads any more."""
        if self.left:
            raise _Left
        if self._rows:
            self.queue.put(b"\r\n".join(self._rows) + b"\r\n")
            self._rows = []

    def leave(self) -> None:
        """Tell the writer that nobody reads any more, and let it go on if it waits."""
        self.left = True
        try:
            while True:
                self.queue.get_nowait()
        except Empty:
            pass


def _copy(database: str, statement: bytes) -> Iterator[bytes]:
    """Yield what the statement writes. Raises Django's `DatabaseError` where the database does."""
    connection = connections[database]
    connection.ensure_connection()
    raw = connection.connection
    pieces = _Pieces()
    thread = Thread(target=_run, args=(raw, statement, pieces), name="csv-copy", daemon=True)
    thread.start()
    whole = False
    try:
        while (piece := pieces.queue.get()) is not None:
            if isinstance(piece, BaseException):
                whole = True  # the statement has come to its end, though not to a good one
                with connection.wrap_database_errors:
                    raise piece
            yield piece
        whole = True
    finally:
        if not whole:
            pieces.leave()
            raw.cancel()
        thread.join()
        if not whole:
            # In the middle of a COPY nothing else can be asked on the connection.
            connection.close()


def _run(raw: Any, statement: bytes, pieces: _Pieces) -> None:
    end: BaseException | None = None
    try:
        with raw.cursor() as cursor:
            cursor.copy_expert(statement, pieces)
        pieces.flush()
    except BaseException as error:  # noqa: BLE001 - raised again where the response is read
        end = error
    if not pieces.left:
        pieces.queue.put(end)
