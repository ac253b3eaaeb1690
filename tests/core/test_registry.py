"""The .gov registry: loading the published list, and looking domains up in it."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gcc_portal.identity.registry.importing import CATEGORIES, COLUMNS, ELECTION_OFFICE, EXTRACT, STATE_CODES
from gcc_portal.identity.registry.lookup import lookup, registrant_agrees
from gcc_portal.identity.registry.models import GovDomain

pytestmark = pytest.mark.django_db

HEADER = ",".join([*COLUMNS, "Security contact email"])
TACOMA = "tacoma.gov,City,City of Tacoma,,Tacoma,WA,person@tacoma.gov"
PARKS = "nps.gov,Federal - Executive,Department of the Interior,National Park Service,Washington,DC,(blank)"


def write(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
    return path


def load(path: Path, **options: object) -> str:
    out = StringIO()
    call_command("import_dotgov", path, stdout=out, **options)
    return out.getvalue()


def test_the_published_list_is_loaded_without_the_security_contacts(tmp_path: Path) -> None:
    said = load(write(tmp_path, TACOMA, PARKS), as_of=date(2026, 8, 22))
    assert "0 domains removed, 2 loaded: federal 1, local 1." in said
    row = GovDomain.objects.get(pk="tacoma.gov")
    assert (row.organization_name, row.category, row.city, row.state) == (
        "City of Tacoma",
        "local",
        "Tacoma",
        "WA",
    )
    assert (row.name_key, row.listed_on) == ("city of tacoma", date(2026, 8, 22))
    stored = [value for one in GovDomain.objects.values_list() for value in one]
    assert not [value for value in stored if "@" in str(value) or value == "(blank)"]


def test_a_second_load_replaces_the_first(tmp_path: Path) -> None:
    load(write(tmp_path, TACOMA, PARKS))
    said = load(write(tmp_path, PARKS))
    assert "2 domains removed, 1 loaded" in said
    assert list(GovDomain.objects.values_list("domain", flat=True)) == ["nps.gov"]


@pytest.mark.parametrize(
    ("domain_type", "category"),
    [
        ("City", "local"), ("City - Election", "local"), ("County", "local"), ("State or territory", "state"),
        ("State or territory - Election", "state"), ("Federal", "federal"), ("Federal - Judicial", "federal"),
        ("Federal - Legislative", "federal"), ("Special district", "special_district"),
        ("Tribal - Election", "tribal"), ("School district", "school"), ("Interstate", "regional"),
    ],
)  # fmt: skip
def test_every_type_has_its_category(tmp_path: Path, domain_type: str, category: str) -> None:
    load(write(tmp_path, f"one.gov,{domain_type},One,,Town,OH,"))
    assert GovDomain.objects.get().category == category


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("tacoma.gov,City,City of Tacoma,,Tacoma,WA", "Line 3: not as many columns"),
        ("tacoma.com,City,City of Tacoma,,Tacoma,WA,", "Line 3: “tacoma.com” is no .gov domain"),
        ("Tacoma.gov,City,City of Tacoma,,Tacoma,WA,", "Line 3: “Tacoma.gov” is no .gov domain"),
        ("gov,City,City of Tacoma,,Tacoma,WA,", "Line 3: “gov” is no .gov domain"),
        ("nps.gov,City,City of Tacoma,,Tacoma,WA,", "Line 3: nps.gov stands on line 2 already"),
        ("tacoma.gov,Village,City of Tacoma,,Tacoma,WA,", "Line 3: “Village” is no domain type"),
        ("tacoma.gov,City,City of Tacoma,,Tacoma,XX,", "Line 3: “XX” is no state"),
        ("tacoma.gov,City, ,,Tacoma,WA,", "Line 3: no organization name"),
        (f"tacoma.gov,City,{'x' * 301},,Tacoma,WA,", "Line 3: Organization name has more than 300"),
        ("tacoma.gov,City,City\x07,,Tacoma,WA,", "Line 3: Organization name holds a control character"),
        ('tacoma.gov,City,"City of,,Tacoma,WA,', "not CSV"),
        ("tacoma.gov,City,City\x00,,Tacoma,WA,", "Line 3: "),
    ],
)
def test_a_bad_row_refuses_the_whole_file_and_names_its_line(tmp_path: Path, line: str, said: str) -> None:
    load(write(tmp_path, TACOMA))
    with pytest.raises(CommandError, match="nothing was changed") as refused:
        load(write(tmp_path, PARKS, line))
    assert said in str(refused.value)
    assert list(GovDomain.objects.values_list("domain", flat=True)) == ["tacoma.gov"]


def test_a_row_after_one_of_two_lines_is_named_by_its_own_line(tmp_path: Path) -> None:
    two_lines = 'one.gov,City,"City of\nOne",,Town,OH,'
    with pytest.raises(CommandError, match="Line 4: “XX” is no state"):
        load(write(tmp_path, two_lines, "two.gov,City,Two,,Town,XX,"))


def test_many_problems_are_cut_short(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        load(write(tmp_path, *[f"x{number}.com,City,X,,Y,OH," for number in range(100)]))
    assert "Line 21:" in str(refused.value)
    assert "Line 22:" not in str(refused.value)
    assert "reading stopped" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "header"),
        (b"Domain,Type\n", "header"),
        (HEADER.encode() + b"\n", "No rows"),
        (HEADER.encode() + b",City\n" + TACOMA.encode(), "City"),
        (HEADER.encode() + b"\n\xff\xfe\n", "UTF-8"),
    ],
)
def test_what_is_no_such_list_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        load(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CommandError, match="Can't be read"):
            load(path)


def test_a_byte_order_mark_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    load(write(tmp_path, TACOMA, "", PARKS, encoding="utf-8-sig"))
    assert GovDomain.objects.count() == 2


def test_the_extract_that_ships_is_loaded_by_default() -> None:
    out = StringIO()
    call_command("import_dotgov", stdout=out)
    assert GovDomain.objects.count() > 150
    assert set(GovDomain.objects.values_list("listed_on", flat=True)) == {date(2026, 8, 22)}
    types = set(GovDomain.objects.values_list("domain_type", flat=True))
    assert {kind.removesuffix(ELECTION_OFFICE) for kind in types} == set(CATEGORIES)
    assert set(GovDomain.objects.values_list("state", flat=True)) == STATE_CODES | {""}


def test_the_extract_holds_no_addresses_of_people() -> None:
    text = EXTRACT.read_text(encoding="utf-8")
    assert "@" not in text
    assert next(csv.reader(StringIO(text))) == list(COLUMNS)


@pytest.mark.parametrize(
    "text",
    [
        "tacoma.gov",
        "TACOMA.GOV.",
        "police.tacoma.gov",
        "a.b.c.tacoma.gov",
        "clerk@tacoma.gov",
        "clerk@mail.tacoma.gov",
        "https://www.tacoma.gov/parks?x=1",
    ],
)
def test_a_domain_is_found_in_every_form(tmp_path: Path, text: str) -> None:
    load(write(tmp_path, TACOMA, PARKS))
    row = lookup(text)
    assert row is not None
    assert row.domain == "tacoma.gov"


@pytest.mark.parametrize(
    "text",
    ["", "gov", "tacoma", "xtacoma.gov", "tacoma.gov.evil.example", "tacoma.com", "clerk@tacoma.us", "\x00tacoma.gov",
     "https://evil.example/tacoma.gov", "https://tacoma.gov@evil.example/", "😀", "x" * 5000 + ".gov"],
)  # fmt: skip
def test_what_the_registry_does_not_know_is_not_found(tmp_path: Path, text: str) -> None:
    load(write(tmp_path, TACOMA))
    assert lookup(text) is None


def test_the_longest_row_above_a_name_is_taken_in_one_query(
    tmp_path: Path, django_assert_num_queries
) -> None:
    load(write(tmp_path, TACOMA, "police.tacoma.gov,City,Tacoma Police Department,,Tacoma,WA,"))
    with django_assert_num_queries(1):
        row = lookup("mail.police.tacoma.gov")
    assert row is not None
    assert row.organization_name == "Tacoma Police Department"


def test_a_name_agrees_with_the_registrant_or_the_part_that_the_row_names(tmp_path: Path) -> None:
    load(write(tmp_path, PARKS))
    row = GovDomain.objects.get()
    assert registrant_agrees(row, "Dept. of the Interior")
    assert registrant_agrees(row, "The National Park Service")
    assert not registrant_agrees(row, "Department of Energy")
    assert not registrant_agrees(row, "")
