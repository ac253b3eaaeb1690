"""Names of organisations: which differences do not count, and which do."""

import pytest

from gcc_portal.identity.registry.names import name_key, names_agree

SAME = [
    ("City of Tacoma", "CITY OF TACOMA"),
    ("City of Tacoma", "  city   of tacoma. "),
    ("City of Tacoma", "The City of Tacoma"),
    ("City of Tacoma", "Tacoma, City of"),
    ("City of Tacoma", "Tacoma, The City of"),
    ("City of Tacoma", "TACOMA (CITY OF)"),
    ("City of The Dalles", "The Dalles, City of"),
    ("County of Los Angeles", "Los Angeles County"),
    ("Township of Bethlehem", "Bethlehem Township"),
    ("Charter Township of Bedford", "Bedford Charter Township"),
    ("Borough of Allendale", "Allendale Borough"),
    ("City and County of Denver", "Denver, City and County of"),
    ("Department of Health", "Health, Department of"),
    ("Parks & Recreation District", "Parks and Recreation District"),
    ("Doña Ana County", "Dona Ana County"),
    ("Town of Swan’s Island", "Town of Swan's Island"),
    ("Town of Swan's Island", "Town of Swans Island"),
    ("City of St. Louis", "City of Saint Louis"),
    ("Miami-Dade County", "Miami Dade County"),
    ("U.S. Department of the Interior", "US Dept. of the Interior"),
    ("Contoso, Inc.", "Contoso Inc"),
    ("Fabrikam L.L.C.", "Fabrikam LLC"),
    ("City of Akron, Ohio", "City of Akron, OH"),
    ("City of Akron, Ohio", "City of Akron"),
    ("City of Albuquerque New Mexico", "City of Albuquerque"),
    ("County of Dawson (Montana)", "Dawson County"),
    ("Portland, City of, Oregon", "City of Portland, OR"),
    ("Oʻahu Transit", "O'ahu Transit"),
    ("مدينة سياتل", "مدينة سياتل"),
]
OTHER = [
    ("City of Tacoma", "City of Seattle"),
    ("City of Tacoma", "Tacoma"),
    ("City of Kansas", "Kansas City"),
    ("City of Portland, Oregon", "City of Portland, Maine"),
    ("City of Albany, NY", "City of Albany, Oregon"),
    ("Town of Vienna", "City of Vienna"),
    ("County of Washington", "City of Washington"),
    ("State of Ohio", "State of Oregon"),
    ("State of Washington", "State"),
    ("Commonwealth of Virginia", "Commonwealth"),
    ("City of Washington", "City of"),
    ("Contoso, Inc.", "Contoso Finance, Inc."),
    ("Tacoma Police Department", "City of Tacoma"),
    ("City of Tacoma", ""),
    ("", ""),
    ("😀", "😀"),
    ("...", "---"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_that_agree(one: str, other: str) -> None:
    assert names_agree(one, other)
    assert names_agree(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_names_that_do_not_agree(one: str, other: str) -> None:
    assert not names_agree(one, other)
    assert not names_agree(other, one)


def test_a_key_is_its_own_key_and_keeps_the_state() -> None:
    assert name_key("The City of Akron, Ohio") == "city of akron oh"
    assert name_key("County of Los Angeles") == "los angeles county"
    assert name_key("the") == "the"
    assert name_key("") == name_key("😀 –") == ""


def test_a_key_fits_its_column_whatever_was_typed() -> None:
    for text in (
        "x" * 100_000,
        "\ufdfa" * 5000,
        "," * 5000,
        "a, " * 2000 + "city of",
        "(" * 5000,
        "\x00\ud800",
    ):
        assert len(name_key(text)) <= 600
