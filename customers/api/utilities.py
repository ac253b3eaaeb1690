"""Checks before a customer is created: its address, its domain, and a country's rules."""

import json
from types import SimpleNamespace
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from customers.gates.contact import domain_of
from customers.services.provisioner import is_domain_available
from gcc_portal.api.addresses import BAD_ADDRESS, WIRE_NAMES, Address, AddressBody, address_of_row
from gcc_portal.api.call import Call
from gcc_portal.api.errors import DESCRIPTION_MAX, INPUT, NOT_FOUND, REFUSED, ApiError
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Attributes, Resource, typed
from gcc_portal.core.gates import Blocker
from gcc_portal.core.hosts import parse_domain
from gcc_portal.identity.gates import address_may_be_kept
from gcc_portal.identity.postal import COUNTRY, PHONE, POSTAL_CODE, domain_prefix_problem
from gcc_portal.identity.us_states import US_STATES
from gcc_portal.identity.zip_codes import states_of_zip

resources = Resources("Utilities")

INVALID_ADDRESS = "60071"  # the address service's own code, within the description
Domain = Annotated[str, Field(max_length=253)]
Prefix = Annotated[str, Field(max_length=253)]
Country = Annotated[str, Field(min_length=2, max_length=2, pattern="^[A-Za-z]{2}$")]


class AddressVerdict(Resource):
    """An address that may be used as it is."""

    original_address: Address
    suggested_addresses: list[Address]
    status: Literal["VerifiedShippable"] = "VerifiedShippable"


class CountryValidationRules(Resource):
    """What a country asks of a customer's address."""

    iso2_code: str
    default_culture: str
    is_state_required: bool
    supported_states_list: list[str]
    supported_languages_list: list[str]
    supported_cultures_list: list[str]
    is_postal_code_required: bool
    postal_code_regex: str
    is_city_required: bool
    is_vat_id_supported: bool
    phone_number_regex: str
    is_tax_id_supported: bool
    is_tax_id_optional: bool
    country_calling_codes_list: list[str]
    attributes: Attributes


@resources.post("validations/address", AddressVerdict | Literal[True], status=200, writes=False)
def validate_address(call: Call, body: AddressBody) -> Any:
    """Check an address: it is a US one, with a state of the list and a ZIP code that lies in that state.

    The Java client gets the bare word `true`. What is wrong is told in the description of 400/2007, which is itself
    JSON: `code`, `reason`, `corrected_address`, `object_type`, `resource_status`.
    """
    address = body.as_kept()
    blockers = address_may_be_kept(address)
    if blockers:
        codes = [blocker.code for blocker in blockers]
        raise ApiError(BAD_ADDRESS, _finding(address, blockers), codes)
    names = {"first_name": body.first_name, "last_name": body.last_name}
    original = address_of_row(SimpleNamespace(**address), **names)
    return call.client.address_verdict(AddressVerdict(original_address=original, suggested_addresses=[]))


@resources.head("domains/{domain}")
def head_domain(call: Call, domain: Domain) -> Any:
    """Ask whether a domain is in use: 200 when it is, 404 when it is free."""
    _in_use(domain)


@resources.get("domains/{domain}", None)
def get_domain(call: Call, domain: Domain) -> Any:
    """Ask whether a domain is in use: 200 without a body when it is, 404 when it is free."""
    _in_use(domain)


@resources.get("validations/checkdomainavailability/{prefix}", bool)
def check_domain_availability(call: Call, prefix: Prefix) -> Any:
    """Return `true` when a new customer can have the domain that begins with `prefix`, else `false`.

    A prefix that no domain can have (letters and digits, a letter first, at most 27) is `false` as well.
    """
    return domain_prefix_problem(prefix) is None and _is_free(domain_of(prefix))


@resources.get("countryvalidationrules/{country}", CountryValidationRules)
def get_country_validation_rules(call: Call, country: Country) -> Any:
    """Return what a country asks of a customer's address. The portal knows the United States; others are 404."""
    if country.upper() != COUNTRY:
        raise ApiError(NOT_FOUND, _("Customers of the Government Community Cloud are in the US alone."))
    return CountryValidationRules(
        iso2_code=COUNTRY,
        default_culture="en-US",
        is_state_required=True,
        supported_states_list=list(US_STATES),
        supported_languages_list=["en"],
        supported_cultures_list=["en-US"],
        is_postal_code_required=True,
        postal_code_regex=f"^{POSTAL_CODE.pattern}$",
        is_city_required=True,
        is_vat_id_supported=False,
        phone_number_regex=f"^{PHONE.pattern}$",
        is_tax_id_supported=False,
        is_tax_id_optional=False,
        country_calling_codes_list=["1"],
        attributes=typed("CountryValidationRules"),
    )


def _in_use(domain: str) -> None:
    """Return for a domain that somebody has. Raises `ApiError`: 404 for a free one, 400 for what is no domain."""
    name = parse_domain(domain)
    if name is None:
        raise ApiError(INPUT, _("This is not a domain, such as harborview.onmicrosoft.com."))
    if _is_free(name):
        raise ApiError(NOT_FOUND, _("Nobody has the domain %(domain)s.") % {"domain": name})


def _is_free(domain: str) -> bool:
    """Return whether nobody has the domain. Raises `ApiError` when the directory gave no answer: that is neither."""
    free = is_domain_available(domain)
    if free is None:
        sentence = _("The domain %(domain)s could not be looked up. Try again later.")
        raise ApiError(REFUSED, sentence % {"domain": domain})
    return free


def _finding(address: dict[str, str], blockers: list[Blocker]) -> str:
    """Return what is wrong with an address as the address service tells it: JSON, with the address as it may be meant.

    The state is the one that the ZIP code lies in, where it lies in one alone.
    """
    states = states_of_zip(address["postal_code"]) if POSTAL_CODE.fullmatch(address["postal_code"]) else ()
    corrected = {
        "country": COUNTRY,
        "region": states[0] if len(states) == 1 else address["state"],
        "city": address["city"],
        "address_line1": address["address_line1"],
        "postal_code": address["postal_code"],
    }
    reason = " ".join(f"{WIRE_NAMES[blocker.field]}: {blocker}" for blocker in blockers)
    finding = {"code": INVALID_ADDRESS, "reason": reason[:400], "corrected_address": corrected}
    finding |= {"object_type": "AddressValidation", "resource_status": "Active"}
    description = json.dumps(finding, ensure_ascii=False)
    # A text that is cut is no JSON any more; a client that sent this much has the address itself.
    return (
        description
        if len(description) <= DESCRIPTION_MAX
        else json.dumps({**finding, "corrected_address": {}}, ensure_ascii=False)
    )
