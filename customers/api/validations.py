"""Validation codes: those of the partner, and the one by which a customer was qualified."""

from typing import Annotated, Any, Literal

from customers.models import ValidationId
from customers.queries.customers import customer_or_404
from customers.queries.validation import use_for, valid_ids
from gcc_portal.api.call import Call, etag_of
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Guid, Moment, Resource, one_of

resources = Resources("Validation codes", "customers")

Kind = Annotated[Literal["account"], one_of("account")]


class ValidationCode(Resource):
    """A code by which customers of one organization are qualified, and how many it is good for."""

    partner_id: Guid
    organization_name: str
    validation_id: str
    max_creates: int
    remaining_creates: int
    e_tag: str


class CustomerValidationCode(Resource):
    """The code that was used for a customer."""

    partner_id: Guid
    customer_id: Guid
    validation_id: str
    organization_name: str
    e_tag: str


class ValidationStatus(Resource):
    """How the validation of a customer's account stands."""

    type: Literal["account"]
    status: Literal["Allowed"]
    last_update_date_time: Moment


def _etag(code: ValidationId) -> str:
    return f'W/"{etag_of(code.number, code.organization_name, code.max_creates, code.remaining, code.state)}"'


@resources.get("customers/all/validations", list[ValidationCode])
def list_validation_codes(call: Call) -> Any:
    """List the partner's validation codes that are in force, the used-up ones with none remaining.

    An expired or revoked code is no code any more and is left out: nothing here could tell it from a good one.
    """
    return [
        ValidationCode(
            partner_id=call.tenant_id,
            organization_name=code.organization_name,
            validation_id=code.number,
            max_creates=code.max_creates,
            remaining_creates=code.remaining,
            e_tag=_etag(code),
        )
        for code in valid_ids(call.actor)
    ]


@resources.get("customers/{customer_id}/validations", CustomerValidationCode)
def get_customer_validation_code(call: Call, customer_id: Guid) -> Any:
    """Return the partner's validation code that was used for a customer.

    404 for a customer for whom none of the partner's codes was used.
    """
    customer = customer_or_404(call.actor, customer_id)
    code = use_for(call.actor, customer).validation
    return CustomerValidationCode(
        partner_id=call.tenant_id,
        customer_id=customer.pk,
        validation_id=code.number,
        organization_name=code.organization_name,
        e_tag=_etag(code),
    )


@resources.get("customers/{customer_id}/validationStatus", ValidationStatus, user_only=True)
def get_validation_status(call: Call, customer_id: Guid, type: Kind) -> Any:
    """Return how the validation of a customer's account stands. A customer that exists is allowed."""
    customer = customer_or_404(call.actor, customer_id)
    return ValidationStatus(type=type, status="Allowed", last_update_date_time=customer.created_at)
