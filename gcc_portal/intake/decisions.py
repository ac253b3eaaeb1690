"""The answer to a submission, by a reviewer or by the desk: decision, consequences, audit and mail in one piece.

Every function here works on a locked form inside a running transaction, and answers exactly once: the machine lets
no second decision through, and the outbox takes no second mail with the key of an answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gcc_portal.audit.models import AuditEntry
from gcc_portal.audit.record import entry
from gcc_portal.business_time import respond_by
from gcc_portal.gates import WrongState
from gcc_portal.intake import letters
from gcc_portal.intake.kinds import decline_reason, kind_of
from gcc_portal.intake.models import InformationPoint, IntakeForm, Submission
from gcc_portal.machine import state_of, step
from gcc_portal.mail.letters import Letter
from gcc_portal.mail.outbox import Draft, draft, post
from gcc_portal.people.actors import Actor, portal
from gcc_portal.people.models import User

Move = tuple[str, dict[str, Any], str]  # transition, its arguments, the reason for the audit
# What the review's transitions set; the answers were written when they were saved.
MOVED = (
    "state",
    "reviewer",
    "taken_at",
    "decided_at",
    "decision_code",
    "decision_text",
    "respond_by",
    "desk_at",
    "error",
)


def newest_submission(form: IntakeForm) -> Submission:
    """Return the submission that is being worked on. Raises WrongState where nothing was signed yet."""
    submission = form.latest
    if submission is None:
        raise WrongState(_("This form has not been signed yet, so there is nothing to decide."))
    return submission


def give_approval(form: IntakeForm, actor: Actor, *, first: Sequence[Move] = (), reason: str = "") -> None:
    """Approve: the gate, the qualification or validation ID, the mails that the app of the form writes.

    Raises `Blocked` when a rule forbids it.
    """
    kind = kind_of(form)
    submission = newest_submission(form)
    _move(form, actor, [*first, ("approve", {}, reason)])
    _mark(submission, Submission.Answer.APPROVED)
    kind.on_approved(form, actor)
    post(
        draft("intake.approved", letter, address, form, key=f"{answer_key(submission)}:{end}"[:120])
        for address, end, letter in kind.approval_letters(form)
    )


def give_decline(form: IntakeForm, actor: Actor, code: str, text: str, *, first: Sequence[Move] = ()) -> None:
    """Decline, with a reason from the list and words of one's own."""
    kind = kind_of(form)
    submission = newest_submission(form)
    reason = decline_reason(kind, code)
    label = str(reason.label) if reason else code
    why = f"{label}: {text}" if text else label
    _move(form, actor, [*first, ("decline", {"code": code, "text": text}, why)])
    _mark(submission, Submission.Answer.DECLINED)
    kind.on_closed(form, actor, "decline")
    post(_to_applicant("intake.declined", letters.declined(form, kind, code, text), form, submission))


def give_points(
    form: IntakeForm, actor: Actor, points: Sequence[tuple[str, str]], *, first: Sequence[Move] = ()
) -> None:
    """Ask for information: each point is the name of a field and what is wanted there."""
    kind = kind_of(form)
    submission = newest_submission(form)
    why = "\n".join(text for _field, text in points)
    _move(form, actor, [*first, ("ask_information", {}, why)])
    _mark(submission, Submission.Answer.INFORMATION_REQUESTED)
    rows = InformationPoint.objects.bulk_create(
        InformationPoint(submission=submission, field=field, text=text) for field, text in points
    )
    post(_to_applicant("intake.information", letters.information_wanted(form, kind, rows), form, submission))


def give_notice(form: IntakeForm, now: datetime) -> datetime:
    """Answer that the form is still under review, escalate it to all reviewers; return the new deadline (T1)."""
    kind = kind_of(form)
    submission = newest_submission(form)
    missed = form.respond_by or now
    by = respond_by(max(now, missed))
    mails = list(_to_applicant("intake.under_review", letters.under_review(form, kind, by), form, submission))
    escalation = letters.escalation(form, missed, by)
    mails += [
        draft(
            "intake.escalation",
            escalation,
            person.email,
            form,
            key=f"escalation:{mails_key(submission)}:{person.pk}",
        )
        for person in reviewers()
    ]
    post(mails)
    submission.notices += 1
    _mark(submission, Submission.Answer.UNDER_REVIEW)
    form.respond_by, form.escalated_at, form.warned_at = by, now, None
    form.save(update_fields=["respond_by", "escalated_at", "warned_at"])
    said = _("Until %(by)s.") % {"by": letters.in_desk_time(by)}
    entry(portal(), "notify_under_review", form, reason=said).save(force_insert=True)
    return by


def reviewers() -> list[User]:
    """Return everyone who reviews forms."""
    return list(User.objects.filter(is_reviewer=True, is_active=True).order_by("pk"))


def mails_key(submission: Submission) -> str:
    """Return what is unique to one answer: the submission, and how many notices came before."""
    return f"{submission.pk}:{submission.notices}"


def answer_key(submission: Submission) -> str:
    """Return the key of an answer in the outbox."""
    return f"answer:{mails_key(submission)}"


def _to_applicant(name: str, letter: Letter, form: IntakeForm, submission: Submission) -> list[Draft]:
    key = answer_key(submission)
    return [
        draft(name, letter, address, form, key=key if not place else f"{key}:{place}")
        for place, address in enumerate(kind_of(form).recipients(form))
    ]


def _move(form: IntakeForm, actor: Actor, moves: Sequence[Move]) -> None:
    """Take the form through one or more transitions: each is checked and audited, the row is written once."""
    entries: list[AuditEntry] = []
    for name, arguments, reason in moves:
        before = step(form, name, actor, **arguments)
        entries.append(entry(actor, name, form, from_state=before, to_state=state_of(form), reason=reason))
    form.error = ""
    form.save(update_fields=MOVED)
    AuditEntry.objects.bulk_create(entries)


def _mark(submission: Submission, answer: str) -> None:
    submission.answer = answer
    submission.answered_at = timezone.now()
    submission.save(update_fields=["answer", "answered_at", "notices"])
