"""The Microsoft Customer Agreement: its template, and its acceptance by the customer or the partner's word (O3)."""

import uuid

from django.core import signing

from customers.gates.segments import Acceptance, can_attest, is_new_attestation
from customers.models import Customer, CustomerAgreement
from customers.queries.customers import locked_customer_or_404
from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import guard
from gcc_portal.core.machine import require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import refused_on, use_case

TEMPLATE_VERSION = "2026-01"
SALT = "customers.agreement_text"
LINK_SECONDS = 300  # a link to the document works for so long


def template_id(version: str = TEMPLATE_VERSION) -> uuid.UUID:
    """Return the ID of a version of the agreement in the API: the same on every server."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"microsoft-customer-agreement/{version}")


def document_token(use: str) -> str:
    """Return a token that opens the agreement's document for five minutes. `use` is "display" or "download"."""
    return signing.dumps({"use": use}, salt=SALT)


def document_use(token: str) -> str | None:
    """Return what a token opens the document for; None for one that is forged or too old."""
    try:
        return str(signing.loads(token, salt=SALT, max_age=LINK_SECONDS)["use"])
    except signing.BadSignature:
        return None


@use_case
def attest(actor: Actor, customer_id: uuid.UUID | str, acceptance: Acceptance) -> CustomerAgreement:
    """Record the partner's attestation that the customer accepted the agreement; return the record (O3).

    Raises `Http404` for a customer that is not the actor's, `NotAllowed` without the right, and `Blocked` when the
    day is in the future or the same acceptance was recorded before.
    """
    require(actor, Right.ADD_CUSTOMERS)
    customer = locked_customer_or_404(actor, customer_id)
    with refused_on(customer, "attest_agreement"):
        return write_agreement(actor, customer, int(actor.partner_id or 0), acceptance)


@use_case
def accept(actor: Actor, customer: Customer, partner_id: int, acceptance: Acceptance) -> CustomerAgreement:
    """Record that the customer's own administrator accepted the agreement by its link; return the record (O3, R2).

    Raises `NotAllowed` for anybody but a customer's contact, and `Blocked` as `attest` does.
    """
    require(actor, Right.ANSWER_INVITATION)
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    return write_agreement(actor, locked, partner_id, acceptance, how=CustomerAgreement.How.ACCEPTED)


def write_agreement(
    actor: Actor,
    customer: Customer,
    partner_id: int,
    acceptance: Acceptance,
    *,
    how: str = CustomerAgreement.How.ATTESTED,
    recorded_by_id: int | None = None,
) -> CustomerAgreement:
    """Write one agreement and its audit entry in the running transaction; return it. The customer is locked."""
    guard(can_attest(acceptance.agreed_on, acceptance.agreed_at))
    agreement = CustomerAgreement(
        customer=customer,
        partner_id=partner_id,
        how=how,
        first_name=acceptance.first_name,
        last_name=acceptance.last_name,
        email=acceptance.email,
        phone=acceptance.phone,
        agreed_on=acceptance.agreed_on,
        template_version=TEMPLATE_VERSION,
        recorded_by_id=recorded_by_id or actor.user_id,
        recorded_from=actor.address[:45],
    )
    guard(is_new_attestation(agreement))
    agreement.save(force_insert=True)
    action = "accept_agreement" if how == CustomerAgreement.How.ACCEPTED else "attest_agreement"
    record(actor, action, customer, reason=str(agreement))
    return agreement
