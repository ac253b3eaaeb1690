"""Addresses as clients send and read them. The API's names and the portal's own meet here alone."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from gcc_portal.api.errors import ErrorCode, register_codes
from gcc_portal.api.schema import Body, Resource
from gcc_portal.api.texts import ONE_LINE
from gcc_portal.identity.postal import COUNTRY
from gcc_portal.web.fields import PERSON_NAME_MAX

BAD_ADDRESS: ErrorCode = (400, 2007)
register_codes({"address": BAD_ADDRESS})
# The names of an address in the portal and at the API; `region` is the state, where the contract calls it so.
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
# Longer than any address service takes, so that its own sentence is the one that is read (2007).
Part = Annotated[str, Field(max_length=400), ONE_LINE]


class AddressBody(Body):
    """An address as it is sent: whether it is one, the portal's address rules say (400/2007)."""

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
        """Return the address by the names that the portal keeps it under."""
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
    """An address as it is answered. In a company profile the state stands as `region`."""

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
    told: dict[str, Any] = {
        "address_line1": kept.address_line1,
        "address_line2": kept.address_line2,
        "city": kept.city,
        state_as: kept.state,
        "postal_code": kept.postal_code,
        "phone_number": kept.phone,
        **names,
    }
    country = getattr(kept, "country", "") or COUNTRY
    return Address(country=country, **{name: value or None for name, value in told.items()})
