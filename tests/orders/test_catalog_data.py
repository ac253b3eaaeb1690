"""The catalogue file that ships: whole, consistent, and true to the rule of new commerce."""

import csv
import re
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest

FILE = Path(__file__).resolve().parents[2] / "orders" / "data" / "gcc-catalog.csv"
PREFIXES = {"government": "GCC", "commercial": "COM", "education": "EDU"}
# Which billing cycles each term may have.
CYCLES = {"P1M": {"monthly"}, "P1Y": {"monthly", "annual"}, "P3Y": {"monthly", "annual", "triennial"}}
MOST_SEATS = 10_000_000


def read() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


ROWS = read()


def listed(row: dict[str, str], column: str) -> list[str]:
    return [value for value in row[column].split(";") if value]


def test_every_segment_and_kind_is_there() -> None:
    assert Counter((row["segment"], row["kind"]) for row in ROWS) == {
        ("government", "base"): 57,
        ("government", "addon"): 33,
        ("government", "trial"): 5,
        ("commercial", "base"): 19,
        ("commercial", "addon"): 2,
        ("commercial", "trial"): 1,
        ("education", "base"): 6,
    }


def test_ids_are_unique() -> None:
    for ids in (
        [(row["product_id"], row["sku_id"]) for row in ROWS],
        [row["availability_id"] for row in ROWS],
        [row["string_id"] for row in ROWS if row["string_id"]],
        [row["sku_guid"] for row in ROWS if row["sku_guid"]],
    ):
        assert [value for value, count in Counter(ids).items() if count > 1] == []


def test_a_product_has_one_title_and_one_segment() -> None:
    products: dict[str, set[tuple[str, str]]] = {}
    for row in ROWS:
        products.setdefault(row["product_id"], set()).add((row["product_title"], row["segment"]))
    assert all(len(facts) == 1 for facts in products.values())
    assert len({facts for product in products.values() for facts in product}) == len(products)


def test_ids_have_the_form_of_catalogue_items() -> None:
    for row in ROWS:
        prefix = PREFIXES[row["segment"]]
        item = f"{row['product_id']}:{row['sku_id']}:{row['availability_id']}"
        assert re.fullmatch(rf"{prefix}P\d{{4}}:\d{{4}}:{prefix}A\d{{4}}", item), row
        if row["sku_guid"]:
            assert str(UUID(row["sku_guid"])) == row["sku_guid"], row


def test_terms_and_billing_cycles_keep_the_rule_of_new_commerce() -> None:
    for row in ROWS:
        terms, cycles = listed(row, "terms"), listed(row, "billing_cycles")
        assert set(terms) <= set(CYCLES), row
        assert len(terms) == len(set(terms)), row
        assert len(cycles) == len(set(cycles)), row
        possible: set[str] = set().union(*(CYCLES[term] for term in terms))
        assert set(cycles) <= possible, row
        if row["segment"] == "government":
            assert "P3Y" not in terms, row
        if row["for_sale"] == "yes":
            assert all(CYCLES[term] & set(cycles) for term in terms), row
            assert terms, row


def test_what_has_no_known_terms_or_is_a_trial_is_not_for_sale() -> None:
    for row in ROWS:
        known = bool(row["terms"] and row["billing_cycles"]) and row["kind"] != "trial"
        assert row["for_sale"] == ("yes" if known else "no"), row


def test_quantities_are_whole_and_in_order() -> None:
    for row in ROWS:
        least, most = int(row["min_quantity"] or 1), int(row["max_quantity"] or MOST_SEATS)
        assert 1 <= least <= most <= MOST_SEATS, row


def test_prerequisites_are_base_or_addon_offers_of_the_same_segment() -> None:
    by_string_id = {other["string_id"]: other for other in ROWS if other["string_id"]}
    for row in ROWS:
        needed = listed(row, "prerequisites")
        assert bool(needed) == (row["kind"] == "addon"), row
        for string_id in needed:
            other = by_string_id[string_id]
            assert other["segment"] == row["segment"], row
            assert other["for_sale"] == "yes", row
            assert string_id != row["string_id"], row


def test_prices_are_whole_cents_and_marked_as_demo_prices() -> None:
    for row in ROWS:
        assert re.fullmatch(r"\d{1,6}", row["demo_price_cents_per_user_month"]), row
        assert row["price_note"] == "demo", row


@pytest.mark.parametrize(
    "dearer_and_dearer",
    [
        [
            "STANDARDPACK_GOV",
            "ENTERPRISEPACKWITHOUTPROPLUS_GOV",
            "ENTERPRISEPACK_GOV",
            "ENTERPRISEPREMIUM_GOV",
        ],
        ["M365_F1_GOV", "M365_G3_GOV", "M365_G5_GOV", "M365_G5_GCC"],
        ["EMS_GOV", "EMSPREMIUM_GOV"],
        ["EXCHANGEDESKLESS_GOV", "EXCHANGESTANDARD_GOV", "EXCHANGEENTERPRISE_GOV"],
        ["PROJECTESSENTIALS_GOV", "PROJECTPROFESSIONAL_GOV", "PROJECTPREMIUM_GOV"],
    ],
)
def test_prices_keep_a_plausible_order(dearer_and_dearer: list[str]) -> None:
    prices = {row["string_id"]: int(row["demo_price_cents_per_user_month"]) for row in ROWS}
    ordered = [prices[string_id] for string_id in dearer_and_dearer]
    assert ordered == sorted(set(ordered))


def test_texts_fit_and_say_something() -> None:
    for row in ROWS:
        assert 0 < len(row["title"]) <= 200, row
        assert 0 < len(row["product_title"]) <= 200, row
        assert len(row["string_id"]) <= 100, row
        assert row["category"], row
        assert row["description"].endswith("."), row


def test_no_other_cloud_is_sold_here() -> None:
    text = FILE.read_text(encoding="utf-8").upper()
    for mark in ("_GCCHIGH", "_DOD", "USGOV_", "(GOVERNMENT PRICING)"):
        assert mark not in text


def test_no_prices_of_makers_or_sources_are_copied() -> None:
    assert "list_price_usd_per_user_month" not in ROWS[0]
    assert "source" not in ROWS[0]
    assert "http" not in FILE.read_text(encoding="utf-8")
