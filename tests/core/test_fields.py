"""Text that people type: what is refused with a sentence, what is kept as it was."""

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from gcc_portal.core.hosts import host_of, same_organization
from gcc_portal.identity.tenants.kinds import parse_tenant_id
from gcc_portal.web.fields import (
    DomainField,
    PlainTextField,
    TenantIdField,
    WebDomainField,
    person_name,
    text_problem,
)

TENANT = "3f4babde-90ec-47c6-995d-d223749065d1"


def cleaned(field: forms.Field, value: Any) -> Any:
    return field.clean(value)


def refusal(field: forms.Field, value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    assert len(caught.value.messages) == 1, caught.value.messages
    return caught.value.messages[0]


@pytest.mark.parametrize(
    "text",
    [
        "City of Tacoma",
        "Ñandú & Sons – “Café”",
        "مدينة سياتل",
        "עיריית תל אביב",
        "👩‍👩‍👧‍👦 Families",
        "محمد Smith \u200f(R)",
        "北京",
        "a" * 200,
    ],
)
def test_text_of_any_script_is_kept_as_typed(text: str) -> None:
    assert cleaned(PlainTextField(max_length=200), text) == text


@pytest.mark.parametrize(
    "character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\u2028", "\ud800", "\t", "\n"]
)
def test_control_and_direction_characters_are_refused_in_a_line(character: str) -> None:
    assert refusal(PlainTextField(), f"City{character}Hall")


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\u202e", "\u2069", "\udfff"])
def test_they_are_refused_in_a_text_area_too(character: str) -> None:
    assert refusal(PlainTextField(multiline=True), f"Line one\n{character}line two")


def test_a_text_area_keeps_line_breaks_of_one_kind() -> None:
    field = PlainTextField(multiline=True, max_length=11)
    assert cleaned(field, "  one\r\ntwo\rthree ".replace("three", "3")) == "one\ntwo\n3"
    # A browser sends CR LF for each break: it must not count twice towards the length.
    assert cleaned(field, "a\r\nb\r\nc\r\nd\r\ne\r\nf") == "a\nb\nc\nd\ne\nf"
    assert isinstance(field.widget, forms.Textarea)


@pytest.mark.parametrize("blank", ["", "   ", "\u00a0\u2003", "\u200b\u200b", "\ufeff \u200d"])
def test_text_that_nobody_can_see_is_missing(blank: str) -> None:
    assert refusal(PlainTextField(), blank) == "This field is required."
    assert cleaned(PlainTextField(required=False), blank) == ""


def test_a_text_of_refused_characters_alone_is_refused_not_dropped() -> None:
    assert "U+202E" in refusal(PlainTextField(required=False), "\u202e")


def test_length_counts_what_is_kept() -> None:
    assert cleaned(PlainTextField(max_length=3), "  abc  ") == "abc"
    assert "at most 3" in refusal(PlainTextField(max_length=3), "abcd")


def test_ten_megabytes_are_refused() -> None:
    assert "at most 200" in refusal(PlainTextField(max_length=200), "x" * 10_000_000)


def test_a_persons_name_has_at_most_fifty_letters() -> None:
    assert cleaned(person_name(), "Siobhán O’Rourke-Núñez") == "Siobhán O’Rourke-Núñez"
    assert refusal(person_name(), "x" * 51)
    assert cleaned(person_name(required=False), None) == ""


def test_the_same_sentence_serves_other_channels() -> None:
    assert text_problem("fine") is None
    assert "U+0000" in (text_problem("a\x00b") or "")
    assert text_problem("two\nlines") is not None
    assert text_problem("two\nlines", multiline=True) is None


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("Harborview.GOV", "harborview.gov"),
        (" harborview.onmicrosoft.com. ", "harborview.onmicrosoft.com"),
        ("café.example", "xn--caf-dma.example"),
    ],
)
def test_a_domain_is_given_in_one_form(typed: str, domain: str) -> None:
    assert cleaned(DomainField(), typed) == domain


@pytest.mark.parametrize(
    "typed",
    [
        "https://x.gov",
        "x.gov/path",
        "x",
        "a b.gov",
        "-x.gov",
        "10.0.0.1",
        "x..gov",
        "clerk@x.gov",
        "../etc/passwd",
        "x" * 64 + ".gov",
        "a." * 130 + "gov",
        "x\x01.gov",
        "\ud800.gov",
        "x.gov:80",
        "x\\y.gov",
        "😀.gov" * 100,
    ],
)
def test_what_is_no_domain_is_refused(typed: str) -> None:
    assert "domain name" in refusal(DomainField(), typed)


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("https://www.Seattle.gov/police?x=1#y", "seattle.gov"),
        ("http://seattle.gov:8080", "seattle.gov"),
        ("seattle.gov/parks", "seattle.gov"),
        ("www.gov", "www.gov"),
        ("police.seattle.gov", "police.seattle.gov"),
    ],
)
def test_a_web_site_gives_its_domain(typed: str, domain: str) -> None:
    assert cleaned(WebDomainField(), typed) == domain


@pytest.mark.parametrize(
    "typed", ["clerk@seattle.gov", "https://", "http://[::1]/", "https://u:p@seattle.gov", "no site"]
)
def test_what_is_no_web_site_is_refused(typed: str) -> None:
    assert "web site" in refusal(WebDomainField(), typed)


def test_hosts_come_out_of_whatever_was_pasted() -> None:
    assert host_of("Clerk <x>@seattle.gov") is None
    assert host_of("clerk@Seattle.gov") == "seattle.gov"
    assert host_of("https://seattle.gov.evil.example/seattle.gov") == "seattle.gov.evil.example"
    assert host_of("x" * 5000 + ".gov") is None
    assert host_of("") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("clerk@seattle.gov", "https://www.seattle.gov", True),
        ("clerk@police.seattle.gov", "seattle.gov", True),
        ("clerk@seattle.gov", "police.seattle.gov", True),
        ("clerk@notseattle.gov", "seattle.gov", False),
        ("clerk@tacoma.gov", "seattle.gov", False),
        ("clerk@gov", "seattle.gov", False),
        ("", "", False),
    ],
)
def test_an_address_belongs_to_the_organizations_domain(one: str, other: str, same: bool) -> None:
    assert same_organization(one, other) is same


@pytest.mark.parametrize(
    "typed",
    [
        TENANT,
        TENANT.upper(),
        f"  {TENANT}\t",
        f"{{{TENANT}}}",
        f"({TENANT.upper()})",
        f"\u200b{TENANT}\ufeff",
        f"{{ {TENANT} }}",
    ],
)
def test_a_tenant_id_is_given_in_one_form(typed: str) -> None:
    assert parse_tenant_id(typed) == TENANT
    assert cleaned(TenantIdField(), typed) == TENANT


@pytest.mark.parametrize(
    "typed",
    [
        TENANT[:-1],
        TENANT + "0",
        TENANT.replace("-", ""),
        f"{{{TENANT}",
        f"{TENANT}}}",
        f"urn:uuid:{TENANT}",
        "g" + TENANT[1:],
        "contoso.onmicrosoft.com",
        TENANT.replace("3", "３"),
        "😀",
        "\x00" * 36,
        "x" * 100_000,
    ],
)
def test_what_is_no_tenant_id_is_refused_with_what_one_looks_like(typed: str) -> None:
    assert parse_tenant_id(typed) is None
    message = refusal(TenantIdField(), typed)
    assert "looks like" in message
    assert "Microsoft ID" in message


def test_the_id_of_zeros_is_nobodys() -> None:
    zeros = "00000000-0000-0000-0000-000000000000"
    assert parse_tenant_id(zeros) is None
    assert "zeros" in refusal(TenantIdField(), f"{{{zeros}}}")


def test_fields_that_may_be_empty_give_an_empty_text() -> None:
    for field in (TenantIdField(required=False), DomainField(required=False), WebDomainField(required=False)):
        assert cleaned(field, "") == ""
        assert cleaned(field, None) == ""
