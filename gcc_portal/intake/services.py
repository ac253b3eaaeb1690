"""What an applicant does with a form: save a step, sign, withdraw; each in one transaction under the form's lock."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gcc_portal.core.business_time import respond_by
from gcc_portal.core.gates import Blocker, NotAllowed, Stale, Text, WrongState, guard
from gcc_portal.core.machine import apply_transition, require
from gcc_portal.core.mail.outbox import build_email, queue_emails
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.core.use_case import refused_on, use_case
from gcc_portal.intake import emails
from gcc_portal.intake.answers import jsonable
from gcc_portal.intake.auto_review.schedule import draw_review_time
from gcc_portal.intake.gates import Signature, is_complete, is_signed
from gcc_portal.intake.kinds import IntakeKind, context_of, kind_of, step_named
from gcc_portal.intake.models import IntakeForm, Submission
from gcc_portal.intake.terms import current_terms

# Answers that are columns of the form as well, each with the column's length.
PROMOTED = {"organization_name": 200, "contact_name": 150, "contact_email": 254}
_COMPARE = gettext_lazy("What you typed is still below: compare it with what is saved now, then save again.")
_READ_AGAIN = gettext_lazy(
    "Nothing was sent. Read the answers as they are now, accept the terms again, then sign and send."
)


def locked_form(form_id: int) -> Any:
    """Return the partner's or the customer's form, read anew under the lock of its row.

    Raises IntakeForm.DoesNotExist. Call it inside a transaction.
    """
    return IntakeForm.objects.select_for_update().get(pk=form_id).specific


@use_case
def save_step(actor: Actor, form_id: int, slug: str, cleaned: dict[str, Any], revision: int) -> IntakeForm:
    """Save the answers of one step (or some of them) and return the form. Writes nothing when nothing changes.

    Raises `NotAllowed`, `WrongState` when the form is signed or closed (P5), `Stale` when it was saved elsewhere
    since `revision`.
    """
    form = locked_form(form_id)
    kind = kind_of(form)
    require_applicant(form, kind, actor)
    require_editable(form)
    require_fresh(form, revision)
    step = step_named(kind, slug)
    if step is None:
        raise WrongState(_("This form has no such step."))
    of_step = {name: value for name, value in cleaned.items() if name in step.form.base_fields}
    answers = form.answers | jsonable(of_step)
    if answers == form.answers:
        return form  # type: ignore[no-any-return]
    form.answers = answers
    for name, length in PROMOTED.items():
        setattr(form, name, str(answers.get(name) or "")[:length])
    form.revision += 1
    form.save(update_fields=["answers", "revision", *PROMOTED])
    return form  # type: ignore[no-any-return]


def sign_and_submit(actor: Actor, form_id: int, signature: Signature) -> Submission:
    """Sign the form and hand it in; return what was signed. The answer is due two business days on (T1).

    Raises `NotAllowed`, `WrongState`, `Stale` when the answers or the terms are not those that were shown, and
    `Blocked` with everything that is missing or forbidden.
    """
    form = IntakeForm.objects.get(pk=form_id).specific
    # Validating the steps may wait for the tenant directory, whose answer is kept on the form: so no lock is held yet.
    missing = is_complete(kind_of(form), form)
    return _sign(actor, form_id, signature, form.revision, missing)


@use_case
def _sign(
    actor: Actor, form_id: int, signature: Signature, checked_revision: int, missing: Sequence[Blocker]
) -> Submission:
    form = locked_form(form_id)
    kind = kind_of(form)
    require_applicant(form, kind, actor)
    require_editable(form)
    for seen in (signature.revision, checked_revision):
        require_fresh(form, seen, _READ_AGAIN)
    terms = current_terms(kind.terms_name)
    if signature.terms_version != terms.version:
        raise Stale(_("The terms have changed since you opened the page. Read them again, then sign."))
    with refused_on(form, "submit"):
        guard([*is_signed(kind, signature), *missing])
        submission = _hand_in(actor, form, kind, signature)
        kind.on_submitted(form, actor)
    _confirm(form, submission, kind)
    return submission


def _hand_in(actor: Actor, form: IntakeForm, kind: IntakeKind, signature: Signature) -> Submission:
    now = timezone.now()
    number = form.submissions.count() + 1
    due = respond_by(now)
    _free_from_lost_reviewer(form)
    # A form that a reviewer asked about goes back to that reviewer, not to the automatic review.
    auto_review_at = draw_review_time(now, f"{form.reference}:{number}") if form.reviewer_id is None else None
    form.error = ""
    reason = _("Signed by %(name)s, %(title)s. Terms %(version)s.") % {
        "name": signature.name,
        "title": signature.title,
        "version": signature.terms_version,
    }
    apply_transition(
        form, "submit", actor, reason=reason, at=now, respond_by=due, auto_review_at=auto_review_at
    )
    return Submission.objects.create(
        form_id=form.pk,
        number=number,
        answers=form.answers,
        terms_version=signature.terms_version,
        signatory_name=signature.name,
        signatory_title=signature.title,
        signed_at=now,
        signed_from=actor.address[:45],
        signed_by_id=actor.user_id,
        respond_by=due,
    )


def _free_from_lost_reviewer(form: IntakeForm) -> None:
    """Give a form back to the queue whose reviewer reviews no more: nobody else would look at it."""
    if form.reviewer is not None and not form.reviewer.can_review:
        form.reviewer = None
        form.taken_at = None


def _confirm(form: IntakeForm, submission: Submission, kind: IntakeKind) -> None:
    content = emails.receipt(form, submission, kind)
    mails = [
        build_email("intake.receipt", content, address, form, key=f"receipt:{submission.pk}:{place}")
        for place, address in enumerate(kind.recipients(form))
    ]
    if form.reviewer is not None:
        back = emails.returned(form, submission.respond_by)
        mails.append(
            build_email("intake.returned", back, form.reviewer.email, form, key=f"returned:{submission.pk}")
        )
    queue_emails(mails)


@use_case
def withdraw(actor: Actor, form_id: int) -> IntakeForm:
    """Take the form back; return it. Raises `NotAllowed`, and `WrongState` once it is decided."""
    form = locked_form(form_id)
    kind = kind_of(form)
    require_applicant(form, kind, actor)
    apply_transition(form, "withdraw", actor)
    if form.submitted_at is not None:
        context, unit = context_of(form), UnitOfWork()
        kind.prepare_close([context])
        kind.on_closed(context, actor, "withdraw", unit)
        unit.write()
    return form  # type: ignore[no-any-return]


def require_applicant(form: IntakeForm, kind: IntakeKind, actor: Actor) -> None:
    """Raise `NotAllowed` unless the actor fills in forms of this kind, and this one is not another partner's."""
    require(actor, kind.sign_right)
    owner = form.audit_partner_id
    if owner is not None and owner != actor.partner_id:
        raise NotAllowed(_("This form belongs to another organization."))


def require_editable(form: IntakeForm) -> None:
    """Raise `WrongState` with a sentence once the form is signed or closed (P5)."""
    if form.is_editable:
        return
    raise WrongState(
        _("This form is %(state)s and can't be changed. Open its status page to see what comes next.")
        % {"state": form.get_state_display().lower()}
    )


def require_fresh(form: IntakeForm, revision: int, what_now: Text = _COMPARE) -> None:
    """Raise `Stale` when the form was saved elsewhere since the page was opened; `what_now` fits the page."""
    if revision != form.revision:
        said = _("This form was saved in another tab or by a colleague since you opened this page.")
        raise Stale(f"{said} {what_now}")
