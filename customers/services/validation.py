"""Validation IDs: issued with an approval, reserved by a creation under way, then used or released (A2).

Every counter changes under the lock of the `ValidationId` row; the database refuses an overdrawn one as well.
Callers lock their creation first and the validation ID after it.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.emails import validation as emails
from customers.gates.adding import usable_validation
from customers.gates.intake import CustomerContext
from customers.models import Customer, CustomerCreation, ValidationId, ValidationUse
from customers.models.validation import new_number
from customers.states import UseState, ValidationState
from gcc_portal.core.audit.record import entry, record
from gcc_portal.core.gates import WrongState, guard
from gcc_portal.core.machine import apply_transition, collect_transition, require
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.outbox import UnsentEmail, build_email, queue_emails
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.core.use_case import refused_on, use_case
from partners.models import Partner
from partners.queries.partners import admin_addresses

NUMBER_TRIES = 5
BATCH = 200


def create(contexts: Sequence[CustomerContext]) -> None:
    """Create a validation ID for each form that is being approved, in a few statements; its context gets it.

    Part of the approval's transaction, under the lock of the partners. `issue` announces each once its form is
    approved. Raises `WrongState` where no free number is found.
    """
    to_issue = [context for context in contexts if context.form.partner is not None]
    now = timezone.now()
    for context, number in zip(to_issue, _free_numbers(len(to_issue)), strict=True):
        form = context.form
        context.validation = ValidationId(
            number=number,
            partner=form.partner,
            form=form,
            organization_name=form.organization_name,
            web_domain=str(form.answers.get("web_domain") or ""),
            max_creates=settings.VALIDATION_ID_CREATES,
            issued_at=now,
            expires_at=now + timedelta(days=settings.VALIDATION_ID_DAYS),
        )
    ValidationId.objects.bulk_create(context.validation for context in to_issue if context.validation)


def _free_numbers(count: int) -> set[str]:
    """Return numbers that no validation ID has."""
    numbers: set[str] = set()
    for _attempt in range(NUMBER_TRIES):
        while len(numbers) < count:
            numbers.add(new_number())
        taken = ValidationId.objects.filter(number__in=numbers).values_list("number", flat=True)
        numbers -= set(taken)
        if len(numbers) == count:
            return numbers
    raise WrongState(_("No free number was found for a validation ID. Try again."))


def issue(actor: Actor, context: CustomerContext, unit: UnitOfWork) -> None:
    """Announce the validation ID of an approved form (C1, C2), which `create` made: audit entry and e-mails.

    Raises `WrongState` where the form names no partner that could receive one.
    """
    issued = context.validation
    if issued is None:
        raise WrongState(_("The form names no partner that could receive a validation ID."))
    reason = _("Good for %(days)s days.") % {"days": settings.VALIDATION_ID_DAYS}
    unit.audit(entry(actor, "issue", issued, to_state=ValidationState.ISSUED, reason=reason))
    unit.email(_to_partner("issued", issued, emails.to_partner(issued), context.admin_addresses))


def _to_partner(
    kind: str, validation: ValidationId, content: EmailContent, admins: list[str]
) -> list[UnsentEmail]:
    """Return an e-mail to each admin agent of the partner, or to the partner's own address if it has none."""
    partner = validation.partner
    addresses = admins or ([partner.email] if partner.email else [])
    key = f"validation-{kind}:{validation.pk}"
    return [
        build_email(f"validation_{kind}", content, address, validation, key=f"{key}:{at}")
        for at, address in enumerate(addresses)
    ]


@use_case
def reserve(
    actor: Actor,
    validation: ValidationId | int,
    *,
    creation: CustomerCreation | None = None,
    customer: Customer | None = None,
) -> ValidationUse:
    """Take one create of a validation ID for a creation under way, or for an existing customer (A2, A3).

    Returns the use, to be settled with `use` or `release`. Raises `NotAllowed` without the right, and `Blocked`
    with A2's blockers when the ID is not the partner's, not this organisation's, not in force, or has none left.
    """
    if not actor.may(Right.ACT_AS_PORTAL):
        require(actor, Right.USE_VALIDATION_IDS)
    locked = _locked(validation)
    partner = creation.partner if creation else Partner.objects.get(pk=actor.partner_id)
    organization = creation.company_name if creation else customer.name if customer else ""
    with refused_on(locked, "reserve"):
        guard(usable_validation(locked, partner, organization))
    locked.reserved += 1
    locked.save(update_fields=["reserved"])
    taken = ValidationUse.objects.create(
        validation=locked,
        creation=creation,
        customer=customer,
        by_id=actor.user_id,
        by_label=actor.name[:200],
    )
    record(actor, "reserve", locked, reason=_for_whom(taken), customer_id=taken.customer_id)
    return taken


@use_case
def use(actor: Actor, use_id: int, customer: Customer) -> ValidationUse:
    """Settle a reserved create as used by this customer; a second call changes nothing. Returns the use.

    The last create exhausts the validation ID. Raises `WrongState` when the create was released before.
    """
    validation, taken = _locked_use(use_id)
    if taken.state == UseState.USED:
        return taken
    if taken.state == UseState.RELEASED:
        raise WrongState(_("This create of the validation ID was released before. Reserve one again."))
    taken.state, taken.customer, taken.settled_at = UseState.USED, customer, timezone.now()
    taken.save(update_fields=["state", "customer", "settled_at"])
    validation.reserved -= 1
    validation.used += 1
    validation.save(update_fields=["reserved", "used"])
    record(actor, "use", validation, reason=_for_whom(taken), customer_id=customer.pk)
    if validation.used == validation.max_creates and validation.state == ValidationState.ISSUED:
        apply_transition(validation, "exhaust", actor)
    return taken


@use_case
def release(actor: Actor, use_id: int, reason: object) -> ValidationUse:
    """Give a reserved create back, with the reason in words; a second call changes nothing. Returns the use.

    Raises `WrongState` when the create was used.
    """
    validation, taken = _locked_use(use_id)
    if taken.state == UseState.RELEASED:
        return taken
    if taken.state == UseState.USED:
        raise WrongState(_("This create of the validation ID was used, so it can't be given back."))
    taken.state, taken.reason, taken.settled_at = UseState.RELEASED, str(reason), timezone.now()
    taken.save(update_fields=["state", "reason", "settled_at"])
    validation.reserved -= 1
    validation.save(update_fields=["reserved"])
    record(actor, "release", validation, reason=f"{_for_whom(taken)}: {reason}")
    return taken


@use_case
def revoke(actor: Actor, validation: ValidationId | int, reason: str) -> ValidationId:
    """Revoke a validation ID and e-mail the partner's admin agents; return the ID.

    Creates that were reserved go on; no new one can be. Raises `NotAllowed` and `WrongState`.
    """
    locked = _locked(validation)
    apply_transition(locked, "revoke", actor, reason=reason)
    queue_emails(
        _to_partner("revoked", locked, emails.revoked(locked, reason), admin_addresses(locked.partner))
    )
    return locked


def expire_due(actor: Actor) -> int:
    """Expire the validation IDs past their day, a batch a transaction; return how many were. Idempotent."""
    expired = 0
    while True:
        with transaction.atomic():
            due = ValidationId.objects.past().select_for_update(skip_locked=True)
            batch = list(due.order_by("expires_at", "id")[:BATCH])
            unit = UnitOfWork()
            for each in batch:
                collect_transition(unit, each, "expire", actor, fields=("state",))
            unit.write()
        expired += len(batch)
        if len(batch) < BATCH:
            return expired


def _locked(validation: ValidationId | int) -> ValidationId:
    pk = validation if isinstance(validation, int) else validation.pk
    return ValidationId.objects.select_for_update().get(pk=pk)


def _locked_use(use_id: int) -> tuple[ValidationId, ValidationUse]:
    """Return the validation ID, locked first, and its use as it stands under that lock."""
    validation_id = ValidationUse.objects.values_list("validation_id", flat=True).get(pk=use_id)
    validation = _locked(validation_id)
    return validation, ValidationUse.objects.select_related("creation", "customer").get(pk=use_id)


def _for_whom(taken: ValidationUse) -> str:
    """Return whose create it is, for the audit."""
    return str(taken.customer or taken.creation or "")
