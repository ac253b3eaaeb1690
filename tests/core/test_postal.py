"""A US address, phone number and domain prefix, as the real service takes them."""

from typing import Any

import pytest
from django import forms

from gcc_portal.identity.postal import address_problems, domain_prefix_problem, phone_problem
from gcc_portal.identity.us_states import US_STATES
from gcc_portal.identity.zip_codes import PREFIXES, states_of_zip
from gcc_portal.web.us_address import UsAddressForm

TACOMA = {
    "address_line1": "747 Market Street",
    "address_line2": "Room 220",
    "city": "Tacoma",
    "state": "WA",
    "postal_code": "98402",
    "phone": "253-591-5000",
}


def test_a_good_address_has_no_problems() -> None:
    assert address_problems(TACOMA) == {}
    assert (
        address_problems({**TACOMA, "postal_code": "98402-3701", "address_line2": "", "country": "US"}) == {}
    )


def test_an_empty_address_names_every_field_that_is_required() -> None:
    assert set(address_problems({})) == {"address_line1", "city", "state", "postal_code"}
    assert set(address_problems(dict.fromkeys(TACOMA, "  "))) == {
        "address_line1",
        "city",
        "state",
        "postal_code",
    }
    assert set(address_problems(dict.fromkeys(TACOMA))) == {"address_line1", "city", "state", "postal_code"}


def test_lengths_are_the_services() -> None:
    assert address_problems({**TACOMA, "address_line1": "x" * 200, "address_line2": "y" * 200}) == {}
    too_long = address_problems({**TACOMA, "address_line1": "x" * 201, "address_line2": "y" * 201})
    assert set(too_long) == {"address_line1", "address_line2"}
    assert "201" in too_long["address_line1"]


def test_fifty_states_and_dc_are_taken_and_no_territory() -> None:
    assert len(US_STATES) == 51
    for code in ("PR", "GU", "VI", "AS", "MP", "wa", "Washington", "XX", "W"):
        assert "state" in address_problems({**TACOMA, "state": code}), code


@pytest.mark.parametrize(
    "postal_code", ["9840", "984022", "98402-", "98402-123", "98402 1234", "٩٨٤٠٢", "ABCDE", "98402\n1"]
)
def test_a_zip_code_has_five_digits_or_nine(postal_code: str) -> None:
    assert "five digits" in address_problems({**TACOMA, "postal_code": postal_code})["postal_code"]


def test_a_zip_code_must_lie_in_the_state() -> None:
    problems = address_problems({**TACOMA, "state": "OR"})
    assert problems == {"postal_code": "ZIP 98402 is in WA, not OR."}
    assert address_problems({**TACOMA, "city": "Portland", "state": "OR", "postal_code": "97204"}) == {}


def test_a_zip_code_with_an_unused_prefix_does_not_exist() -> None:
    assert "does not exist" in address_problems({**TACOMA, "postal_code": "00099"})["postal_code"]


def test_a_wrong_state_is_not_blamed_on_the_zip_code() -> None:
    assert set(address_problems({**TACOMA, "state": "PR"})) == {"state"}


@pytest.mark.parametrize(
    ("postal_code", "states"),
    [
        ("10007", ("NY",)),
        ("00501", ("NY",)),
        ("06390", ("NY",)),
        ("06103", ("CT",)),
        ("02201", ("MA",)),
        ("05501", ("MA",)),
        ("05602", ("VT",)),
        ("20001", ("DC",)),
        ("20190", ("VA",)),
        ("20500", ("DC",)),
        ("21202", ("MD",)),
        ("73301", ("TX",)),
        ("73102", ("OK",)),
        ("79901", ("TX",)),
        ("88510", ("TX",)),
        ("88001", ("NM",)),
        ("75502", ("TX", "AR")),
        ("39901", ("GA",)),
        ("39201", ("MS",)),
        ("99801", ("AK",)),
        ("96813", ("HI",)),
        ("96799", ("AS",)),
        ("96910", ("GU",)),
        ("96950", ("MP",)),
        ("00901", ("PR",)),
        ("00802", ("VI",)),
        ("83001", ("WY",)),
        ("83702", ("ID",)),
        ("42223", ("KY", "TN")),
        ("09012", ("AE",)),
    ],
)
def test_zip_codes_lie_in_their_states(postal_code: str, states: tuple[str, ...]) -> None:
    assert states_of_zip(postal_code) == states


def test_every_state_has_zip_codes_and_no_prefix_has_two() -> None:
    assert set(US_STATES) <= {state for _first, _last, state in PREFIXES}
    prefixes = [prefix for first, last, _state in PREFIXES for prefix in range(first, last + 1)]
    assert len(prefixes) == len(set(prefixes))


@pytest.mark.parametrize(
    "phone",
    [
        "",
        "5083665804",
        "(267)/1101945",
        "1.(458)-866-4473",
        "206.1847393",
        "(238)0295386",
        "206-555-0123",
        "12065550123",
    ],
)
def test_phone_numbers_that_the_service_accepts(phone: str) -> None:
    assert phone_problem(phone) is None


@pytest.mark.parametrize(
    "phone",
    [
        "(206) 555-0123",
        "+12065550123",
        "206 555 0123",
        "555-0123",
        "2-206-555-0123",
        "206-555-01234",
        "٢٠٦٥٥٥٠١٢٣",
        "206--555-0123",
        "2065550123x5",
        "2065550123\n",
    ],
)
def test_phone_numbers_that_the_service_refuses(phone: str) -> None:
    assert "ten digits" in (phone_problem(phone) or "")


@pytest.mark.parametrize("prefix", ["a", "Harborview", "city2026", "a" * 27])
def test_domain_prefixes_that_are_valid(prefix: str) -> None:
    assert domain_prefix_problem(prefix) is None


@pytest.mark.parametrize(
    "prefix",
    ["", "2cities", "harbor-view", "harbor view", "a" * 28, "häfen", "a\n", "x.onmicrosoft.com", "😀"],
)
def test_domain_prefixes_that_are_refused(prefix: str) -> None:
    assert domain_prefix_problem(prefix)


def test_the_longest_prefix_is_a_setting(settings) -> None:
    settings.DOMAIN_PREFIX_MAX = 5
    assert domain_prefix_problem("abcde") is None
    assert "at most 5" in (domain_prefix_problem("abcdef") or "")


class OrganizationForm(UsAddressForm):
    name = forms.CharField()


def filled(**changes: Any) -> OrganizationForm:
    return OrganizationForm({"name": "City of Tacoma", **TACOMA, **changes})


def test_a_form_takes_a_good_address_and_trims_it() -> None:
    form = filled(city="  Tacoma ")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["city"] == "Tacoma"


def test_a_form_says_each_problem_once_and_at_its_field() -> None:
    form = filled(address_line1="", city="Ta\x00coma", state="PR", postal_code="9840", phone="+1 206")
    assert not form.is_valid()
    assert set(form.errors) == {"address_line1", "city", "state", "postal_code", "phone"}
    assert all(len(messages) == 1 for messages in form.errors.values()), form.errors
    assert form["postal_code"].value() == "9840"


def test_a_form_says_which_state_the_zip_code_is_in() -> None:
    form = filled(state="OR")
    assert form.errors == {"postal_code": ["ZIP 98402 is in WA, not OR."]}


def test_a_form_without_phone_or_second_line_is_fine() -> None:
    form = filled(phone="", address_line2="")
    assert form.is_valid(), form.errors


def test_a_territory_is_refused_by_the_service_and_eligible_on_the_customers_form() -> None:
    from customers.forms.intake import OrganizationForm as CustomersForm

    guam = {"address_line1": "1 Marine Drive", "city": "Hagatna", "state": "GU", "postal_code": "96910"}
    names = {"organization_name": "Government of Guam", "web_domain": "guam.gov"}
    assert set(address_problems(guam)) == {"state"}
    assert CustomersForm({**guam, **names}).is_valid()
    elsewhere = CustomersForm({**guam, **names, "postal_code": "98402"})
    assert elsewhere.errors == {"postal_code": ["ZIP 98402 is in WA, not GU."]}
