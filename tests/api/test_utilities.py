"""What is asked before a creation: addresses, domains, a country's rules. The portal's own rules answer."""

import json
from typing import Any

import pytest

from customers.models import CustomerCreation
from gcc_portal.api.models import RepeatableCall
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, refusal

ADDRESS = {
    "addressLine1": "1 Dock St",
    "city": "Tacoma",
    "state": "WA",
    "postalCode": "98402",
    "country": "US",
}
JAVA = {"MS-PartnerCenter-Client": "Partner Center Java SDK"}


def test_a_good_address_is_told_back(program: Program) -> None:
    sent = {"AddressLine1": "1 Dock St", "AddressLine2": None, "City": "Tacoma", "State": "wa"}
    answer = program.post("validations/address", sent | {"PostalCode": "98402", "Country": "us"})
    assert answer.status_code == 200
    assert answer.json() == {
        "originalAddress": ADDRESS,
        "suggestedAddresses": [],
        "status": "VerifiedShippable",
    }


def test_the_java_client_gets_its_word(program: Program) -> None:
    answer = program.post("validations/address", ADDRESS, **JAVA)
    assert (answer.status_code, answer.json()) == (200, True)
    assert not RepeatableCall.objects.exists()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"state": "QQ"}, "state"),
        ({"state": "PR"}, "state"),
        ({"state": ""}, "state"),
        ({"postalCode": "97201"}, "postalCode"),
        ({"postalCode": "984"}, "postalCode"),
        ({"city": ""}, "city"),
        ({"addressLine1": "x" * 300}, "addressLine1"),
        ({"country": "CA"}, "country"),
        ({"phoneNumber": "+1 253 555 0100"}, "phoneNumber"),
    ],
)
def test_a_bad_address_is_told_with_its_findings(
    program: Program, change: dict[str, Any], named: str
) -> None:
    answer = program.post("validations/address", ADDRESS | change)
    assert refusal(answer) == (400, 2007)
    finding = json.loads(answer.json()["description"])
    assert set(finding) == {"code", "reason", "corrected_address", "object_type", "resource_status"}
    assert finding["reason"].startswith(f"{named}: ")
    assert (finding["object_type"], finding["resource_status"]) == ("AddressValidation", "Active")


def test_the_state_of_the_zip_code_is_proposed(program: Program) -> None:
    answer = program.post("validations/address", ADDRESS | {"state": "OR"})
    assert json.loads(answer.json()["description"])["corrected_address"] == {
        "country": "US",
        "region": "WA",
        "city": "Tacoma",
        "address_line1": "1 Dock St",
        "postal_code": "98402",
    }


def test_a_long_finding_is_json_still(program: Program) -> None:
    sent = ADDRESS | {"addressLine1": '"' * 400, "city": "\\" * 400, "postalCode": '"' * 20}
    answer = program.post("validations/address", sent)
    assert refusal(answer) == (400, 2007)
    assert json.loads(answer.json()["description"])["code"]


@pytest.mark.parametrize(
    "sent", [[], "x", {}, ADDRESS | {"city": 5}, ADDRESS | {"city": "a\nb"}, ADDRESS | {"country": "USA"}]
)
def test_what_is_no_address_at_all_is_refused(program: Program, sent: Any) -> None:
    assert refusal(program.post("validations/address", sent)) == (400, 3000)


@pytest.mark.parametrize("verb", ["HEAD", "GET"])
def test_a_domain_is_taken_by_whoever_has_it(
    program: Program, contoso: Partner, tailspin: Partner, verb: str
) -> None:
    own, other = factories.customer(contoso), factories.customer(tailspin)
    tenant = factories.tenant("commercial", "Somebody")
    for domain in (own.domain, other.domain, tenant.domain, contoso.domain, own.domain.upper()):
        answer = program.send(verb, f"domains/{domain}")
        assert (answer.status_code, answer.content) == (200, b"")
    free = program.send(verb, "domains/nobody.onmicrosoft.com")
    assert free.status_code == 404
    if verb == "HEAD":
        assert free.content == b""
        assert free.headers.get("Content-Length", "0") == "0"
    else:
        assert refusal(free) == (404, 1000)


def test_a_creation_under_way_holds_its_domain(program: Program, contoso: Partner, admin: Any) -> None:
    made = CustomerCreation.objects.create(
        partner=contoso, created_by=admin, domain="harbor.onmicrosoft.com", company_name="Harbor"
    )
    assert program.get("validations/checkdomainavailability/harbor").json() is True
    CustomerCreation.objects.filter(pk=made.pk).update(state="provisioning")
    assert program.get("validations/checkdomainavailability/Harbor").json() is False
    assert program.send("HEAD", "domains/harbor.onmicrosoft.com").status_code == 200


@pytest.mark.parametrize(
    "domain", ["nodots", "a b.com", "10.0.0.1", "x" * 300, "-x.com", "https:example.com"]
)
def test_what_is_no_domain_is_neither(program: Program, domain: str) -> None:
    assert refusal(program.get(f"domains/{domain}")) == (400, 3000)
    assert program.send("HEAD", f"domains/{domain}").status_code == 400


def test_a_directory_that_does_not_answer_is_neither(program: Program, monkeypatch: Any) -> None:
    monkeypatch.setattr("customers.api.utilities.is_domain_available", lambda domain: None)
    assert refusal(program.get("domains/nobody.onmicrosoft.com")) == (400, 800002)
    assert refusal(program.get("validations/checkdomainavailability/nobody")) == (400, 800002)


@pytest.mark.parametrize("prefix", ["1county", "harbor-view", "a" * 28, "é", "a.b"])
def test_a_prefix_that_no_domain_can_have_is_not_available(program: Program, prefix: str) -> None:
    answer = program.get(f"validations/checkdomainavailability/{prefix}")
    assert (answer.status_code, answer.json()) == (200, False)


def test_a_prefix_is_taken_with_its_domain(program: Program, contoso: Partner) -> None:
    taken = factories.customer(contoso).domain.partition(".")[0]
    assert program.get(f"validations/checkdomainavailability/{taken}").json() is False
    assert program.get("validations/CheckDomainAvailability/nobodyhere").json() is True


def test_the_country_s_rules_are_those_of_the_forms(program: Program) -> None:
    rules = program.get("countryvalidationrules/us").json()
    assert rules["iso2Code"] == "US"
    assert len(rules["supportedStatesList"]) == 51
    assert "DC" in rules["supportedStatesList"]
    assert rules["attributes"] == {"objectType": "CountryValidationRules"}
    assert set(rules) == {
        "iso2Code", "defaultCulture", "isStateRequired", "supportedStatesList", "supportedLanguagesList",
        "supportedCulturesList", "isPostalCodeRequired", "postalCodeRegex", "isCityRequired", "isVatIdSupported",
        "phoneNumberRegex", "isTaxIdSupported", "isTaxIdOptional", "countryCallingCodesList", "attributes",
    }  # fmt: skip


def test_other_countries_have_none(program: Program) -> None:
    assert refusal(program.get("countryvalidationrules/CA")) == (404, 1000)
    for nonsense in ("USA", "1", "U%20"):
        assert refusal(program.get(f"countryvalidationrules/{nonsense}")) == (400, 3000)


def test_they_need_a_token_and_no_person(seller: Program) -> None:
    nobody = Program("")
    for path in ("domains/a.com", "countryvalidationrules/US", "validations/checkdomainavailability/a"):
        assert nobody.get(path).status_code == 401
    assert seller.get("countryvalidationrules/US").status_code == 200
