"""The answers to a submission, by a reviewer or automatic: decision, consequences, audit entries and e-mails (T1).

Every function here works in memory on the context of a locked form and adds to a `UnitOfWork` what is to be written,
so that one decision and a batch of them are written by the same statements. A submission is answered exactly once: the
state machine lets no second decision through, and the outbox refuses a second e-mail with the key of an answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import entry
from gcc_portal.core.business_time import respond_by
from gcc_portal.core.machine import collect_transition
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.outbox import build_email
from gcc_portal.core.people.actors import Actor, portal
from gcc_portal.core.people.models import User
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.intake import emails
from gcc_portal.intake.checks import newest_submission
from gcc_portal.intake.context import FormContext
from gcc_portal.intake.kinds import decline_reason, kind_of
from gcc_portal.intake.models import InformationPoint, IntakeForm, Submission

# What each decision changes, with what taking the form changed before in memory.
TAKEN_FIELDS = ("state", "reviewer", "taken_at", "error")
APPROVED_FIELDS = (*TAKEN_FIELDS, "decided_at")
DECLINED_FIELDS = (*TAKEN_FIELDS, "decided_at", "decision_code", "decision_text")
ASKED_FIELDS = (*TAKEN_FIELDS, "respond_by", "auto_review_at")
NOTICE_FIELDS = ("respond_by", "escalated_at", "warned_at")
ANSWER_FIELDS = ("answer", "answered_at", "notices")


def approve(
    context: FormContext, actor: Actor, unit: UnitOfWork, *, reason: str = "", at: datetime | None = None
) -> None:
    """Approve, after the kind's `prepare_approval`: the gate, the qualification or validation ID, the e-mails.

    `at` is the time of the decision, now if None; a batch has one time. Raises `Blocked` when a rule forbids it.
    """
    kind, form, submission = kind_of(context.form), context.form, newest_submission(context)
    _decide(form, "approve", actor, unit, APPROVED_FIELDS, reason=reason, context=context, at=at)
    _mark_answered(submission, Submission.Answer.APPROVED, unit, at)
    kind.on_approved(context, actor, unit)
    unit.email(
        build_email("intake.approved", content, address, form, key=f"{answer_key(submission)}:{end}"[:120])
        for address, end, content in kind.approval_emails(context)
    )


def decline(
    context: FormContext,
    actor: Actor,
    code: str,
    text: str,
    unit: UnitOfWork,
    *,
    at: datetime | None = None,
) -> None:
    """Decline, after the kind's `prepare_close`, with a reason from the list and words of one's own."""
    kind, form, submission = kind_of(context.form), context.form, newest_submission(context)
    reason = decline_reason(kind, code)
    label = str(reason.label) if reason else code
    why = f"{label}: {text}" if text else label
    _decide(form, "decline", actor, unit, DECLINED_FIELDS, reason=why, code=code, text=text, at=at)
    _mark_answered(submission, Submission.Answer.DECLINED, unit, at)
    kind.on_closed(context, actor, "decline", unit)
    _email_applicant("intake.declined", emails.declined(form, kind, code, text), context, unit)


def ask_information(
    context: FormContext,
    actor: Actor,
    points: Sequence[tuple[str, str]],
    unit: UnitOfWork,
    *,
    at: datetime | None = None,
) -> None:
    """Ask for information: each point is the name of a field, and what is wanted there."""
    form, submission = context.form, newest_submission(context)
    why = "\n".join(text for _field, text in points)
    _decide(form, "ask_information", actor, unit, ASKED_FIELDS, reason=why)
    _mark_answered(submission, Submission.Answer.INFORMATION_REQUESTED, unit, at)
    rows = [InformationPoint(submission=submission, field=field, text=text) for field, text in points]
    unit.create(*rows)
    content = emails.information_wanted(form, kind_of(form), rows)
    _email_applicant("intake.information", content, context, unit)


def notify_under_review(
    context: FormContext, now: datetime, reviewers: Sequence[User], unit: UnitOfWork
) -> None:
    """Answer that the form is still under review, with a new deadline, and escalate it to these reviewers (T1)."""
    form, submission = context.form, newest_submission(context)
    missed = form.respond_by or now
    by = respond_by(max(now, missed))
    _email_applicant("intake.under_review", emails.under_review(form, kind_of(form), by), context, unit)
    escalation = emails.escalation(form, missed, by)
    key = f"escalation:{_emails_key(submission)}"
    unit.email(
        build_email("intake.escalation", escalation, person.email, form, key=f"{key}:{person.pk}")
        for person in reviewers
    )
    submission.notices += 1
    _mark_answered(submission, Submission.Answer.UNDER_REVIEW, unit, now)
    form.respond_by, form.escalated_at, form.warned_at = by, now, None
    unit.update(form, NOTICE_FIELDS, IntakeForm)
    until = _("Until %(by)s.") % {"by": emails.in_office_time(by)}
    unit.audit(entry(portal(), "notify_under_review", form, reason=until))


def answer_key(submission: Submission) -> str:
    """Return the key of an answer in the outbox."""
    return f"answer:{_emails_key(submission)}"


def _emails_key(submission: Submission) -> str:
    """Return what is unique to one answer: the submission, and how many notices came before."""
    return f"{submission.pk}:{submission.notices}"


def _decide(
    form: IntakeForm,
    action: str,
    actor: Actor,
    unit: UnitOfWork,
    fields: Sequence[str],
    *,
    reason: str,
    **arguments: Any,
) -> None:
    form.error = ""
    collect_transition(unit, form, action, actor, fields=fields, model=IntakeForm, reason=reason, **arguments)


def _mark_answered(submission: Submission, answer: str, unit: UnitOfWork, at: datetime | None) -> None:
    submission.answer = answer
    submission.answered_at = at or timezone.now()
    unit.update(submission, ANSWER_FIELDS)


def _email_applicant(name: str, content: EmailContent, context: FormContext, unit: UnitOfWork) -> None:
    """Address every recipient of the form; called before `notices` counts the answer."""
    form, key = context.form, answer_key(newest_submission(context))
    unit.email(
        build_email(name, content, address, form, key=f"{key}:{at}" if at else key)
        for at, address in enumerate(kind_of(form).recipients(form, context))
    )
