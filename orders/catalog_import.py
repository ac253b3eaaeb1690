"""Reading a catalogue file. The whole file is read and checked before anything is written."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from gcc_portal.core.text import text_problem
from orders.models.terms import plans_of
from orders.states import BillingCycle, Kind, Segment, Term, Unit

COLUMNS = (
    "product_id", "sku_id", "availability_id", "string_id", "sku_guid", "product_title", "title", "description",
    "category", "segment", "kind", "prerequisites", "terms", "billing_cycles", "unit", "min_quantity", "max_quantity",
    "for_sale", "demo_price_cents_per_user_month", "price_note",
)  # fmt: skip
LENGTHS = {"string_id": 100, "product_title": 200, "title": 200, "description": 2000, "category": 100}
ID = re.compile(r"[A-Z0-9]{1,12}", re.ASCII)
SKU_ID = re.compile(r"[A-Z0-9]{4}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
MOST_SEATS = 10_000_000
ERRORS_SHOWN = 50


class BadCatalog(Exception):
    """The file can't be taken. `errors` are sentences that begin with the line."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass
class Row:
    """One offer as the file has it."""

    line: int
    product_id: str
    sku_id: str
    availability_id: str
    string_id: str
    sku_guid: UUID | None
    title: str
    sku_title: str
    description: str
    category: str
    segment: str
    kind: str
    unit: str
    min_quantity: int
    max_quantity: int
    price_cents: int
    is_active: bool
    prerequisites: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    billing_cycles: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """Return what names the offer: product and SKU."""
        return self.product_id, self.sku_id


def read_catalog(path: Path) -> list[Row]:
    """Return the rows of a catalogue file. Raises `BadCatalog` with every error, each with its line."""
    errors: list[str] = []
    rows: list[Row] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, cells in _records(csv.reader(file, strict=True)):
                reader = _Cells(line, cells)
                row = reader.row()
                errors += reader.errors
                if row is not None:
                    rows.append(row)
    except FileNotFoundError:
        raise BadCatalog([_("%(path)s: there is no such file.") % {"path": path}]) from None
    except OSError as problem:
        raise BadCatalog(
            [_("%(path)s can't be read: %(why)s.") % {"path": path, "why": problem.strerror}]
        ) from None
    except UnicodeDecodeError:
        raise BadCatalog([*errors, _("The file is not UTF-8 text.")]) from None
    except csv.Error as problem:
        raise BadCatalog(
            [*errors, _("The file is not well-formed CSV: %(why)s.") % {"why": problem}]
        ) from None
    errors += list(_across(rows))
    if not rows and not errors:
        errors.append(_("The file holds no offer."))
    if errors:
        raise BadCatalog(errors)
    return rows


def _records(reader: "Iterator[list[str]]") -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line on which each record begins, and its cells by column."""
    header = next(reader, [])
    missing = [name for name in COLUMNS if name not in header]
    if missing or len(set(header)) != len(header):
        names = ", ".join(missing) or _("one stands twice")
        raise BadCatalog([_("Line 1: the header lacks columns: %(names)s.") % {"names": names}])
    line = reader.line_num + 1  # type: ignore[attr-defined]
    for cells in reader:
        if cells:
            if len(cells) != len(header):
                text = _("Line %(line)d: %(n)d cells, the header has %(all)d.")
                raise BadCatalog([text % {"line": line, "n": len(cells), "all": len(header)}])
            yield line, dict(zip(header, (cell.strip() for cell in cells), strict=True))
        line = reader.line_num + 1  # type: ignore[attr-defined]


class _Cells:
    """Reads the cells of one record and gathers what is wrong with them."""

    def __init__(self, line: int, cells: dict[str, str]) -> None:
        self.line = line
        self.cells = cells
        self.errors: list[str] = []

    def row(self) -> Row | None:
        """Return the offer, or None when a cell is wrong."""
        row = Row(
            line=self.line,
            product_id=self.matching("product_id", ID),
            sku_id=self.matching("sku_id", SKU_ID),
            availability_id=self.matching("availability_id", ID),
            string_id=self.text("string_id", required=False),
            sku_guid=self.guid("sku_guid"),
            title=self.text("product_title"),
            sku_title=self.text("title"),
            description=self.text("description", required=False),
            category=self.text("category", required=False),
            segment=self.one_of("segment", Segment.values),
            kind=self.one_of("kind", Kind.values),
            unit=self.one_of("unit", Unit.values),
            min_quantity=self.number("min_quantity", default=1, lowest=1),
            max_quantity=self.number("max_quantity", default=MOST_SEATS, lowest=1),
            price_cents=self.number("demo_price_cents_per_user_month"),
            is_active=self.one_of("for_sale", ["yes", "no"]) == "yes",
            prerequisites=self.several("prerequisites"),
            terms=self.several("terms", Term.values),
            billing_cycles=self.several("billing_cycles", BillingCycle.values),
        )
        self.one_of("price_note", ["demo"])
        if row.max_quantity < row.min_quantity:
            self.wrong("max_quantity", _("is below min_quantity"))
        if row.is_active and not plans_of(row.terms, row.billing_cycles):
            self.wrong("terms", _("an offer for sale needs a term with a billing cycle that goes with it"))
        return None if self.errors else row

    def wrong(self, column: str, why: str) -> None:
        """Add an error."""
        self.errors.append(
            _("Line %(line)d, %(column)s: %(why)s.") % {"line": self.line, "column": column, "why": why}
        )

    def text(self, column: str, *, required: bool = True) -> str:
        """Return one line of text."""
        value = self.cells[column]
        if required and not value:
            self.wrong(column, _("is missing"))
        elif len(value) > LENGTHS[column]:
            self.wrong(column, _("is longer than %(n)d characters") % {"n": LENGTHS[column]})
        elif problem := text_problem(value):
            self.wrong(column, problem.rstrip("."))
        return value

    def matching(self, column: str, pattern: re.Pattern[str]) -> str:
        """Return an ID."""
        value = self.cells[column]
        if not pattern.fullmatch(value):
            self.wrong(
                column, _("“%(value)s” is no ID of capital letters and digits") % {"value": value[:40]}
            )
        return value

    def one_of(self, column: str, allowed: list[str]) -> str:
        """Return a word of a list."""
        value = self.cells[column]
        if value not in allowed:
            words = {"value": value[:40], "allowed": ", ".join(allowed)}
            self.wrong(column, _("“%(value)s” is none of %(allowed)s") % words)
        return value

    def several(self, column: str, allowed: list[str] | None = None) -> list[str]:
        """Return words parted by semicolons, each once."""
        values = [value.strip() for value in self.cells[column].split(";") if value.strip()]
        for value in values:
            if allowed is not None and value not in allowed:
                words = {"value": value[:40], "allowed": ", ".join(allowed)}
                self.wrong(column, _("“%(value)s” is none of %(allowed)s") % words)
        if len(set(values)) != len(values):
            self.wrong(column, _("a value stands twice"))
        return values

    def number(self, column: str, *, default: int | None = None, lowest: int = 0) -> int:
        """Return a whole number; the default for a blank cell."""
        value = self.cells[column]
        if not value and default is not None:
            return default
        if not NUMBER.fullmatch(value) or int(value) < lowest:
            self.wrong(column, _("“%(value)s” is no whole number") % {"value": value[:40]})
            return default or lowest
        return int(value)

    def guid(self, column: str) -> UUID | None:
        """Return a GUID, or None for a blank cell."""
        value = self.cells[column]
        try:
            return UUID(value) if value else None
        except ValueError:
            self.wrong(column, _("“%(value)s” is no GUID") % {"value": value[:40]})
            return None


def _across(rows: list[Row]) -> Iterator[str]:
    """Yield what is wrong between rows: what stands twice, and prerequisites that the file does not hold."""
    yield from _twice("product_id, sku_id", [(row.line, row.key) for row in rows])
    yield from _twice("availability_id", [(row.line, row.availability_id) for row in rows])
    yield from _twice("string_id", [(row.line, row.string_id) for row in rows if row.string_id])
    yield from _twice("sku_guid", [(row.line, row.sku_guid) for row in rows if row.sku_guid])
    by_string_id = {row.string_id: row for row in rows if row.string_id}
    for row in rows:
        for name in row.prerequisites:
            base = by_string_id.get(name)
            if base is None:
                why = _("no row has the string ID “%(name)s”") % {"name": name}
            elif base is row:
                why = _("an offer can't need itself")
            elif base.segment != row.segment:
                why = _("“%(name)s” is in another segment") % {"name": name}
            else:
                continue
            yield _("Line %(line)d, prerequisites: %(why)s.") % {"line": row.line, "why": why}


def _twice(column: str, values: list[tuple[int, object]]) -> Iterator[str]:
    """Yield an error for each value that stands on an earlier line too."""
    first: dict[object, int] = {}
    for line, value in values:
        if value in first:
            words = {"line": line, "column": column, "first": first[value]}
            yield _("Line %(line)d, %(column)s: the same as on line %(first)d.") % words
        first.setdefault(value, line)
