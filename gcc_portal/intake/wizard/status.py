"""Where a form stands, and the copy of what was signed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from post_office.models import STATUS

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Text
from gcc_portal.core.machine import possible
from gcc_portal.core.mail.outbox import emails_about
from gcc_portal.core.mail.states import LABELS, MailState
from gcc_portal.core.mail.tasks import resend
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Role
from gcc_portal.intake.answers import sections
from gcc_portal.intake.attachments import attachment_response, attachments_of
from gcc_portal.intake.emails import in_office_time
from gcc_portal.intake.kinds import IntakeKind, decline_reason, kind_of
from gcc_portal.intake.models import Attachment, FormState, IntakeForm, Submission
from gcc_portal.intake.services import withdraw
from gcc_portal.intake.terms import terms_of
from gcc_portal.intake.wizard.common import Urls, common_context, file_link, file_links, whole_number

# What an applicant sees; which reviewer has the form is shown to reviewers alone.
SHOWN_ACTIONS = ("submit", "take", "ask_information", "approve", "decline", "withdraw", "notify_under_review")
OFFICE_NAME = "US Government Cloud Eligibility"
STAFF = (Role.REVIEWER, Role.SYSTEM)


@dataclass(frozen=True)
class StatusEntry:
    """One entry of the timeline as the applicant sees it."""

    at: datetime
    action_label: Text
    actor_label: str
    from_state: str
    to_state: str
    reason: str
    refused: bool = False
    channel: str = ""


def status_page(
    request: HttpRequest,
    actor: Actor,
    form: IntakeForm,
    urls: Urls,
    *,
    template: str = "intake/status.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show where the form stands; on POST withdraw it (`go=withdraw`) or send a mail again (`?resend=<id>`)."""
    if request.method == "POST":
        return _act(request, actor, form, urls)
    kind = kind_of(form)
    context = {
        **common_context(form, kind, urls, extra),
        "next_words": next_words(form, kind),
        "may_withdraw": "withdraw" in possible(form, actor),
        "may_edit": form.is_editable and actor.may(kind.sign_right),
        "first_step": urls.step(kind.steps[0].slug),
        "timeline": timeline(form),
        "mails": mails(form, kind, urls),
        "files": file_links(form, urls),
        "submissions": list(form.submissions.order_by("-number")),
        "decision": _decision(form, kind),
    }
    return render(request, template, context)


def copy_page(
    request: HttpRequest,
    actor: Actor,
    form: IntakeForm,
    urls: Urls,
    *,
    template: str = "intake/copy.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show what was signed, for printing. Raises Http404 where nothing was signed."""
    submissions = list(form.submissions.order_by("number"))
    asked_number = request.GET.get("number")
    number = whole_number(asked_number) if asked_number else len(submissions)
    submission = next((one for one in submissions if one.number == number), None)
    if submission is None:
        raise Http404
    kind = kind_of(form)
    context = {
        **common_context(form, kind, urls, extra),
        "submission": submission,
        "submissions": submissions,
        "sections": sections(kind, form, submission.answers),
        "files": [file_link(row, urls) for row in signed_files(form, submission)],
        "terms": terms_of(submission.terms_version),
    }
    return render(request, template, context)


def attachment_file(form: IntakeForm, attachment_id: int) -> FileResponse:
    """Return a file of evidence as a download. Raises Http404 unless it is attached to the form."""
    row = attachments_of(form).filter(pk=attachment_id).first()
    if row is None:
        raise Http404
    return attachment_response(row)


def signed_files(form: IntakeForm, submission: Submission) -> list[Attachment]:
    """Return the files that a submission was signed with."""
    there = form.attachments.filter(uploaded_at__lte=submission.signed_at)
    return [row for row in there if row.removed_at is None or row.removed_at > submission.signed_at]


def timeline(form: IntakeForm) -> list[StatusEntry]:
    """Return what happened to the form, newest first, as the applicant sees it."""
    return [
        StatusEntry(
            at=row.at,
            action_label=row.action_label,
            actor_label=OFFICE_NAME if row.role in STAFF else row.actor_label,
            from_state=row.from_state,
            to_state=row.to_state,
            reason=row.reason,
        )
        for row in history_of(form).filter(action__in=SHOWN_ACTIONS, refused=False)[:100]
    ]


def mails(form: IntakeForm, kind: IntakeKind, urls: Urls) -> list[MailState]:
    """Return the mails that went to the applicant, newest first; each can be sent again from the status page."""
    found = []
    for row in _own_mails(form, kind)[:50]:
        email = row.email
        label, tone = LABELS[email.status]
        sent = email.status == STATUS.sent
        found.append(
            MailState(
                to=", ".join(email.to),
                subject=email.subject,
                status_label=label,
                tone=tone,
                sent_at=email.last_updated if sent else None,
                queued_at=email.created,
                resend_url=f"{urls.status}?resend={email.pk}"
                if sent or email.status == STATUS.failed
                else "",
            )
        )
    return found


def next_words(form: IntakeForm, kind: IntakeKind) -> str:
    """Return what comes next, in one or two sentences."""
    due = in_office_time(form.respond_by) if form.respond_by else ""
    match form.state:
        case FormState.DRAFT:
            return _("The form is a draft. Finish its steps, then sign it: nothing is sent before.")
        case FormState.SUBMITTED | FormState.IN_REVIEW if form.escalated_at:
            said = _(
                "The form needs more time than two business days. You will hear from us again by %(when)s."
            )
            return said % {"when": due}
        case FormState.SUBMITTED | FormState.IN_REVIEW:
            return _("The form is with us. The answer comes by e-mail by %(when)s.") % {"when": due}
        case FormState.INFORMATION_REQUESTED:
            return _("We need more from you. Answer the points below, then sign the form again.")
        case FormState.APPROVED:
            return _("The form is approved. The mail with the approval says what to do next.")
        case FormState.DECLINED:
            return _("The form was declined. If the reason no longer holds, send a new form that says so.")
    return _("The form was withdrawn. Nothing more happens with it; a new one can be sent at any time.")


def _decision(form: IntakeForm, kind: IntakeKind) -> dict[str, Any] | None:
    if form.state != FormState.DECLINED:
        return None
    reason = decline_reason(kind, form.decision_code)
    return {"sentence": reason.sentence if reason else "", "text": form.decision_text}


def _own_mails(form: IntakeForm, kind: IntakeKind) -> list[Any]:
    addresses = {address.lower() for address in kind.recipients(form)}
    rows = emails_about(form).filter(kind__startswith="intake.")
    return [row for row in rows if addresses & {address.lower() for address in row.email.to}]


def _act(request: HttpRequest, actor: Actor, form: IntakeForm, urls: Urls) -> HttpResponse:
    email_id = request.GET.get("resend")
    if email_id:
        _resend(request, form, whole_number(email_id))
    elif request.POST.get("go") == "withdraw":
        withdraw(actor, form.pk)
        messages.success(request, _("The form is withdrawn."))
    return HttpResponseRedirect(urls.status)


def _resend(request: HttpRequest, form: IntakeForm, email_id: int) -> None:
    row = next((one for one in _own_mails(form, kind_of(form)) if one.email_id == email_id), None)
    if row is None:
        raise Http404
    with transaction.atomic():
        queued = resend(email_id)
    if queued:
        messages.success(
            request, _("The mail is on its way again to %(to)s.") % {"to": ", ".join(row.email.to)}
        )
    else:
        messages.info(request, _("This mail is waiting to be sent already."))
