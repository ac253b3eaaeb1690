"""The customers' room of the API: customers, their qualifications, agreements and relationships, validation codes."""

from customers.api import (
    agreements,
    answers,  # noqa: F401 - names the codes
    audit,
    billing,
    companies,
    qualifications,
    resellers,
    utilities,
    validations,
)
from gcc_portal.api.resources import Resources

ROOMS: list[Resources] = [
    companies.resources,
    billing.resources,
    resellers.resources,
    validations.resources,
    qualifications.resources,
    agreements.resources,
    audit.resources,
    utilities.resources,
]
