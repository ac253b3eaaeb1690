"""Changing a customer's special qualification after its creation: by the API alone (A3)."""

import uuid

from django.utils.translation import gettext as _

from customers.gates.adding import (
    can_add_gcc_customer,
    can_be_granted,
    can_request_kind,
    usable_validation,
    validation_is_named,
)
from customers.models import Customer, SpecialQualification, ValidationId
from customers.queries.customers import locked_customer_or_404
from customers.services import validation as validations
from customers.states import GCC, QualificationKind
from gcc_portal.core.gates import Blocked, NotAllowed, guard
from gcc_portal.core.machine import apply_transition, require
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.roles import Right
from gcc_portal.core.use_case import refused_on, use_case
from partners.models import Partner


@use_case
def qualify(
    actor: Actor,
    customer_id: uuid.UUID | str,
    kind: str,
    validation_number: str = "",
    details: str = "",
) -> SpecialQualification:
    """Ask for a special qualification of an existing customer and return it (A3, O2).

    Government Community Cloud is granted at once against one create of a usable validation ID; education goes
    into review, with `details` (at most 150 characters) for whoever reviews it; a state-owned entity is granted.
    Raises `NotAllowed` at any channel but the API and without the right, `Http404` for a customer that is not the
    actor's, and `Blocked` when A1, A2, A3 or O2 says no: nothing is written then.
    """
    if actor.channel != Channel.API:
        raise NotAllowed(_("A customer's special qualification is changed through the API alone."))
    require(actor, Right.USE_VALIDATION_IDS)
    customer = locked_customer_or_404(actor, customer_id)
    with refused_on(customer, "qualify"):
        guard(can_request_kind(customer, kind))
        if kind == GCC:
            return _grant_gcc(actor, customer, validation_number)
        return _examine(actor, customer, kind, details)


def _examine(actor: Actor, customer: Customer, kind: str, details: str) -> SpecialQualification:
    source = _("Asked for through the API")
    qualification = SpecialQualification(
        customer=customer, kind=kind, source=f"{source}: {details}" if details else source
    )
    guard(can_be_granted(qualification))
    qualification.save()
    apply_transition(qualification, "examine", actor, reason=details)
    if kind == QualificationKind.STATE_OWNED_ENTITY:
        apply_transition(qualification, "grant", actor)
    return qualification


def _grant_gcc(actor: Actor, customer: Customer, number: str) -> SpecialQualification:
    partner = Partner.objects.select_related("provider").get(pk=actor.partner_id)
    guard(can_add_gcc_customer(partner))
    guard(validation_is_named(number))
    # Locked first and asked then: whoever waited for the lock meets the creates that are left now.
    validation = ValidationId.objects.select_for_update().filter(partner=partner, number=number).first()
    blockers = usable_validation(validation, partner, customer.name)
    if validation is None or blockers:
        raise Blocked(blockers)
    taken = validations.reserve(actor, validation, customer=customer)
    qualification = SpecialQualification.objects.create(
        customer=customer,
        kind=GCC,
        validation=validation,
        source=_("Validation ID %(number)s") % {"number": number},
    )
    apply_transition(qualification, "examine", actor)
    apply_transition(qualification, "grant", actor)
    validations.use(actor, taken.pk, customer)
    return qualification
