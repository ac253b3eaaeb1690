"""What a program reads whose input does not fit: a plain sentence that says what to send."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from customers.models import Customer
from gcc_portal.api.input_words import PATTERNS, sentence_for
from partners.models import Partner
from tests import factories
from tests.api.kit import NO_UUID, Program, new_customer, refusal

PARSERS_OWN = re.compile(
    r"should (be|have|match)|Field required|valid (dictionary|list|string|integer)|unable to parse"
)


@pytest.fixture
def county(contoso: Partner) -> Customer:
    """Contoso's customer."""
    return factories.customer(contoso, "Harborview County")


def sent(**changes: Any) -> dict[str, Any]:
    """Return the body of a new customer with members of its two profiles changed; `...` leaves one out."""
    body = new_customer()
    for path, value in changes.items():
        *way, name = path.split("__")
        place = body
        for each in way:
            place = place[each]
        place[name] = value
        if value is ...:
            del place[name]
    return body


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ([], "body: Send a JSON object with named members: {…}."),
        ("x", "body: Send a JSON object with named members: {…}."),
        (sent(companyProfile=...), "companyProfile: This is missing. Send it."),
        (sent(companyProfile="x"), "companyProfile: Send a JSON object with named members: {…}."),
        (sent(companyProfile__domain="a"), "companyProfile.domain: Send at least"),
        (sent(companyProfile__domain=7), "companyProfile.domain: Send a text, in quotes."),
        (
            sent(billingProfile__culture="english"),
            "billingProfile.culture: Send language and country, such as en-US.",
        ),
        (sent(billingProfile__companyName="x" * 500), "billingProfile.companyName: Send at most"),
        (sent(associatedPartnerId="7"), "associatedPartnerId: Send a GUID, such as"),
    ],
)
def test_a_body_that_does_not_fit(program: Program, body: Any, told: str) -> None:
    answer = program.post("customers", body)
    assert refusal(answer)[0] == 400
    description = answer.json()["description"]  # type: ignore[attr-defined]
    assert told in description
    assert not PARSERS_OWN.search(description)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("customers?size=many", "size: Send a whole number."),
        ("customers?size=-1", "size: Send 0 or more."),
        ("customers?size=501", "size: Send 500 or less."),
        ("countryvalidationrules/USA", "Send at most 2 characters."),
        ("countryvalidationrules/1x", "Send two letters, such as US."),
        ("agreements?agreementType=Old", "agreementType: Send one of: MicrosoftCustomerAgreement, "),
        ("customers/7", "customer_id: Send a GUID, such as"),
    ],
)
def test_a_query_and_an_address_that_do_not_fit(person: Program, path: str, told: str) -> None:
    answer = person.get(path)
    assert refusal(answer)[0] == 400
    assert told in answer.json()["description"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"quantity": "many"}, "quantity: Send a whole number."),
        ({"quantity": 10**12}, "quantity: Send "),
        ({"autoRenewEnabled": "perhaps"}, "autoRenewEnabled: Send true or false."),
        ({"status": "asleep"}, "status: Send one of: none, active, "),
    ],
)
def test_a_change_that_does_not_fit(program: Program, county: Customer, change: Any, told: str) -> None:
    answer = program.patch(f"customers/{county.pk}/subscriptions/{NO_UUID}", change)
    assert told in answer.json()["description"]  # type: ignore[attr-defined]


def test_lists_and_moments(person: Program, county: Customer) -> None:
    answer = person.post(f"customers/{county.pk}/carts", {"lineItems": "x"})
    assert "lineItems: Send a JSON list: […]." in answer.json()["description"]  # type: ignore[attr-defined]
    answer = person.post(f"customers/{county.pk}/agreements", {"dateAgreed": "yesterday"})
    assert "dateAgreed: Send a date and time" in answer.json()["description"]  # type: ignore[attr-defined]


def test_every_form_of_the_schema_has_words() -> None:
    schema = Client().get("/v1/openapi.json").json()

    def patterns(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["pattern"]} if isinstance(value.get("pattern"), str) else set()
            return own.union(*map(patterns, value.values()))
        return set().union(*map(patterns, value)) if isinstance(value, list) else set()

    found = patterns(json.loads(json.dumps(schema)))
    assert found
    assert found <= set(PATTERNS)


def test_a_sentence_of_ours_stays_and_one_is_no_plural() -> None:
    assert (
        sentence_for({"type": "value_error", "msg": "Value error, Enter an address."}) == "Enter an address."
    )
    short = {"type": "string_too_short", "msg": "", "ctx": {"min_length": 1}}
    assert sentence_for(short) == "Send at least 1 character."
    assert sentence_for({"type": "brand_new", "msg": "Something else"}) == "Something else."


@pytest.mark.parametrize(("seconds", "told"), [(1, " in 1 second."), (7, " in 7 seconds.")])
def test_who_calls_too_often_is_told_how_long_in_good_words(
    program: Program, monkeypatch: pytest.MonkeyPatch, seconds: int, told: str
) -> None:
    monkeypatch.setattr("gcc_portal.api.pipeline.seconds_to_wait", lambda *_asked: seconds)
    late = program.get("customers")
    assert late.status_code == 429
    assert late.json()["message"].endswith(told)  # type: ignore[attr-defined]
