"""The Microsoft Customer Agreement: its template, its text, and who of a customer accepted it (rule O3)."""

import uuid
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import AfterValidator, BeforeValidator, Field

from customers.gates.segments import Acceptance
from customers.models import CustomerAgreement
from customers.queries.customers import agreements_of, customer_or_404, signed_itself
from customers.services.agreement import attest, document_token, template_id
from gcc_portal.api.call import Call
from gcc_portal.api.errors import INPUT, ApiError
from gcc_portal.api.paging import Collection, collection
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Attributes, Body, Guid, Moment, Resource, one_of, typed
from gcc_portal.api.texts import EMAIL, ONE_LINE
from gcc_portal.core.mail.emails import absolute
from gcc_portal.identity.postal import phone_problem

resources = Resources("Agreements", "customers")

MCA = "MicrosoftCustomerAgreement"
AgreementType = Annotated[
    Literal["MicrosoftCustomerAgreement", "MicrosoftCloudAgreement", "*"],
    one_of(MCA, "MicrosoftCloudAgreement", "*"),
]
# The type when the client names none: older than the customer agreement, and never in force here.
OMITTED: Literal["MicrosoftCloudAgreement"] = "MicrosoftCloudAgreement"


def _phone(value: str) -> str:
    problem = phone_problem(value)
    if problem is not None:
        raise ValueError(problem)
    return value


def with_zone(value: datetime) -> datetime:
    """Return the moment as it was written; one without a zone is meant in UTC. Raises `ValueError` for no such day."""
    moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(_("This is no day of the calendar.")) from None
    return moment


def day_of(moment: datetime) -> date:
    """Return the day of a moment, as its writer's calendar shows it.

    Never later than today in the portal's time zone, if the moment is not in the future.
    """
    day = moment.date()
    return min(day, timezone.localdate()) if moment <= timezone.now() else day


def person_id(user_id: int) -> Guid:
    """Return the id of a person in the API: the same on every call, and not our primary key."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"gcc-portal/people/{user_id}")


class Contact(Resource):
    """Who of the customer accepted."""

    first_name: str
    last_name: str
    email: str
    phone_number: str | None = None


class SentContact(Body):
    """Who of the customer accepted."""

    first_name: Annotated[str, Field(min_length=1, max_length=50), ONE_LINE]
    last_name: Annotated[str, Field(min_length=1, max_length=50), ONE_LINE]
    email: Annotated[str, Field(min_length=3, max_length=254), EMAIL, ONE_LINE]
    phone_number: Annotated[str, Field(max_length=30), AfterValidator(_phone), ONE_LINE] = ""


class Agreement(Resource):
    """An acceptance of the agreement."""

    primary_contact: Contact
    date_agreed: Moment
    template_id: str
    type: Literal["MicrosoftCustomerAgreement"]
    user_id: Guid | None = None
    agreement_link: str
    attributes: Attributes


class SentAgreement(Body):
    """The partner's word that the customer accepted the agreement."""

    primary_contact: SentContact
    date_agreed: Annotated[datetime, AfterValidator(with_zone)]
    template_id: Annotated[str, Field(max_length=100)]
    type: Annotated[Literal["MicrosoftCustomerAgreement"], one_of(MCA)]


class AgreementMetadata(Resource):
    """An agreement that can be accepted."""

    template_id: str
    agreement_type: Literal["MicrosoftCustomerAgreement"]
    agreement_link: str
    version_rank: int


class DirectSigning(Resource):
    """Whether the customer accepted the agreement itself."""

    is_signed: bool


class AgreementDocument(Resource):
    """Where the text of an agreement is for the next five minutes."""

    download_uri: str
    display_uri: str
    language: str
    country: str


def _text_link(template: object) -> str:
    return absolute(reverse("customers:agreement-text", args=[template]))


def agreement_of(agreement: CustomerAgreement) -> Agreement:
    """Return an acceptance."""
    template = template_id(agreement.template_version)
    return Agreement(
        primary_contact=Contact(
            first_name=agreement.first_name,
            last_name=agreement.last_name,
            email=agreement.email,
            phone_number=agreement.phone or None,
        ),
        date_agreed=datetime.combine(agreement.agreed_on, time.min, UTC),
        template_id=str(template),
        type="MicrosoftCustomerAgreement",
        user_id=person_id(agreement.recorded_by_id) if agreement.recorded_by_id else None,
        agreement_link=_text_link(template),
        attributes=typed("Agreement"),
    )


@resources.get("agreements", Collection[AgreementMetadata], user_only=True)
def list_agreement_templates(call: Call, agreement_type: AgreementType = OMITTED) -> Any:
    """List the agreements that customers can accept: the template in force.

    Without `agreementType` the older MicrosoftCloudAgreement is meant, of which there is none: name
    `MicrosoftCustomerAgreement`, or `*` for all.
    """
    current = AgreementMetadata(
        template_id=str(template_id()),
        agreement_type="MicrosoftCustomerAgreement",
        agreement_link=_text_link(template_id()),
        version_rank=0,
    )
    shown = [] if agreement_type == OMITTED else [current]
    return collection(shown, "/agreements", agreementType=agreement_type)


@resources.get("customers/{customer_id}/agreements", Collection[Agreement], user_only=True)
def list_customer_agreements(call: Call, customer_id: Guid, agreement_type: AgreementType = OMITTED) -> Any:
    """List the acceptances that the partner recorded or received of a customer, the newest first.

    Without `agreementType` the older MicrosoftCloudAgreement is meant, of which there is none.
    """
    customer = customer_or_404(call.actor, customer_id)
    rows = agreements_of(call.actor, customer) if agreement_type != OMITTED else []
    path = f"/customers/{customer.pk}/agreements"
    return collection([agreement_of(each) for each in rows], path, agreementType=agreement_type)


@resources.post("customers/{customer_id}/agreements", Agreement, user_only=True)
def create_customer_agreement(call: Call, customer_id: Guid, sent: SentAgreement) -> Any:
    """Record the partner's word that a customer accepted the agreement: who of it, and when.

    The same person and day again is refused (400, code 600061); any other makes a further acceptance.
    """
    if sent.template_id.strip().lower() != str(template_id()):
        raise ApiError(INPUT, _("templateId is not that of the agreement in force. GET agreements tells it."))
    who = sent.primary_contact
    acceptance = Acceptance(
        first_name=who.first_name,
        last_name=who.last_name,
        email=who.email,
        phone=who.phone_number,
        agreed_on=day_of(sent.date_agreed),
        agreed_at=sent.date_agreed,
    )
    return agreement_of(attest(call.actor, customer_id, acceptance))


@resources.get(
    "customers/{customer_id}/directSignedMicrosoftCustomerAgreementStatus", DirectSigning, user_only=True
)
def get_direct_signing(call: Call, customer_id: Guid) -> Any:
    """Return whether the customer accepted the agreement itself, by the link of a relationship request."""
    return DirectSigning(is_signed=signed_itself(customer_or_404(call.actor, customer_id)))


@resources.get("agreementtemplates/{template}/document", AgreementDocument, user_only=True)
def get_agreement_document(
    call: Call,
    template: str,
    language: Annotated[str, Field(max_length=10), ONE_LINE] = "en-US",
    country: Annotated[str, Field(max_length=2), ONE_LINE, BeforeValidator(str.upper)] = "US",
) -> Any:
    """Return links to the text of an agreement, to show and to keep. They live for five minutes."""
    if template.lower() != str(template_id()):
        raise Http404

    def to(use: str) -> str:
        return absolute(reverse("customers:agreement-document", args=[document_token(use)]))

    return AgreementDocument(
        download_uri=to("download"), display_uri=to("display"), language=language, country=country
    )
