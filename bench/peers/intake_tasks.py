"""The usual pattern: one Celery task a form, on the product's tables and rules: load, transition, save, log, mail.

The rules, the machine and the words are the product's own; what differs is that each form is worked on by itself, with
the ORM, a template for each mail, and a row saved at a time.
"""

from datetime import timedelta
from pathlib import Path

from celery import Celery
from django.conf import settings
from django.db import transaction
from django.template import Context, Engine
from django.utils import timezone
from post_office import mail

from customers.emails import validation as validation_letters
from customers.models import CustomerForm, ValidationId
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import partner_of, type_of
from gcc_portal.core.business_time import respond_by
from gcc_portal.core.mail.emails import EmailContent
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor, auto_reviewer, portal
from gcc_portal.core.people.models import User
from gcc_portal.intake import checks, emails
from gcc_portal.intake.auto_review.decide import Verdict, verdict
from gcc_portal.intake.kinds import context_of, decline_reason, kind_of
from gcc_portal.intake.models import InformationPoint, Submission
from partners.models import Agent

app = Celery("usual", broker=settings.CELERY_BROKER_URL)
app.conf.update(task_ignore_result=True, task_acks_late=True, task_default_queue="usual")
engine = Engine(
    dirs=[str(Path(__file__).parent / "templates")], libraries={"i18n": "django.templatetags.i18n"}
)


@app.task
def decide(form_id: int) -> None:
    """Answer one form as the desk does."""
    with transaction.atomic():
        form = CustomerForm.objects.select_for_update().get(pk=form_id)
        if form.state != "submitted" or form.auto_review_at is None or form.auto_review_at > timezone.now():
            return
        submission = form.submissions.latest("number")
        context = context_of(form)
        found = checks.gather(context)
        for row in checks.rows_of(submission, found):
            row.save()
        answer = verdict(found, submission.answers, kind_of(form))
        form.take(reviewer_id=None)
        form.save()
        log(auto_reviewer(), "take", form, "submitted")
        {"approve": approve, "decline": decline, "ask": ask}[answer.decision](form, submission, answer)


def approve(form: CustomerForm, submission: Submission, _found: Verdict) -> None:
    """Approve the form and issue its validation ID."""
    form.approve(context=context_of(form))
    form.save()
    log(auto_reviewer(), "approve", form, "in_review", "Every check passed.")
    answered(submission, "approved")
    days = settings.VALIDATION_ID_DAYS
    issued = ValidationId.objects.create(
        partner=form.partner,
        form=form,
        organization_name=form.organization_name,
        web_domain=form.answers["web_domain"],
        max_creates=settings.VALIDATION_ID_CREATES,
        expires_at=timezone.now() + timedelta(days=days),
    )
    log(auto_reviewer(), "issue", issued, "", f"Good for {days} days.")
    admins = Agent.objects.filter(
        partner=form.partner, is_active=True, role="admin_agent", user__is_active=True
    )
    for at, address in enumerate([each.user.email for each in admins] or [issued.partner.email]):
        letter = validation_letters.to_partner(issued)
        send("validation_issued", f"validation-issued:{issued.pk}:{at}", address, letter, issued)
    letter = validation_letters.to_customer(issued, form)
    send("intake.approved", f"answer:{submission.pk}:0:customer-0", form.contact_email, letter, form)


def decline(form: CustomerForm, submission: Submission, found: Verdict) -> None:
    """Decline the form."""
    form.decline(code=found.code, text=found.text)
    form.save()
    reason = decline_reason(kind_of(form), found.code)
    log(auto_reviewer(), "decline", form, "in_review", f"{reason.label if reason else ''}: {found.text}")
    answered(submission, "declined")
    letter = emails.declined(form, kind_of(form), found.code, found.text)
    send("intake.declined", f"answer:{submission.pk}:0", form.contact_email, letter, form)


def ask(form: CustomerForm, submission: Submission, found: Verdict) -> None:
    """Ask for information."""
    form.ask_information()
    form.save()
    log(
        auto_reviewer(),
        "ask_information",
        form,
        "in_review",
        "\n".join(text for _field, text in found.points),
    )
    answered(submission, "information_requested")
    points = [
        InformationPoint.objects.create(submission=submission, field=field, text=text)
        for field, text in found.points
    ]
    letter = emails.information_wanted(form, kind_of(form), points)
    send("intake.information", f"answer:{submission.pk}:0", form.contact_email, letter, form)


@app.task
def tell(form_id: int) -> None:
    """Answer that one form is still under review."""
    with transaction.atomic():
        form = CustomerForm.objects.select_for_update(of=("self",)).select_related("reviewer").get(pk=form_id)
        missed = form.respond_by
        if missed is None or missed > timezone.now() + timedelta(minutes=15):
            return
        submission = form.submissions.latest("number")
        by = respond_by(max(timezone.now(), missed))
        key = f"answer:{submission.pk}:{submission.notices}"
        send(
            "intake.under_review",
            key,
            form.contact_email,
            emails.under_review(form, kind_of(form), by),
            form,
        )
        for person in User.objects.filter(is_reviewer=True, is_active=True):
            key = f"escalation:{submission.pk}:{submission.notices}:{person.pk}"
            send("intake.escalation", key, person.email, emails.escalation(form, missed, by), form)
        submission.notices += 1
        answered(submission, "under_review")
        form.respond_by, form.escalated_at, form.warned_at = by, timezone.now(), None
        form.save()
        log(portal(), "notify_under_review", form, None, f"Until {emails.in_office_time(by)}.")


def answered(submission: Submission, answer: str) -> None:
    """Mark a submission as answered."""
    submission.answer, submission.answered_at = answer, timezone.now()
    submission.save()


def log(
    actor: Actor, action: str, subject: CustomerForm | ValidationId, was: str | None, why: str = ""
) -> None:
    """Write an audit entry."""
    AuditEntry.objects.create(
        actor_label=actor.name,
        role=actor.role,
        channel=actor.channel,
        action=action,
        object_type=type_of(subject),
        object_id=str(subject.pk),
        object_label=str(subject),
        from_state=was or "",
        to_state="" if was is None else subject.state,
        reason=why,
        partner_id=partner_of(subject),
    )


def send(kind: str, key: str, to: str, letter: EmailContent, about: CustomerForm | ValidationId) -> None:
    """Put a mail into the outbox, its two parts written from templates."""
    context = Context({"letter": letter, "portal_url": settings.PORTAL_URL})
    email = mail.send(
        to,
        settings.DEFAULT_FROM_EMAIL,
        subject=letter.one_line_subject(),
        message=engine.get_template("usual/letter.txt").render(context).strip() + "\n",
        html_message=engine.get_template("usual/letter.html").render(context),
    )
    OutboxMail.objects.create(
        email=email,
        kind=kind,
        key=key,
        about_type=type_of(about),
        about_id=str(about.pk),
        partner_id=partner_of(about),
    )
