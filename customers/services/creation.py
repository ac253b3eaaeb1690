"""Adding a customer: the wizard's draft, its checks, and the start of provisioning (A1, A2)."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.gates.adding import (
    can_add_customer,
    can_add_gcc_customer,
    can_check_qualification,
    can_provision,
)
from customers.gates.contact import domain_is_free, domain_of, domain_taken
from customers.models import CustomerCreation, ValidationId
from customers.queries.creations import locked_creation_or_404
from customers.services import validation as validations
from customers.states import GCC, CreationState
from gcc_portal.core.audit.record import record
from gcc_portal.core.enqueue import enqueue
from gcc_portal.core.gates import Blocked, Stale, Text, WrongState, guard
from gcc_portal.core.machine import apply_transition, require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.sealing import unseal
from gcc_portal.core.use_case import refused_on, use_case
from partners.models import Partner

Answer = dict[str, Any]  # one step's cleaned data
PROVISION = "customers.tasks.provision"
# The qualification check depends on these steps: a change of one reopens it.
CHECKED_STEPS = ("account", "qualification", "validation")
# The next step after a draft was changed in another tab: on a page with answers, and on one with a button alone.
SAVE_AGAIN = gettext_lazy(
    "Nothing was saved. What you typed still stands below: save it again to put it in place of the other."
)
READ_AGAIN = gettext_lazy("Nothing was done. Look at how it stands now, then press the button again.")


@dataclass(frozen=True)
class Credentials:
    """The administrator's account of a new tenant."""

    user_name: str
    password: str


@use_case
def start(actor: Actor, account: Answer) -> CustomerCreation:
    """Begin a draft with the account details and return it. Idempotent: the same details return the same draft.

    Raises `NotAllowed` without the right, and `Blocked` for an indirect reseller (P2) or a domain that is taken.
    """
    require(actor, Right.ADD_CUSTOMERS)
    # Locked, so that of two clicks the second finds the draft of the first.
    rows = Partner.objects.select_for_update(of=("self",)).select_related("provider")
    partner = rows.get(pk=actor.partner_id)
    guard(can_add_customer(partner))
    same = CustomerCreation.objects.filter(
        partner=partner, created_by_id=actor.user_id, state=CreationState.DRAFT, answers={"account": account}
    )
    return same.first() or write_draft(actor, partner, account)


def write_draft(actor: Actor, partner: Partner, account: Answer) -> CustomerCreation:
    """Write a new draft and its audit entry, and return it. Raises `Blocked` for a domain that is taken."""
    creation = CustomerCreation(partner=partner, created_by_id=actor.user_id)
    take_answer(creation, "account", account)
    creation.save(force_insert=True)
    record(actor, "start_creation", creation, to_state=creation.state)
    return creation


@use_case
def save_step(actor: Actor, creation_id: int, step: str, answer: Answer, revision: int) -> CustomerCreation:
    """Save one step's answer, check the qualification once the steps that it needs are answered; return the creation.

    Raises `Http404`, `NotAllowed`, `WrongState` once it is no draft, `Stale` when another tab has saved since, and
    `Blocked` when the domain is taken (account), A1 says no (qualification) or A2 does (validation).
    """
    creation = _open_draft(actor, creation_id, revision)
    if step not in creation.steps():
        raise WrongState(
            _("This creation has no such step: a validation ID goes with Government Community Cloud.")
        )
    take_answer(creation, step, answer)
    if step in CHECKED_STEPS:
        with refused_on(creation, "check_qualification"):
            _check_again(actor, creation, step)
    creation.save()
    return creation


def _open_draft(
    actor: Actor, creation_id: int, revision: int, what_now: Text = SAVE_AGAIN
) -> CustomerCreation:
    require(actor, Right.ADD_CUSTOMERS)
    creation = locked_creation_or_404(actor, creation_id)
    if not creation.is_open:
        raise WrongState(
            _("This creation has gone on since the page was opened; its answers can't be changed now.")
        )
    _require_revision(creation, revision, what_now)
    return creation


def _require_revision(creation: CustomerCreation, revision: int, what_now: Text) -> None:
    """Raise `Stale` when the draft was saved elsewhere; `what_now` is the next step on the page it came from."""
    if creation.revision != revision:
        message = _("This was changed in another tab or by a colleague since the page was opened.")
        raise Stale(f"{message} {what_now}")


def take_answer(creation: CustomerCreation, step: str, answer: Answer) -> None:
    """Set a step's answer and the columns derived from it. Raises `Blocked` for a domain that is taken."""
    if step == "account":
        guard(domain_is_free(domain_of(answer["prefix"]), creation))
        creation.company_name = answer["company_name"]
    if step == "qualification" and answer["kind"] != GCC:
        creation.validation = None
    creation.answers = {**creation.answers, step: answer}
    creation.revision += 1
    creation.changed_at = timezone.now()


def _check_again(actor: Actor, creation: CustomerCreation, step: str) -> None:
    """Check A1 and A2 on the answers as they are now. Raises `Blocked` only for the rule of the step just answered."""
    if step == "qualification" and creation.wants_gcc:
        guard(can_add_gcc_customer(creation.partner))
    if creation.wants_gcc:
        creation.validation = _validation_of(creation)
    if creation.state == CreationState.QUALIFICATION_CHECKED:
        apply_transition(creation, "reopen", actor)
    ready = set(creation.missing_steps()) <= {"agreement"}
    if step == "validation" or (ready and not can_check_qualification(creation)):
        apply_transition(creation, "check_qualification", actor)


def _validation_of(creation: CustomerCreation, *, lock: bool = False) -> ValidationId | None:
    """Return the partner's validation ID that the answers name, or None."""
    rows = ValidationId.objects.select_for_update() if lock else ValidationId.objects.all()
    number = str(creation.answer("validation").get("number") or "")
    return rows.filter(partner_id=creation.partner_id, number=number).first()


@use_case
def start_provisioning(actor: Actor, creation_id: int, revision: int | None = None) -> CustomerCreation:
    """Reserve a create of the validation ID and start the task that makes the tenant; return the creation.

    Raises `Http404`, `NotAllowed`, `WrongState` when it was started already, `Stale`, and `Blocked` when A1 or A2
    says no under lock, an answer is missing, or the domain was taken meanwhile.
    """
    creation = locked_creation_or_404(actor, creation_id)
    if revision is not None and creation.state == CreationState.FAILED:
        raise WrongState(
            _("This was tried since the page was opened, and failed. Look at the reason, then try it again.")
        )
    if revision is not None and creation.is_open:
        _require_revision(creation, revision, READ_AGAIN)
    begin_provisioning(actor, creation)
    _enqueue(creation)
    return creation


@use_case
def retry(actor: Actor, creation_id: int, prefix: str, number: str, revision: int) -> CustomerCreation:
    """Try a failed creation again, with another domain prefix or validation ID where one is given; return it.

    Raises what `start_provisioning` raises.
    """
    require(actor, Right.ADD_CUSTOMERS)
    creation = locked_creation_or_404(actor, creation_id)
    if creation.state != CreationState.FAILED:
        raise WrongState(_("Only a failed creation can be tried again."))
    _require_revision(creation, revision, READ_AGAIN)
    creation.answers = {**creation.answers, "account": {**creation.answer("account"), "prefix": prefix}}
    if creation.wants_gcc and number:
        creation.answers["validation"] = {"number": number}
    creation.revision += 1
    begin_provisioning(actor, creation)
    _enqueue(creation)
    return creation


def begin_provisioning(actor: Actor, creation: CustomerCreation) -> None:
    """Take a locked creation into provisioning and reserve its create of the validation ID (A1, A2, the domain).

    Part of the caller's transaction. Raises what `start_provisioning` raises.
    """
    with refused_on(creation, "provision"):
        if creation.wants_gcc:
            creation.validation = _validation_of(creation, lock=True)
        creation.domain = domain_of(str(creation.answer("account").get("prefix", "")))
        creation.changed_at = timezone.now()
        if creation.state == CreationState.DRAFT:
            guard(can_provision(creation))
            apply_transition(creation, "check_qualification", actor)
        try:
            with transaction.atomic():
                apply_transition(creation, "provision", actor)
        except IntegrityError:
            # The unique constraint: another creation took this domain between our read and our write.
            raise Blocked([domain_taken(creation.domain)]) from None
        guard(domain_is_free(creation.domain, creation))
        if creation.wants_gcc and creation.validation is not None:
            validations.reserve(actor, creation.validation, creation=creation)


def _enqueue(creation: CustomerCreation) -> None:
    """Start the task that makes the tenant after the commit; `resume_stuck` starts it when the broker is away."""
    transaction.on_commit(lambda: enqueue(PROVISION, creation.pk), robust=True)


@use_case
def discard(actor: Actor, creation_id: int, revision: int) -> str:
    """Delete a draft and return its name. Raises `Http404`, `NotAllowed`, `WrongState` and `Stale`."""
    creation = _open_draft(actor, creation_id, revision, READ_AGAIN)
    record(actor, "discard_creation", creation, from_state=creation.state)
    name = str(creation)
    creation.delete()
    return name


@use_case
def show_password(actor: Actor, creation_id: int) -> Credentials | None:
    """Return the administrator's name and one-time password and erase it; None when it was shown before.

    Raises `Http404`, `NotAllowed`, and `WrongState` when there is no tenant yet or the password can't be read.
    """
    require(actor, Right.ADD_CUSTOMERS)
    creation = locked_creation_or_404(actor, creation_id)
    if creation.state != CreationState.ACTIVE:
        raise WrongState(_("There is no administrator account yet: the customer is not created."))
    return reveal(actor, creation)


def reveal(actor: Actor, creation: CustomerCreation) -> Credentials | None:
    """Return the account of a locked, finished creation and erase its password; None when it was shown before."""
    if not creation.sealed_password:
        return None
    password = unseal(creation.sealed_password)
    if password is None:
        raise WrongState(
            _("The one-time password can't be read any more. Reset it in the customer's tenant.")
        )
    creation.sealed_password = ""
    creation.save(update_fields=["sealed_password"])
    record(actor, "show_password", creation)
    return Credentials(creation.admin_user_name, password)
