"""A customer's special qualification, in the older (synchronous) and the present (asynchronous) form: rule A3."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import Body as SentBody
from pydantic import BeforeValidator, Field

from customers.models import SpecialQualification
from customers.queries.account import qualification_in_words, vettings_of
from customers.queries.customers import customer_or_404
from customers.services.qualification import qualify
from customers.states import QualificationKind, QualificationState
from gcc_portal.api.call import Call
from gcc_portal.api.errors import INPUT, ApiError, ErrorCode
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Body, Guid, Moment, Resource, one_of
from gcc_portal.api.texts import ONE_LINE
from gcc_portal.core.gates import NotAllowed

resources = Resources("Qualifications", "customers")

INSUFFICIENT: ErrorCode = (403, 900308)
CODE_MAX, WEBSITE_MAX = 12, 120  # characters

Sync = Literal["none", "education", "nonprofit", "government_community_cloud", "state_owned_entity"]
Async = Literal["Education", "Nonprofit", "GovernmentCommunityCloud", "StateOwnedEntity"]
Vetting = Literal["InReview", "Approved", "Denied"]
NUMBERS: dict[int, str] = {
    0: "none",
    1: "education",
    2: "nonprofit",
    3: "government_community_cloud",
    4: "state_owned_entity",
}
ASYNC: dict[str, Async] = {
    QualificationKind.EDUCATION: "Education",
    QualificationKind.NONPROFIT: "Nonprofit",
    QualificationKind.GOVERNMENT_COMMUNITY_CLOUD: "GovernmentCommunityCloud",
    QualificationKind.STATE_OWNED_ENTITY: "StateOwnedEntity",
}
KINDS = {word: kind for kind, word in ASYNC.items()}
ASYNC_NUMBERS: dict[int, str] = {number: ASYNC[kind] for number, kind in NUMBERS.items() if kind in ASYNC}
VETTINGS: dict[str, Vetting] = {
    QualificationState.NONE: "InReview",
    QualificationState.IN_REVIEW: "InReview",
    QualificationState.GRANTED: "Approved",
    QualificationState.DENIED: "Denied",
}


def _digits(value: Any) -> Any:
    """Return a code as text: some clients hold it as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


# The whole body is the value: a JSON string, or a number.
SENT: Any = SentBody(...)
Code = Annotated[str, Field(max_length=CODE_MAX), BeforeValidator(_digits), ONE_LINE]


class Qualification(Resource):
    """A special qualification that the customer holds or has asked for."""

    qualification: Async
    vetting_status: Vetting
    vetting_reason: str | None = None
    vetting_create_date: Moment


class SentQualification(Body):
    """The special qualification that is asked for."""

    qualification: Annotated[Async, one_of(*KINDS, numbers=ASYNC_NUMBERS)]
    validation_code: Code = ""
    education_segment: Annotated[Literal["K12", "HigherEducation", ""], one_of("K12", "HigherEducation")] = ""
    website: Annotated[str, Field(max_length=WEBSITE_MAX), ONE_LINE] = ""


@contextmanager
def role_told() -> Iterator[None]:
    """Answer a role that may not qualify customers as the contract does."""
    try:
        yield
    except NotAllowed as refusal:
        raise ApiError(INSUFFICIENT, refusal) from refusal


def vetting_of(qualification: SpecialQualification) -> Qualification:
    """Return how a special qualification stands."""
    return Qualification(
        qualification=ASYNC[qualification.kind],
        vetting_status=VETTINGS[qualification.state],
        vetting_reason=qualification.reason or None,
        vetting_create_date=qualification.changed_at,
    )


@resources.get("customers/{customer_id}/qualification", Sync)
def get_qualification(call: Call, customer_id: Guid) -> Any:
    """Return the special qualification that decides what the customer can be sold, as a bare string.

    One in review is not in force yet. A state-owned entity opens nothing: it is named only where it stands alone.
    """
    return call.client.word(qualification_in_words(customer_or_404(call.actor, customer_id)))


@resources.put("customers/{customer_id}/qualification", Sync, user_only=True)
def put_qualification(
    call: Call,
    customer_id: Guid,
    qualification: Annotated[Sync, one_of(*NUMBERS.values(), numbers=NUMBERS)] = SENT,
    code: Code = "",
) -> Any:
    """Give a customer a special qualification and return it, as bare strings: in any spelling, or as its number.

    `government_community_cloud` needs a validation code in `code`, uses one create of it, and is in force at once.
    `education` begins in review, and GET tells of it when it is granted.
    """
    with role_told():
        asked = qualify(call.actor, customer_id, qualification, code)
    return call.client.word(str(asked.kind))


@resources.get("customers/{customer_id}/qualifications", list[Qualification])
def list_qualifications(call: Call, customer_id: Guid) -> Any:
    """List the special qualifications that a customer holds, awaits or was denied, as a bare array."""
    return [vetting_of(each) for each in vettings_of(customer_or_404(call.actor, customer_id))]


@resources.post("customers/{customer_id}/qualifications", Qualification, user_only=True)
def create_qualification(call: Call, customer_id: Guid, sent: SentQualification, code: Code = "") -> Any:
    """Ask for a special qualification of a customer.

    `GovernmentCommunityCloud` needs a validation code, in `validationCode` or in the query as `code`, uses one
    create of it, and is approved at once; it goes with neither education nor nonprofit, nor with subscriptions that
    are not government ones. `Education` needs `educationSegment` and begins in review. `StateOwnedEntity` is
    approved at once. Nothing else can be set.
    """
    if code and sent.validation_code and code != sent.validation_code:
        raise ApiError(INPUT, _("code and validationCode name two different validation codes. Send one."))
    if sent.qualification == "Education" and not sent.education_segment:
        raise ApiError(INPUT, _("educationSegment is required with Education: K12 or HigherEducation."))
    kind = KINDS[sent.qualification]
    details = ", ".join(each for each in (sent.education_segment, sent.website) if each)
    with role_told():
        asked = qualify(call.actor, customer_id, kind, sent.validation_code or code, details)
    return vetting_of(asked)
