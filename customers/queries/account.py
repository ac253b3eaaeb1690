"""What one partner may read on the account page of a customer: nothing of another partner."""

from django.db.models import Q, QuerySet

from customers.models import Customer, CustomerCreation, Relationship, SpecialQualification
from customers.states import QualificationKind, QualificationState
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import type_of
from gcc_portal.core.people.actors import Actor
from gcc_portal.web.audit.histories import newest

HISTORY_SHOWN = 50
# Of several kinds, the API names the first of these in the one field that it has: it opens, or closes, most.
DECIDING = (
    QualificationKind.GOVERNMENT_COMMUNITY_CLOUD,
    QualificationKind.EDUCATION,
    QualificationKind.NONPROFIT,
    QualificationKind.STATE_OWNED_ENTITY,
)
SHOWN_STATES = (QualificationState.GRANTED, QualificationState.IN_REVIEW)


def relationship_of(actor: Actor, customer: Customer) -> Relationship | None:
    """Return the active relationship between the actor's partner and the customer."""
    rows = Relationship.objects.active_of(actor.partner_id).select_related("partner", "customer")
    return rows.filter(customer=customer).first()


def creation_of(actor: Actor, customer: Customer) -> CustomerCreation | None:
    """Return the creation that made this customer, when the actor's partner made it."""
    return CustomerCreation.objects.filter(customer=customer, partner_id=actor.partner_id).first()


def qualifications_of(customer: Customer) -> list[SpecialQualification]:
    """Return the special qualifications in force and in review, with their validation IDs."""
    rows = customer.qualifications.filter(state__in=SHOWN_STATES).select_related("validation")
    return list(rows.order_by("kind"))


def vettings_of(customer: Customer) -> list[SpecialQualification]:
    """Return the latest special qualification of each kind, in whatever state but revoked."""
    rows = customer.qualifications.exclude(state=QualificationState.REVOKED).order_by("pk")
    latest = {each.kind: each for each in rows}
    return [latest[kind] for kind in sorted(latest)]


def qualification_in_words(customer: Customer) -> str:
    """Return the kind in force that decides what the customer can be sold, "none" where there is none (O2)."""
    kinds = customer.granted_kinds
    return str(next((kind for kind in DECIDING if kind in kinds), QualificationState.NONE))


def history_for(actor: Actor, customer: Customer) -> QuerySet[AuditEntry]:
    """Return what happened to the customer, newest first: by the own partner, a reviewer or the portal."""
    relationships = Relationship.objects.filter(customer=customer, partner_id=actor.partner_id)
    creation = creation_of(actor, customer)
    about = [customer, *relationships, *SpecialQualification.objects.filter(customer=customer)]
    about += [creation] if creation is not None else []
    found = Q(pk__in=[])
    for subject in about:
        found |= Q(object_type=type_of(subject), object_id=str(subject.pk))
    own = Q(partner_id=actor.partner_id) | Q(partner_id__isnull=True)
    return newest(AuditEntry.objects.filter(found).filter(own), HISTORY_SHOWN)
