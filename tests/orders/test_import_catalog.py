"""`manage.py import_catalog`: the shipped file, changes, and files that can't be taken."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.catalog_import import COLUMNS, BadCatalog
from orders.models import Offer, Order
from orders.services.catalog import SHIPPED, Counts, import_catalog

pytestmark = pytest.mark.django_db
GOOD = {
    "product_id": "GCCP9001",
    "sku_id": "0001",
    "availability_id": "GCCA9001",
    "string_id": "BASE_GOV",
    "sku_guid": "3f4babde-90ec-47c6-995d-d223749065d1",
    "product_title": "Base GCC",
    "title": "Base GCC",
    "description": "A base.",
    "category": "Suites",
    "segment": "government",
    "kind": "base",
    "prerequisites": "",
    "terms": "P1M;P1Y",
    "billing_cycles": "monthly;annual",
    "unit": "seat",
    "min_quantity": "1",
    "max_quantity": "",
    "for_sale": "yes",
    "demo_price_cents_per_user_month": "1000",
    "price_note": "demo",
}
ADDON = GOOD | {
    "sku_id": "0002",
    "availability_id": "GCCA9002",
    "string_id": "",
    "sku_guid": "",
    "title": "Add-on GCC",
    "kind": "addon",
    "prerequisites": "BASE_GOV",
}


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a catalogue file of rows."""

    def write(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
        path = tmp_path / "catalog.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def told(path: Path) -> list[str]:
    """Return the errors of a file that is refused."""
    with pytest.raises(BadCatalog) as refused:
        import_catalog(path)
    assert not Offer.objects.exists()
    return refused.value.errors


def test_the_shipped_catalogue_loads_and_a_second_time_changes_nothing() -> None:
    out = io.StringIO()
    call_command("import_catalog", SHIPPED, stdout=out)
    assert out.getvalue() == "123 offers new, 0 changed, 0 as they were, 0 no longer sold.\n"
    assert import_catalog(SHIPPED) == Counts(created=0, updated=0, unchanged=123, withdrawn=0)
    addon = Offer.objects.get(string_id="MCOPSTN_1_GOV")
    assert {each.string_id for each in addon.prerequisites.all()} >= {"MCOEV_GOV", "ENTERPRISEPREMIUM_GOV"}
    assert Offer.objects.get(string_id="ENTERPRISEPACK_GOV").catalog_item_id == "GCCP0002:0001:GCCA0002"
    assert all(offer.plans for offer in Offer.objects.filter(is_active=True))
    assert not Offer.objects.filter(segment="government", terms__contains=["P3Y"]).exists()


def test_a_new_file_changes_adds_and_withdraws(file: Callable[..., Path], fill: Callable[..., Order]) -> None:
    import_catalog(file(GOOD, ADDON))
    base = Offer.objects.get(sku_id="0001")
    line = fill(base).lines.get()
    other = GOOD | {"sku_id": "0003", "availability_id": "GCCA9003", "string_id": "OTHER_GOV", "sku_guid": ""}
    changed = ADDON | {"demo_price_cents_per_user_month": "77", "prerequisites": "OTHER_GOV"}
    assert import_catalog(file(other, changed)) == Counts(created=1, updated=1, unchanged=0, withdrawn=1)
    addon = Offer.objects.get(sku_id="0002")
    assert (addon.price_cents, [each.sku_id for each in addon.prerequisites.all()]) == (77, ["0003"])
    base.refresh_from_db()
    assert not base.is_active
    line.refresh_from_db()
    assert (line.offer_id, line.sku_title) == (base.pk, "Base GCC")
    assert import_catalog(file(GOOD)).updated == 1
    base.refresh_from_db()
    assert base.is_active


BAD = [
    ({"product_id": "gccp 1"}, "Line 2, product_id: “gccp 1” is no ID"),
    ({"sku_id": "1"}, "Line 2, sku_id"),
    ({"availability_id": ""}, "Line 2, availability_id"),
    ({"title": ""}, "Line 2, title: is missing"),
    ({"title": "x" * 201}, "Line 2, title: is longer than 200 characters"),
    ({"description": "a\x07b"}, "Line 2, description: Remove the invisible control character"),
    ({"segment": "military"}, "Line 2, segment: “military” is none of government"),
    ({"kind": "thing"}, "Line 2, kind"),
    ({"terms": "P1Y;P5Y"}, "Line 2, terms: “P5Y” is none of"),
    ({"terms": "P1Y;P1Y"}, "Line 2, terms: a value stands twice"),
    ({"terms": "P1M", "billing_cycles": "annual"}, "needs a term with a billing cycle"),
    ({"terms": "", "billing_cycles": ""}, "needs a term with a billing cycle"),
    ({"min_quantity": "0"}, "Line 2, min_quantity"),
    ({"min_quantity": "9", "max_quantity": "3"}, "Line 2, max_quantity: is below min_quantity"),
    ({"max_quantity": "9" * 30}, "Line 2, max_quantity"),
    ({"max_quantity": "٣"}, "Line 2, max_quantity"),
    ({"for_sale": "maybe"}, "Line 2, for_sale"),
    ({"demo_price_cents_per_user_month": "12.50"}, "Line 2, demo_price_cents_per_user_month"),
    ({"demo_price_cents_per_user_month": ""}, "Line 2, demo_price_cents_per_user_month"),
    ({"price_note": "list price"}, "Line 2, price_note"),
    ({"sku_guid": "123"}, "Line 2, sku_guid: “123” is no GUID"),
    ({"prerequisites": "NOWHERE"}, "Line 2, prerequisites: no row has the string ID “NOWHERE”"),
    ({"prerequisites": "BASE_GOV"}, "Line 2, prerequisites: an offer can't need itself"),
]


@pytest.mark.parametrize(("change", "said"), BAD)
def test_a_bad_cell_is_named_by_line(file: Callable[..., Path], change: dict[str, str], said: str) -> None:
    assert any(said in error for error in told(file(GOOD | change)))


def test_all_errors_come_at_once_and_nothing_is_written(file: Callable[..., Path]) -> None:
    errors = told(file(GOOD, ADDON | {"kind": "x", "title": ""}, GOOD))
    assert [error.split(":")[0] for error in errors] == [
        "Line 3, title",
        "Line 3, kind",
        "Line 4, product_id, sku_id",
        "Line 4, availability_id",
        "Line 4, string_id",
        "Line 4, sku_guid",
    ]


def test_a_line_is_counted_where_its_record_begins(file: Callable[..., Path]) -> None:
    errors = told(file(GOOD | {"description": "two\nlines"}, ADDON | {"kind": "x"}))
    assert errors[0].startswith("Line 2, description: Write this on one line")
    assert errors[1].startswith("Line 4, kind")


def test_a_base_of_another_segment_is_no_base(file: Callable[..., Path]) -> None:
    assert "another segment" in told(file(GOOD, ADDON | {"segment": "commercial"}))[0]


def test_an_offer_does_not_move_to_another_segment(file: Callable[..., Path]) -> None:
    import_catalog(file(GOOD))
    with pytest.raises(BadCatalog) as refused:
        import_catalog(file(GOOD | {"segment": "commercial"}))
    assert "Line 2, segment: this offer is a government offer already" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Line 1: the header lacks columns: product_id"),
        (b"product_id,sku_id\nA,B\n", "Line 1: the header lacks columns: availability_id"),
        (",".join(COLUMNS).encode() + b"\n", "The file holds no offer"),
        (",".join(COLUMNS).encode() + b"\na,b\n", "Line 2: 2 cells, the header has 20"),
        (",".join(COLUMNS).encode() + b"\n\xff\xfe\n", "not UTF-8"),
        (",".join(COLUMNS).encode() + b'\n"never ends', "not well-formed CSV"),
        (b"PK\x03\x04\x00\x00\x00", "Line 1"),
    ],
)
def test_a_file_of_another_kind(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    assert any(said in error for error in told(path))


def test_the_command_says_what_is_wrong(tmp_path: Path, file: Callable[..., Path]) -> None:
    with pytest.raises(CommandError, match="there is no such file"):
        call_command("import_catalog", tmp_path / "missing.csv")
    with pytest.raises(CommandError, match="can't be read"):
        call_command("import_catalog", tmp_path)
    with pytest.raises(CommandError, match=r"(?s)Line 2, kind.*Nothing was changed"):
        call_command("import_catalog", file(GOOD | {"kind": "x"}))


def test_a_mark_at_the_beginning_is_no_part_of_the_file(file: Callable[..., Path]) -> None:
    path = file(GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert import_catalog(path).created == 1


def test_the_size_of_the_file_does_not_change_the_statements(file: Callable[..., Path]) -> None:
    def statements(count: int) -> int:
        rows = [
            GOOD
            | {
                "product_id": f"T{count}P{number}",
                "availability_id": f"T{count}A{number}",
                "string_id": "",
                "sku_guid": "",
            }
            for number in range(count)
        ]
        with CaptureQueriesContext(connection) as counted:
            import_catalog(file(*rows))
        return len(counted)

    statements(1)
    assert statements(10) == statements(400)
