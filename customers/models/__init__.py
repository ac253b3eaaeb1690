"""All tables of the customers' room."""

from customers.models.creation import CreationState, CustomerCreation
from customers.models.customer import (
    Customer,
    CustomerAgreement,
    QualificationKind,
    QualificationState,
    SpecialQualification,
)
from customers.models.intake import CustomerForm
from customers.models.relationship import Relationship, RelationshipState
from customers.models.validation import UseState, ValidationId, ValidationState, ValidationUse

__all__ = [
    "CreationState",
    "Customer",
    "CustomerAgreement",
    "CustomerCreation",
    "CustomerForm",
    "QualificationKind",
    "QualificationState",
    "Relationship",
    "RelationshipState",
    "SpecialQualification",
    "UseState",
    "ValidationId",
    "ValidationState",
    "ValidationUse",
]
