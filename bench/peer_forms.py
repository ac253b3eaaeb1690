"""The peer of answering due forms: a Celery task for each, on a worker with two processes: load, save, log, send.

The rules and the texts are the floor's. What differs from the product is that each form is worked on by itself, with
the ORM, a row at a time. A worker's functions, and the tasks.
"""

import atexit
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery import Celery
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from post_office import mail

from bench import floor_forms
from bench.child import timed
from customers.models import CustomerForm, ValidationId
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.business_time import respond_by
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.models import User
from gcc_portal.identity.registry.models import GovDomain
from gcc_portal.intake.models import Check, InformationPoint, IntakeForm, Submission
from partners.models import Agent, Partner

PATIENCE = 120.0  # seconds
START = "import django; django.setup(); from bench.peer_forms import app; app.worker_main({!r})"
OPTIONS = ("worker", "--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=WARNING")

app = Celery("bench", broker=settings.CELERY_BROKER_URL)
app.conf.update(task_ignore_result=True, task_acks_late=True, task_default_queue="bench")


def warm_up() -> None:
    """Start the Celery worker, which ends with this process."""
    worker = subprocess.Popen(
        [sys.executable, "-c", START.format(OPTIONS)], stdout=sys.stderr, stderr=sys.stderr
    )
    atexit.register(worker.wait, 30)
    atexit.register(worker.terminate)
    _wait_until(lambda: bool(app.control.ping(timeout=0.5)))


def answer_forms() -> list[float]:
    """Queue a task for each due form and wait until all are answered; return the seconds."""
    return timed(_answer_all, [timezone.now()])


def _answer_all(now: Any) -> None:
    late = IntakeForm.objects.filter(state="in_review", respond_by__lte=now + timedelta(minutes=15))
    due = IntakeForm.objects.filter(state="submitted", auto_review_at__lte=now)
    forms = [
        (task, pk)
        for rows, task in ((late, notify), (due, decide))
        for pk in rows.values_list("pk", flat=True)
    ]
    for task, pk in forms:
        task.delay(pk)
    waiting = Submission.objects.filter(form_id__in=[pk for _task, pk in forms], answer="")
    _wait_until(lambda: not waiting.exists())


def _wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)


@app.task
@transaction.atomic
def decide(form_id: int) -> None:
    """Answer one form by its checks."""
    form = CustomerForm.objects.select_for_update().get(pk=form_id)
    submission = form.submissions.latest("number")
    answers = submission.answers
    partner = Partner.objects.filter(tenant_id=answers["partner_tenant_id"]).first()
    domain = GovDomain.objects.filter(domain=answers["web_domain"]).first()
    same = IntakeForm.objects.filter(organization_name__iexact=form.organization_name, kind=form.kind)
    found = floor_forms.findings(
        answers,
        signed=all((submission.signatory_name, submission.signatory_title, submission.signed_from)),
        qualified=bool(partner and partner.is_transacting and partner.is_qualified),
        registrant=domain.organization_name if domain else None,
        earlier=same.exclude(pk=form.pk).exclude(state__in=("draft", "withdrawn")).exists(),
    )
    for each in found:
        texts = {"label": floor_forms.LABEL, "asked": floor_forms.ASKED, "came_back": floor_forms.ASKED}
        Check.objects.create(submission=submission, **each._asdict(), **texts)
    state, points = floor_forms.decision(found)
    code = "category" if state == "declined" else ""
    now = timezone.now()
    # The state is protected: it changes by transitions, which would ask the product's gates.
    CustomerForm.objects.filter(pk=form.pk).update(
        state=state, taken_at=now, decided_at=now, decision_code=code
    )
    log("take", form, "submitted", "in_review")
    log(floor_forms.ACTIONS[state], form, "in_review", state)
    submission.answer, submission.answered_at = state, timezone.now()
    submission.save()
    for field, text in points.items():
        InformationPoint.objects.create(submission=submission, field=field, text=text)
    if state == "approved":
        issue(form, submission)
    else:
        send(floor_forms.KINDS[state], f"answer:{submission.pk}:0", form.contact_email, form)


def issue(form: CustomerForm, submission: Submission) -> None:
    """Issue the validation ID of an approved form."""
    issued = ValidationId.objects.create(
        partner=form.partner, form=form, organization_name=form.organization_name,
        web_domain=submission.answers["web_domain"], max_creates=settings.VALIDATION_ID_CREATES,
        expires_at=timezone.now() + timedelta(days=settings.VALIDATION_ID_DAYS),
    )  # fmt: skip
    log("issue", issued, "", "issued")
    admins = Agent.objects.filter(partner=form.partner, is_active=True, role="admin_agent")
    addresses = list(admins.values_list("user__email", flat=True)) or [issued.partner.email]
    for at, address in enumerate(addresses):
        send("validation_issued", f"validation-issued:{issued.pk}:{at}", address, issued)
    send("intake.approved", f"answer:{submission.pk}:0:customer-0", form.contact_email, form)


@app.task
@transaction.atomic
def notify(form_id: int) -> None:
    """Notify the applicant and the reviewers that one form is still under review."""
    form = CustomerForm.objects.select_for_update().get(pk=form_id)
    submission, now = form.submissions.latest("number"), timezone.now()
    send("intake.under_review", f"answer:{submission.pk}:{submission.notices}", form.contact_email, form)
    for person in User.objects.filter(is_reviewer=True, is_active=True):
        send("intake.escalation", f"escalation:{submission.pk}:{person.pk}", person.email, form)
    submission.notices += 1
    submission.answer, submission.answered_at = "under_review", now
    submission.save()
    form.respond_by, form.escalated_at, form.warned_at = (
        respond_by(max(now, form.respond_by or now)),
        now,
        None,
    )
    form.save()
    log("notify_under_review", form, "", "")


def log(action: str, about: CustomerForm | ValidationId, before: str, after: str) -> None:
    """Write an audit entry."""
    AuditEntry.objects.create(
        actor_label="Automatic review", role="system", channel="task", action=action, object_type=_type(about),
        object_id=str(about.pk), object_label=str(about), from_state=before, to_state=after,
    )  # fmt: skip


def send(kind: str, key: str, to: str, about: CustomerForm | ValidationId) -> None:
    """Put an e-mail into the outbox."""
    sender, text = settings.DEFAULT_FROM_EMAIL, floor_forms.TEXT
    email = mail.send(to, sender, subject=str(about), message=text, html_message=floor_forms.HTML)
    OutboxMail.objects.create(
        email=email, kind=kind, key=key, about_type=_type(about), about_id=str(about.pk)
    )


def _type(about: CustomerForm | ValidationId) -> str:
    return "validationid" if isinstance(about, ValidationId) else "intakeform"
