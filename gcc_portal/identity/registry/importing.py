"""Imports the .gov registry's published list. Every row is checked; a file with a bad row is refused as a whole."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from gcc_portal.core.hosts import parse_domain
from gcc_portal.core.text import text_problem
from gcc_portal.identity.registry.models import CITY_MAX, NAME_MAX, GovCategory, GovDomain
from gcc_portal.identity.registry.names import STATES, name_key

# The column of security contacts is not read: it holds personal e-mail addresses.
COLUMNS = ("Domain name", "Domain type", "Organization name", "Suborganization name", "City", "State")
CATEGORIES = {
    "City": GovCategory.LOCAL,
    "County": GovCategory.LOCAL,
    "State or territory": GovCategory.STATE,
    "Federal": GovCategory.FEDERAL,
    "Federal - Executive": GovCategory.FEDERAL,
    "Federal - Legislative": GovCategory.FEDERAL,
    "Federal - Judicial": GovCategory.FEDERAL,
    "Special district": GovCategory.SPECIAL_DISTRICT,
    "Tribal": GovCategory.TRIBAL,
    "School district": GovCategory.SCHOOL,
    "Interstate": GovCategory.REGIONAL,
}
LONGEST = {"Organization name": NAME_MAX, "Suborganization name": NAME_MAX, "City": CITY_MAX}
ELECTION_OFFICE = " - Election"
STATE_CODES = frozenset(code.upper() for code in STATES.values())
MOST_PROBLEMS = 20
BATCH = 1000

EXTRACT = Path(__file__).parent / "data" / "dotgov-extract.csv"
EXTRACT_LISTED_ON = date(2026, 8, 22)


class RegistryFileError(Exception):
    """The file can't be imported; `problems` say why, with line numbers."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_rows(path: Path, listed_on: date) -> list[GovDomain]:
    """Return the rows of the list at `path`, unsaved. Raises RegistryFileError when anything in it is wrong."""
    problems: list[str] = []
    rows: dict[str, GovDomain] = {}
    lines: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, record in _records(file):
                problem = _problem(record, lines)
                if problem:
                    problems.append(_("Line %(line)d: %(problem)s") % {"line": line, "problem": problem})
                else:
                    row = _row(record, listed_on)
                    rows[row.domain], lines[row.domain] = row, line
                if len(problems) == MOST_PROBLEMS:
                    problems.append(_("More may be wrong: reading stopped here."))
                    break
    except OSError as cause:
        raise RegistryFileError([_("Can't be read: %(cause)s") % {"cause": cause.strerror}]) from cause
    except UnicodeDecodeError as cause:
        raise RegistryFileError([_("Not UTF-8 text.")]) from cause
    if not rows and not problems:
        problems.append(_("No rows below the header."))
    if problems:
        raise RegistryFileError(problems)
    return list(rows.values())


def replace_registry(rows: list[GovDomain]) -> tuple[int, int]:
    """Replace the table's rows in one transaction; return the numbers of rows removed and added."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two imports at once wait for each other; readers see the old list until the commit.
            table = connection.ops.quote_name(GovDomain._meta.db_table)
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        removed, _by_model = GovDomain.objects.all().delete()
        GovDomain.objects.bulk_create(rows, batch_size=BATCH)
    return removed, len(rows)


def _records(file: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with the number of the line it begins on. Raises RegistryFileError for a bad header or CSV."""
    reader = csv.reader(file, strict=True)
    try:
        header = next(reader, [])
        missing = [column for column in COLUMNS if header.count(column) != 1]
        if missing:
            raise RegistryFileError(
                [_("Line 1: the header must name once each: %(columns)s") % {"columns": ", ".join(missing)}]
            )
        begins = reader.line_num + 1
        for values in reader:
            if len(values) == len(header):
                yield begins, dict(zip(header, values, strict=True))
            elif values:
                yield begins, {}
            begins = reader.line_num + 1
    except csv.Error as cause:
        raise RegistryFileError(
            [_("Line %(line)d: not CSV: %(cause)s") % {"line": reader.line_num, "cause": cause}]
        ) from cause


def _problem(record: dict[str, str], lines: dict[str, int]) -> str | None:
    if not record:
        return _("not as many columns as the header")
    domain, domain_type = record["Domain name"].strip(), record["Domain type"].strip()
    state = record["State"].strip()
    if not domain.endswith(".gov") or parse_domain(domain) != domain:
        return _("“%(value)s” is no .gov domain in lower case") % {"value": domain[:80]}
    if domain in lines:
        return _("%(domain)s stands on line %(line)d already") % {"domain": domain, "line": lines[domain]}
    if domain_type.removesuffix(ELECTION_OFFICE) not in CATEGORIES:
        return _("“%(value)s” is no domain type") % {"value": domain_type[:80]}
    if state and state not in STATE_CODES:
        return _("“%(value)s” is no state") % {"value": state[:80]}
    return _text_problem(record)


def _text_problem(record: dict[str, str]) -> str | None:
    if not record["Organization name"].strip():
        return _("no organization name")
    for column, longest in LONGEST.items():
        value = record[column].strip()
        if len(value) > longest:
            return _("%(column)s has more than %(longest)d characters") % {
                "column": column,
                "longest": longest,
            }
        if text_problem(value) is not None:
            return _("%(column)s holds a control character") % {"column": column}
    return None


def _row(record: dict[str, str], listed_on: date) -> GovDomain:
    values = {column: " ".join(record[column].split()) for column in COLUMNS}
    return GovDomain(
        domain=values["Domain name"],
        domain_type=values["Domain type"],
        category=CATEGORIES[values["Domain type"].removesuffix(ELECTION_OFFICE)],
        organization_name=values["Organization name"],
        suborganization_name=values["Suborganization name"],
        name_key=name_key(values["Organization name"]),
        city=values["City"],
        state=values["State"],
        listed_on=listed_on,
    )
