"""Changing a customer's special qualification after its creation: by the API alone (A3)."""

import uuid

from django.utils.translation import gettext as _

from customers import gates
from customers.models import (
    Customer,
    QualificationKind,
    QualificationState,
    SpecialQualification,
    ValidationId,
)
from customers.queries.customers import locked_customer_or_404
from customers.services import validation as validations
from gcc_portal.gates import Blocked, Blocker, NotAllowed, WrongState, guard
from gcc_portal.machine import advance, require
from gcc_portal.people.actors import Actor, Door
from gcc_portal.people.roles import Right
from gcc_portal.use_case import refused_on, use_case
from partners.models import Partner

GCC = QualificationKind.GOVERNMENT_COMMUNITY_CLOUD
SETTABLE = (GCC, QualificationKind.EDUCATION, QualificationKind.STATE_OWNED_ENTITY)
LIVE = (QualificationState.NONE, QualificationState.IN_REVIEW, QualificationState.GRANTED)


@use_case
def qualify(
    actor: Actor, customer_id: uuid.UUID | str, kind: str, validation_number: str = ""
) -> SpecialQualification:
    """Ask for a special qualification of an existing customer and return it (A3, O2).

    Government Community Cloud is granted at once against one create of a usable validation ID; education goes
    into review; a state-owned entity is granted. Raises `NotAllowed` at any door but the API and without the right,
    `Http404` for a customer that is not the actor's, `WrongState` when it holds or awaits this kind already, and
    `Blocked` when A1, A2, A3 or O2 says no or the kind can't be set.
    """
    if actor.door != Door.API:
        raise NotAllowed(_("A customer's special qualification is changed through the API alone."))
    require(actor, Right.USE_VALIDATION_IDS)
    customer = locked_customer_or_404(actor, customer_id)
    with refused_on(customer, "qualify"):
        guard(_settable(kind))
        if customer.qualifications.filter(kind=kind, state__in=LIVE).exists():
            raise WrongState(_("The customer holds this special qualification already, or it is in review."))
        if kind == GCC:
            return _grant_gcc(actor, customer, validation_number)
        return _examine(actor, customer, kind)


def _settable(kind: str) -> list[Blocker]:
    if kind in SETTABLE:
        return []
    message = _("This special qualification can't be set.")
    return [Blocker("A3.kind", message, _("Use %(kinds)s.") % {"kinds": ", ".join(SETTABLE)}, field="kind")]


def _examine(actor: Actor, customer: Customer, kind: str) -> SpecialQualification:
    qualification = SpecialQualification(customer=customer, kind=kind, source=_("Asked for through the API"))
    guard(gates.can_be_granted(qualification))
    qualification.save()
    advance(qualification, "examine", actor)
    if kind == QualificationKind.STATE_OWNED_ENTITY:
        advance(qualification, "grant", actor)
    return qualification


def _grant_gcc(actor: Actor, customer: Customer, number: str) -> SpecialQualification:
    partner = Partner.objects.get(pk=actor.partner_id)
    validation = ValidationId.objects.select_for_update().filter(partner=partner, number=number).first()
    guard(gates.can_add_gcc_customer(partner))
    blockers = gates.usable_validation(validation, partner, customer.name)
    if validation is None or blockers:
        raise Blocked(blockers)
    taken = validations.reserve(actor, validation, customer=customer)
    source = _("Validation ID %(number)s") % {"number": validation.number}
    qualification = SpecialQualification.objects.create(
        customer=customer, kind=GCC, validation=validation, source=source
    )
    advance(qualification, "examine", actor)
    advance(qualification, "grant", actor)
    validations.use(actor, taken.pk, customer)
    return qualification
