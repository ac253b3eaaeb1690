"""The customer answers a relationship request by its personal link (R1, R2)."""

import uuid
from dataclasses import dataclass

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.emails import relationships as emails
from customers.gates.answering import can_accept, may_answer, tenant_may_be_named
from customers.gates.relationship import may_be_answered, not_yet_customer, partner_may_serve
from customers.gates.segments import accepts_agreement
from customers.models import Customer, CustomerAnswer, Relationship, SpecialQualification
from customers.queries.relationships import by_token
from customers.services import agreement
from customers.services.relationships import email_partner
from customers.states import (
    GCC,
    UNDECIDED_QUALIFICATION,
    QualificationKind,
    QualificationState,
    RelationshipState,
)
from gcc_portal.core.audit.record import record
from gcc_portal.core.gates import Blocker, WrongState, guard
from gcc_portal.core.machine import apply_transition, require
from gcc_portal.core.mail.outbox import queue_email
from gcc_portal.core.people.actors import Actor, Channel, portal
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import refused_on, use_case
from gcc_portal.identity.tenants.kinds import TenantAnswer, TenantKind


@dataclass(frozen=True)
class Administrator:
    """Who answers for the customer."""

    first_name: str
    last_name: str
    title: str
    email: str

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}, {self.title}"


@use_case
def accept(
    actor: Actor, token: str, tenant: TenantAnswer, administrator: Administrator, *, agrees: bool
) -> Relationship:
    """Accept a request for the tenant that the administrator named; return the active relationship (R1, R2, O3).

    `tenant` is the directory's answer, asked before this transaction. Writes the customer, its special qualifications,
    the relationship, the agreement if none is in force and `agrees`, and the e-mails to both sides. Raises `Http404`
    for an unknown link, `WrongState` for one that was used, `Blocked` with every rule that says no.
    """
    require(actor, Right.ANSWER_INVITATION)
    relationship = _locked(token)
    answer = CustomerAnswer(tenant, administrator.email, actor.signed_in)
    with refused_on(relationship, "activate"):
        guard(can_accept(relationship, answer))
        customer = _customer_of(actor, relationship, tenant, administrator)
        _qualify(actor, customer, tenant)
        apply_transition(
            relationship, "activate", actor, customer=customer, by=str(administrator), answer=answer
        )
        _agree(actor, relationship, customer, administrator, accepted=agrees)
    email_partner(relationship, "accepted", emails.accepted(relationship, customer))
    _email_customer(relationship, customer, administrator)
    return relationship


@use_case
def admit(actor: Actor, token: str, action: str) -> None:
    """Refuse an agent of a partner before the form is validated (R2).

    `action` is the attempted transition: "activate" or "decline". Raises as `accept` does; the refusal is audited.
    """
    require(actor, Right.ANSWER_INVITATION)
    with refused_on(_locked(token), action):
        guard(may_answer(actor.signed_in))


@use_case
def decline(actor: Actor, token: str, *, name: str, reason: str) -> Relationship:
    """Decline a request with a reason; return it. Raises as `accept` does."""
    require(actor, Right.ANSWER_INVITATION)
    relationship = _locked(token)
    with refused_on(relationship, "decline"):
        apply_transition(
            relationship, "decline", actor, by=name, why=reason, signed_in=actor.signed_in, reason=reason
        )
    email_partner(relationship, "declined", emails.declined(relationship))
    return relationship


def acceptance_blockers(relationship: Relationship, tenant: TenantAnswer) -> list[Blocker]:
    """Return what would block accepting with this tenant. Writes nothing."""
    found = may_be_answered(relationship) + tenant_may_be_named(relationship, tenant)
    if found:
        return found
    customer = Customer.objects.filter(pk=tenant.tenant_id).prefetch_related("qualifications").first()
    kinds = kinds_of(tenant) | (customer.granted_kinds if customer else set())
    if customer is not None:
        found += not_yet_customer(relationship, customer)
    return found + partner_may_serve(relationship.partner, kinds)


def kinds_of(tenant: TenantAnswer) -> set[str]:
    """Return the special qualifications that the tenant directory gives a tenant (R2).

    Government Community Cloud goes together with nothing but a state-owned entity (O2).
    """
    kinds = {kind for kind in tenant.special_qualifications if kind in QualificationKind.values}
    if tenant.kind == TenantKind.GCC or GCC in kinds:
        return {str(GCC)} | (kinds & {str(QualificationKind.STATE_OWNED_ENTITY)})
    return kinds


def _email_customer(relationship: Relationship, customer: Customer, administrator: Administrator) -> None:
    """E-mail what was accepted to the administrator, the invited contact and the customer's known contact (R2).

    Each can object; for a request that names nobody the customer itself would not hear of it otherwise.
    """
    content = emails.confirmed(relationship, customer, administrator.email)
    recipients = {
        "administrator": administrator.email,
        "contact": relationship.contact_email,
        "customer": customer.email,
    }
    sent: set[str] = set()
    for place, address in recipients.items():
        if address and address.lower() not in sent:
            sent.add(address.lower())
            key = f"relationship-confirmed:{relationship.pk}:{place}"
            queue_email("relationship_confirmed", content, address, relationship, key=key)


def _locked(token: str) -> Relationship:
    """Return the request that a link names, locked. Raises `Http404` or, when it was answered, `WrongState`."""
    found = by_token(token)
    if found is None:
        raise Http404
    rows = Relationship.objects.select_for_update(of=("self",)).select_related("partner__provider")
    locked = rows.get(pk=found.pk)
    if locked.state != RelationshipState.INVITED:
        raise WrongState(_("This link was used before, or the request was taken back. Nothing was changed."))
    return locked


def _customer_of(
    actor: Actor, relationship: Relationship, tenant: TenantAnswer, administrator: Administrator
) -> Customer:
    """Return the customer of this tenant, locked; it is created when the portal does not know the tenant."""
    tenant_id = uuid.UUID(str(tenant.tenant_id))
    customer, made = Customer.objects.get_or_create(
        pk=tenant_id,
        defaults={
            "name": _name_of(relationship, tenant),
            "domain": _free_domain(tenant_id, tenant.domain),
            "email": administrator.email,
            "first_name": administrator.first_name,
            "last_name": administrator.last_name,
        },
    )
    if made:
        record(actor, "meet_customer", customer, reason=tenant.detail)
    return Customer.objects.select_for_update().get(pk=customer.pk)


def _name_of(relationship: Relationship, tenant: TenantAnswer) -> str:
    """Return the name that the directory gives the tenant, else the request's, else its domain or ID."""
    name = tenant.organization_name or relationship.organization_name or tenant.domain
    return (name or str(tenant.tenant_id))[:200]


def _free_domain(tenant_id: uuid.UUID, domain: str | None) -> str:
    """Return the tenant's domain; its ID, which is unique as well, if there is none or another customer has it."""
    taken = domain and Customer.objects.filter(domain__iexact=domain).exclude(pk=tenant_id).exists()
    return domain if domain and not taken else str(tenant_id)


def _qualify(actor: Actor, customer: Customer, tenant: TenantAnswer) -> None:
    """Grant the special qualifications that the directory gives the tenant (R2, A3)."""
    examiner = portal(channel=Channel.LINK)
    # Government Community Cloud first: the gate of the others then refuses what it excludes.
    for kind in sorted(kinds_of(tenant) - customer.granted_kinds, key=lambda each: each != GCC):
        undecided = customer.qualifications.select_for_update().filter(
            kind=kind, state__in=UNDECIDED_QUALIFICATION
        )
        qualification = undecided.first() or SpecialQualification(customer=customer, kind=kind)
        qualification.source = tenant.detail[:200]
        qualification.save()
        if qualification.state == QualificationState.NONE:
            apply_transition(qualification, "examine", examiner)
        apply_transition(qualification, "grant", examiner, reason=tenant.detail)


def _agree(
    actor: Actor,
    relationship: Relationship,
    customer: Customer,
    administrator: Administrator,
    *,
    accepted: bool,
) -> None:
    """Write the customer's own acceptance of the agreement where none is in force (O3)."""
    guard(accepts_agreement(customer, accepted=accepted))
    if customer.is_agreed:
        return
    acceptance = agreement.Acceptance(
        first_name=administrator.first_name,
        last_name=administrator.last_name,
        email=administrator.email,
        agreed_on=timezone.localdate(),
    )
    agreement.accept(actor, customer, relationship.partner_id, acceptance)
