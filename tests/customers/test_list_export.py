"""The customers' file: what COPY writes is byte for byte what Python writes, and it ends as it should."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import CharField, F, Func, QuerySet, Value
from django.test import Client

from customers import export
from customers.models import Customer, Relationship
from customers.queries.listing import SORTS, search_customers
from customers.queries.search_params import SearchParams
from gcc_portal.core.people.actors import Actor
from gcc_portal.web import csv_copy
from gcc_portal.web.csv_copy import copy_as_csv
from gcc_portal.web.csv_stream import FORMULA, lines
from partners.models import Partner
from tests import factories

NASTY = [
    *(f"{start}1+1" for start in FORMULA),
    *FORMULA,
    *(f"{start}say \"1\", 'two'\r\nthree" for start in FORMULA),
    "plain", "a,b", 'a "quote"', '"', '""', "two\nlines", "two\r\nlines", "one\rreturn", "a;b", "a\tb", "\\", "\\.",
    "'=1", " =1", "\u00a0=1", "\u200b=1", "NULL", "\u202eright", "\U0001f3db town", "100%", "%s", "{0}", "\x0b=1",
    "\\N", "\ufeff=1", "\u2028line", "e\u0301", "x" * 200,
]  # fmt: skip


@pytest.fixture
def nasty(db: None, contoso: Partner, sales_actor: Actor) -> QuerySet[Relationship]:
    """Customers with what a file must survive, in every column that is typed."""
    for number, text in enumerate(NASTY):
        factories.customer(
            contoso, text, kinds=[(), ("education",), ("nonprofit", "education")][number % 3],
            agreed=number % 2 == 0, first_name=f" {text}"[:50], last_name=f"{text}\u3000\x1f"[:50],
            email=text[:200], phone=text[:30], city=text[:100], state=text[:2], postal_code=text[:10],
        )  # fmt: skip
    factories.customer(contoso, "", kinds=(), first_name="", last_name="", email="", phone="", city="")
    return search_customers(sales_actor, SearchParams()).all()


def as_python_writes(rows: QuerySet[Relationship], header: list[str], words: dict[str, str]) -> str:
    """Return the file as csv.writer makes it."""
    return "".join(
        lines(
            header,
            (
                [
                    row.name, row.domain, str(row.pk),
                    "; ".join(str(each.get_kind_display()) for each in row.granted) or words["None"],
                    words["In force"] if row.agreements.exists() else words["Missing"],
                    row.created_at.strftime("%Y-%m-%d %H:%M"), f"{row.first_name} {row.last_name}".strip(),
                    row.email, row.phone, row.city, row.state, row.postal_code,
                ]
                for row in (each.customer for each in rows.select_related("customer"))
            ),
        )
    )  # fmt: skip


HEADER = [
    "Legal name", "Domain", "Tenant ID", "Special qualifications", "Customer agreement", "Since (UTC)", "Contact",
    "E-mail", "Phone", "City", "State", "ZIP code",
]  # fmt: skip
WORDS = ("None", "In force", "Missing")


def test_the_database_writes_byte_for_byte_what_python_writes(nasty: QuerySet[Relationship]) -> None:
    written = b"".join(export.as_csv(nasty)).decode()
    assert written == as_python_writes(nasty, HEADER, {word: word for word in WORDS})
    assert written.startswith("\ufeffLegal name,")


def test_labels_are_data_in_any_language(
    nasty: QuerySet[Relationship], monkeypatch: pytest.MonkeyPatch
) -> None:
    def translated(text: str) -> str:
        return f"=l'{text}', 100 %s \"x\""

    monkeypatch.setattr(export, "_", translated)
    written = b"".join(export.as_csv(nasty)).decode()
    header = [translated(name) for name in HEADER]
    assert written == as_python_writes(nasty, header, {word: translated(word) for word in WORDS})


@pytest.mark.parametrize("sort", ["name", "-name", "since", "-since"])
def test_the_order_is_the_pages(nasty: QuerySet[Relationship], client_of: Any, sales: Any, sort: str) -> None:
    client: Client = client_of(sales)
    body = b"".join(client.get("/customers/export/", {"sort": sort})).decode()  # type: ignore[arg-type]
    assert body == as_python_writes(nasty.order_by(*SORTS[sort]), HEADER, {word: word for word in WORDS})


def test_nothing_to_write_is_a_header_alone(reviewer_actor: Actor, db: None) -> None:
    assert (
        b"".join(export.as_csv(search_customers(reviewer_actor, SearchParams()).all())).decode().count("\r\n")
        == 1
    )


def numbers(of: int, expression: str) -> QuerySet[Any]:
    """Return one customer's row `of` times over, each with a text made of the number `n` of the row."""

    class Series(Func):
        template = f"generate_series(1, {of}) + 0 * length(%(expressions)s)"
        set_returning = True
        output_field = CharField()

    class Text(Func):
        template = f"({expression.replace('n', '%(expressions)s')})::text"
        output_field = CharField()

    return Customer.objects.annotate(cell=Text(Series(F("name")))).values_list("cell")


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect an item for each chunk of ten rows that was queued."""
    found: list[int] = []
    flush = csv_copy._Chunks.flush

    def counted(pieces: Any) -> None:
        found.append(1)
        flush(pieces)

    monkeypatch.setattr(csv_copy, "ROWS_PER_CHUNK", 10)
    monkeypatch.setattr(csv_copy._Chunks, "flush", counted)
    return found


def test_a_slow_reader_holds_the_database_back(contoso: Partner, db: None, flushed: list[int]) -> None:
    factories.customer(contoso)
    pieces = iter(copy_as_csv("x.csv", ["Number"], numbers(2000, "n")))
    next(pieces)  # the header
    for read, _piece in enumerate(pieces, start=1):
        assert len(flushed) <= read + csv_copy.CHUNKS_QUEUED + 1
    assert len(flushed) >= 200


def test_an_error_under_way_is_raised_so_that_the_file_is_cut(
    contoso: Partner, db: None, flushed: list[int]
) -> None:
    factories.customer(contoso)
    read = 0
    with pytest.raises(DatabaseError), transaction.atomic():  # noqa: PT012 - what came before counts
        for _piece in copy_as_csv("x.csv", ["Number"], numbers(2000, "1 / (1500 - n)")):
            read += 1
    assert 100 < read < 200
    assert Customer.objects.count() == 1


@pytest.fixture
def committed(transactional_db: None, contoso: Partner) -> Iterator[None]:
    """One customer that is committed, outside of any transaction."""
    factories.customer(contoso)
    yield
    connection.close()


def test_a_reader_who_leaves_ends_the_statement(committed: None, flushed: list[int]) -> None:
    download = copy_as_csv("x.csv", ["Number"], numbers(1_000_000, "n"))
    pieces = iter(download)
    assert [next(pieces) for _each in range(3)][2].startswith(b"11\r\n")
    download.close()
    assert "csv-copy" not in {thread.name for thread in threading.enumerate()}
    assert len(flushed) < 20
    assert copy_ends_within(seconds=20)


def copy_ends_within(seconds: float) -> bool:
    """Return whether no COPY runs any more. A busy server ends it a moment after it was told to."""
    deadline = time.monotonic() + seconds
    with connection.cursor() as cursor:  # a new connection: the old one has ended
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY %'"
            )
            if cursor.fetchone()[0] == 0:
                return True
            cursor.execute("SELECT pg_stat_clear_snapshot()")
    return False


def test_a_download_that_nobody_reads_asks_nothing(committed: None) -> None:
    copy_as_csv("x.csv", ["Number"], numbers(10, "n")).close()
    assert Customer.objects.filter(name=Value("nobody")).count() == 0
