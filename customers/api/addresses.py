"""Addresses as clients send and read them. The API's names and the portal's own meet here alone."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from customers.models import Customer
from gcc_portal.api.errors import Answer, name_answers
from gcc_portal.api.schema import Body, Resource
from gcc_portal.api.texts import ONE_LINE
from gcc_portal.fields import PERSON_NAME_MAX
from gcc_portal.postal import COUNTRY

BAD_ADDRESS: Answer = (400, 2007)
name_answers({"address": BAD_ADDRESS})

_CAPITALS = BeforeValidator(lambda value: value.strip().upper() if isinstance(value, str) else value)
Name = Annotated[str, Field(max_length=PERSON_NAME_MAX), ONE_LINE]
# Longer than any address service takes, so that its own sentence is the one that is read (2007).
Part = Annotated[str, Field(max_length=400), ONE_LINE]


class AddressBody(Body):
    """An address as it is sent: whether it is one, `gates.address_may_be_kept` says (400/2007)."""

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
    first_name: Name = ""
    middle_name: Name = ""
    last_name: Name = ""
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


def address_of(customer: Customer, state_as: str = "state") -> Address:
    """Return a customer's address; `state_as` says by which name the state stands."""
    told: dict[str, Any] = {
        "address_line1": customer.address_line1,
        "address_line2": customer.address_line2,
        "city": customer.city,
        state_as: customer.state,
        "postal_code": customer.postal_code,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "phone_number": customer.phone,
    }
    return Address(country=customer.country, **{name: value or None for name, value in told.items()})
