"""What a reviewer does with a form. Each is one transaction under the form's lock: of two at once, one wins."""

from collections.abc import Sequence

from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.business_time import office_zone
from gcc_portal.core.gates import WrongState, guard
from gcc_portal.core.machine import apply_transition, possible, require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.core.use_case import refused_on, use_case
from gcc_portal.intake import decisions
from gcc_portal.intake.checks import run_checks
from gcc_portal.intake.gates import has_points, has_reason
from gcc_portal.intake.kinds import context_of, kind_of
from gcc_portal.intake.models import WAITING_STATES, FormState, IntakeForm
from gcc_portal.intake.services import locked_form

DECISIONS = ("approve", "decline", "ask_information", "withdraw", "take", "take_over")


def take(actor: Actor, form_id: int) -> IntakeForm:
    """Take a form that nobody holds (or that came back to oneself). Raises `WrongState` when someone was faster.

    The checks are run where the automatic review has not run them; they may ask the network, so only after the
    transaction.
    """
    form = _take(actor, form_id)
    run_checks(form)
    return form


@use_case
def _take(actor: Actor, form_id: int) -> IntakeForm:
    form = _for_review(actor, form_id)
    if form.reviewer_id not in (None, actor.user_id):
        raise WrongState(_assigned_to_other(form))
    _require_waiting(form)
    if form.state == FormState.IN_REVIEW:
        raise WrongState(_("You hold this form already."))
    apply_transition(form, "take", actor, reviewer_id=actor.user_id)
    return form


@use_case
def take_over(actor: Actor, form_id: int) -> IntakeForm:
    """Take a form from the reviewer who holds it. Raises `WrongState` when nobody else does."""
    form = _for_review(actor, form_id)
    _require_waiting(form)
    if form.reviewer_id in (None, actor.user_id):
        raise WrongState(_("Nobody else holds this form any more. Take it instead."))
    apply_transition(
        form,
        "take_over",
        actor,
        reviewer_id=actor.user_id,
        reason=_("From %(name)s.") % {"name": form.reviewer},
    )
    return form


@use_case
def hand_back(actor: Actor, form_id: int) -> IntakeForm:
    """Put a form back into the queue, for other reviewers and the automatic review."""
    form = _assigned(actor, form_id)
    form.error = ""
    apply_transition(form, "hand_back", actor)
    return form


@use_case
def approve(actor: Actor, form_id: int) -> IntakeForm:
    """Approve a form that one holds. Raises `Blocked` when a rule forbids it, `WrongState` when it is another's."""
    form = _assigned(actor, form_id)
    context, unit = context_of(form), UnitOfWork()
    kind_of(form).prepare_approval([context])
    with refused_on(form, "approve"):
        decisions.approve(context, actor, unit)
    unit.write()
    return form


@use_case
def decline(actor: Actor, form_id: int, code: str, text: str) -> IntakeForm:
    """Decline a form that one holds, with a reason of the kind's list and words of one's own.

    Raises `Blocked` for a reason that is not on the list, or without words.
    """
    form = _assigned(actor, form_id)
    guard(has_reason(kind_of(form), code, text))
    context, unit = context_of(form), UnitOfWork()
    kind_of(form).prepare_close([context])
    decisions.decline(context, actor, code, text, unit)
    unit.write()
    return form


@use_case
def ask_information(actor: Actor, form_id: int, points: Sequence[tuple[str, str]]) -> IntakeForm:
    """Ask the applicant for one or more points: each the name of a field, and what is wanted.

    Raises `Blocked` when there is none, or one names no field of the form.
    """
    form = _assigned(actor, form_id)
    guard(has_points(kind_of(form), points))
    unit = UnitOfWork()
    decisions.ask_information(context_of(form), actor, points, unit)
    unit.write()
    return form


def actions_for(form: IntakeForm, actor: Actor) -> set[str]:
    """Return what the actor may do with the form now: what the page's buttons are drawn from."""
    names = possible(form, actor)
    if form.reviewer_id in (None, actor.user_id):
        names.discard("take_over")
    if form.state == FormState.IN_REVIEW:
        names.discard("take")
    return names


def _for_review(actor: Actor, form_id: int) -> IntakeForm:
    require(actor, Right.REVIEW_FORMS)
    return locked_form(form_id)  # type: ignore[no-any-return]


def _assigned(actor: Actor, form_id: int) -> IntakeForm:
    """Return the locked form if the actor is the one who decides on it; raise `WrongState` with the reason if not."""
    form = _for_review(actor, form_id)
    _require_waiting(form)
    if form.reviewer_id is not None and form.reviewer_id != actor.user_id:
        raise WrongState(_assigned_to_other(form))
    if form.state != FormState.IN_REVIEW:
        raise WrongState(_("Take this form before you decide on it."))
    return form


def _require_waiting(form: IntakeForm) -> None:
    if form.state not in WAITING_STATES:
        raise WrongState(_what_happened(form))


def _what_happened(form: IntakeForm) -> str:
    """Return who did what to a form that waits no longer."""
    last = history_of(form).filter(refused=False, action__in=DECISIONS).first()
    if last is None:
        return _("This form is %(state)s now. Nothing was changed.") % {
            "state": form.get_state_display().lower()
        }
    at = format_date(localtime(last.at, office_zone()), "M j, Y, g:i A T")
    return _("%(name)s was faster: the form is %(state)s since %(at)s. Nothing was changed by you.") % {
        "name": last.actor_label,
        "state": form.get_state_display().lower(),
        "at": at,
    }


def _assigned_to_other(form: IntakeForm) -> str:
    at = format_date(localtime(form.taken_at, office_zone()), "M j, Y, g:i A T") if form.taken_at else ""
    return _(
        "%(name)s has held this form since %(at)s. Nothing was changed. Take it over if you are to decide."
    ) % {
        "name": form.reviewer,
        "at": at,
    }
