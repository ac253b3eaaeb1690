"""Customers' addresses as the API tells them."""

from customers.models import Customer
from gcc_portal.api.addresses import BAD_ADDRESS, Address, AddressBody, PersonName, address_told

__all__ = ["BAD_ADDRESS", "Address", "AddressBody", "Name", "address_of"]
Name = PersonName


def address_of(customer: Customer, state_as: str = "state") -> Address:
    """Return a customer's address; `state_as` says by which name the state stands."""
    return address_told(customer, state_as, first_name=customer.first_name, last_name=customer.last_name)
