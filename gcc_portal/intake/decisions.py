"""The answer to a submission, by a reviewer or by the desk: decision, consequences, audit and mail in one piece.

Every function here works on a locked form inside a running transaction, and answers exactly once: the machine lets
no second decision through, and the outbox takes no second mail with the key of an answer. The rules work in memory and
say what is to be written; one decision and a batch of them are written by the same few statements.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gcc_portal.core.audit.record import entry
from gcc_portal.core.business_time import respond_by
from gcc_portal.core.gates import WrongState
from gcc_portal.core.machine import change_state, state_of
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.outbox import UnsentEmail, build_email
from gcc_portal.core.people.actors import Actor, portal
from gcc_portal.core.people.models import User
from gcc_portal.core.unit_of_work import UnitOfWork
from gcc_portal.intake import emails
from gcc_portal.intake.kinds import decline_reason, kind_of
from gcc_portal.intake.models import InformationPoint, IntakeForm, Submission

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
    "auto_review_at",
    "error",
)
NOTICED = ("respond_by", "escalated_at", "warned_at")
MARKED = ("answer", "answered_at", "notices")


def newest_submission(form: IntakeForm) -> Submission:
    """Return the submission that is being worked on. Raises WrongState where nothing was signed yet."""
    submission = form.latest
    if submission is None:
        raise WrongState(_("This form has not been signed yet, so there is nothing to decide."))
    return submission


def give_approval(form: IntakeForm, actor: Actor) -> None:
    """Approve: the gate, the qualification or validation ID, the mails that the app of the form writes.

    Raises `Blocked` when a rule forbids it.
    """
    kind_of(form).before_approval([form])
    out = UnitOfWork()
    approval(form, actor, out)
    out.write()


def approval(
    form: IntakeForm, actor: Actor, out: UnitOfWork, *, first: Sequence[Move] = (), reason: str = ""
) -> None:
    """Approve in memory, once the kind's `before_approval` ran; `out` takes what to write. Raises `Blocked`."""
    kind = kind_of(form)
    submission = newest_submission(form)
    _move(form, actor, [*first, ("approve", {}, reason)], out)
    _mark(submission, Submission.Answer.APPROVED, out)
    kind.on_approved(form, actor, out)
    out.emails += [
        build_email("intake.approved", content, address, form, key=f"{answer_key(submission)}:{end}"[:120])
        for address, end, content in kind.approval_letters(form)
    ]


def give_decline(form: IntakeForm, actor: Actor, code: str, text: str) -> None:
    """Decline, with a reason from the list and words of one's own."""
    kind_of(form).before_close([form])
    out = UnitOfWork()
    refusal(form, actor, code, text, out)
    out.write()


def refusal(
    form: IntakeForm, actor: Actor, code: str, text: str, out: UnitOfWork, *, first: Sequence[Move] = ()
) -> None:
    """Decline in memory, once the kind's `before_close` ran; `out` takes what to write."""
    kind = kind_of(form)
    submission = newest_submission(form)
    reason = decline_reason(kind, code)
    label = str(reason.label) if reason else code
    why = f"{label}: {text}" if text else label
    _move(form, actor, [*first, ("decline", {"code": code, "text": text}, why)], out)
    _mark(submission, Submission.Answer.DECLINED, out)
    kind.on_closed(form, actor, "decline", out)
    out.emails += _to_applicant("intake.declined", emails.declined(form, kind, code, text), form, submission)


def give_points(form: IntakeForm, actor: Actor, points: Sequence[tuple[str, str]]) -> None:
    """Ask for information: each point is the name of a field and what is wanted there."""
    out = UnitOfWork()
    request(form, actor, points, out)
    out.write()


def request(
    form: IntakeForm,
    actor: Actor,
    points: Sequence[tuple[str, str]],
    out: UnitOfWork,
    *,
    first: Sequence[Move] = (),
) -> None:
    """Ask for information in memory; `out` takes what to write."""
    kind = kind_of(form)
    submission = newest_submission(form)
    why = "\n".join(text for _field, text in points)
    _move(form, actor, [*first, ("ask_information", {}, why)], out)
    _mark(submission, Submission.Answer.INFORMATION_REQUESTED, out)
    rows = [InformationPoint(submission=submission, field=field, text=text) for field, text in points]
    out.create(*rows)
    content = emails.information_wanted(form, kind, rows)
    out.emails += _to_applicant("intake.information", content, form, submission)


def notice(form: IntakeForm, now: datetime, told: Sequence[User], out: UnitOfWork) -> None:
    """Answer in memory that the form is still under review, and escalate it to the reviewers `told` (T1)."""
    kind = kind_of(form)
    submission = newest_submission(form)
    missed = form.respond_by or now
    by = respond_by(max(now, missed))
    content = emails.under_review(form, kind, by)
    out.emails += _to_applicant("intake.under_review", content, form, submission)
    escalation = emails.escalation(form, missed, by)
    key = f"escalation:{mails_key(submission)}"
    out.emails += [
        build_email("intake.escalation", escalation, person.email, form, key=f"{key}:{person.pk}")
        for person in told
    ]
    submission.notices += 1
    _mark(submission, Submission.Answer.UNDER_REVIEW, out)
    form.respond_by, form.escalated_at, form.warned_at = by, now, None
    out.update(form, NOTICED, IntakeForm)
    said = _("Until %(by)s.") % {"by": emails.in_desk_time(by)}
    out.audit(entry(portal(), "notify_under_review", form, reason=said))


def reviewers() -> list[User]:
    """Return everyone who reviews forms."""
    return list(User.objects.filter(is_reviewer=True, is_active=True).order_by("pk"))


def mails_key(submission: Submission) -> str:
    """Return what is unique to one answer: the submission, and how many notices came before."""
    return f"{submission.pk}:{submission.notices}"


def answer_key(submission: Submission) -> str:
    """Return the key of an answer in the outbox."""
    return f"answer:{mails_key(submission)}"


def _to_applicant(
    name: str, content: EmailContent, form: IntakeForm, submission: Submission
) -> list[UnsentEmail]:
    key = answer_key(submission)
    return [
        build_email(name, content, address, form, key=key if not place else f"{key}:{place}")
        for place, address in enumerate(kind_of(form).recipients(form))
    ]


def _move(form: IntakeForm, actor: Actor, moves: Sequence[Move], out: UnitOfWork) -> None:
    """Take the form through one or more transitions: each is checked and audited, the row is written once."""
    for name, arguments, reason in moves:
        before = change_state(form, name, actor, **arguments)
        out.audit(entry(actor, name, form, from_state=before, to_state=state_of(form), reason=reason))
    form.error = ""
    out.update(form, MOVED, IntakeForm)


def _mark(submission: Submission, answer: str, out: UnitOfWork) -> None:
    submission.answer = answer
    submission.answered_at = timezone.now()
    out.update(submission, MARKED, Submission)
