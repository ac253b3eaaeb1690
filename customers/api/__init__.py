"""The API of the customers app: customers, their qualifications, agreements and relationships, validation codes."""

from customers.api import (
    agreements,
    answers,  # noqa: F401 - imported to register
    audit,
    billing,
    companies,
    qualifications,
    resellers,
    utilities,
    validations,
)
from gcc_portal.api.resources import Resources

RESOURCES: list[Resources] = [
    companies.resources,
    billing.resources,
    resellers.resources,
    validations.resources,
    qualifications.resources,
    agreements.resources,
    audit.resources,
    utilities.resources,
]
