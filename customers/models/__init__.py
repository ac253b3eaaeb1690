"""All tables of the customers app. Their states stand in `customers.states`."""

from customers.models.creation import CustomerCreation
from customers.models.customer import Customer, CustomerAgreement, SpecialQualification
from customers.models.intake import CustomerForm
from customers.models.relationship import CustomerAnswer, Relationship
from customers.models.validation import ValidationId, ValidationUse

__all__ = [
    "Customer",
    "CustomerAgreement",
    "CustomerAnswer",
    "CustomerCreation",
    "CustomerForm",
    "Relationship",
    "SpecialQualification",
    "ValidationId",
    "ValidationUse",
]
