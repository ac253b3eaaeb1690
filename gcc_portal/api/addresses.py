"""Postal addresses in requests and responses: maps the API's names to the portal's."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from gcc_portal.api.errors import ErrorCode, register_codes
from gcc_portal.api.schema import Body, Resource
from gcc_portal.api.texts import ONE_LINE
from gcc_portal.identity.postal import COUNTRY
from gcc_portal.web.fields import PERSON_NAME_MAX

BAD_ADDRESS: ErrorCode = (400, 2007)
register_codes({"address": BAD_ADDRESS})
# The portal's names and the API's. In company profiles Partner Center calls the state `region`.
WIRE_NAMES = {
    "address_line1": "addressLine1",
    "address_line2": "addressLine2",
    "city": "city",
    "state": "state",
    "postal_code": "postalCode",
    "country": "country",
    "phone": "phoneNumber",
}

_CAPITALS = BeforeValidator(lambda value: value.strip().upper() if isinstance(value, str) else value)
PersonName = Annotated[str, Field(max_length=PERSON_NAME_MAX), ONE_LINE]
# Longer than the address rules allow, so that their own refusal (2007) is the one that is answered.
Part = Annotated[str, Field(max_length=400), ONE_LINE]


class AddressBody(Body):
    """An address in a request; the portal's address rules check it later (400/2007)."""

    address_line1: Part = ""
    address_line2: Part = ""
    city: Part = ""
    state: Annotated[str, Field(max_length=100), _CAPITALS] = Field(
        "", description="Two letters, such as WA."
    )
    region: Annotated[str, Field(max_length=100), _CAPITALS] = Field(
        "", description="The state, where `state` is absent."
    )
    postal_code: Annotated[str, Field(max_length=20), ONE_LINE] = ""
    country: Annotated[str, Field(min_length=2, max_length=2), _CAPITALS] = Field(
        description="ISO 3166, such as US."
    )
    first_name: PersonName = ""
    middle_name: PersonName = ""
    last_name: PersonName = ""
    phone_number: Annotated[str, Field(max_length=40), ONE_LINE] = ""

    def as_kept(self) -> dict[str, str]:
        """Return the address by the portal's names."""
        return {
            "address_line1": self.address_line1,
            "address_line2": self.address_line2,
            "city": self.city,
            "state": self.state or self.region,
            "postal_code": self.postal_code,
            "country": self.country,
            "phone": self.phone_number,
        }


class Address(Resource):
    """An address in a response. In a company profile the state is called `region`."""

    address_line1: str | None = None
    address_line2: str | None = None
    city: str | None = None
    state: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str = COUNTRY
    first_name: str | None = None
    last_name: str | None = None
    phone_number: str | None = None


def address_of_row(kept: Any, state_as: str = "state", **names: str) -> Address:
    """Return the address of a row (or of anything with these members); `names` are of the person it is for.

    `state_as` says by which name the state stands. What is empty is left out.
    """
    members: dict[str, Any] = {
        "address_line1": kept.address_line1,
        "address_line2": kept.address_line2,
        "city": kept.city,
        state_as: kept.state,
        "postal_code": kept.postal_code,
        "phone_number": kept.phone,
        **names,
    }
    country = getattr(kept, "country", "") or COUNTRY
    return Address(country=country, **{name: value or None for name, value in members.items()})
