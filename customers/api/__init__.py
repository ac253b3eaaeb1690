"""The customers' room of the API: customers, their qualifications, agreements and relationships, validation codes."""

from customers.api import companies
from gcc_portal.api.resources import Resources

ROOMS: list[Resources] = [companies.resources]
