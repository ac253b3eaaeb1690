"""The partner's intake form: the self-check, then the shared pages of `gcc_portal.intake`."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocked
from gcc_portal.core.limits import limited
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.identity.tenants.kinds import TenantKind, parse_tenant_id
from gcc_portal.intake import wizard
from gcc_portal.intake.tenant_answers import ask_directory
from partners.access import agent_required, right_required
from partners.forms.intake import SelfCheckForm
from partners.gates import qualification as gates
from partners.intake import STEPS
from partners.models import Partner, PartnerForm
from partners.queries import partners as queries
from partners.self_check import Outlook, outlook
from partners.services import forms as form_services

ASIDES = {"organization": "partners/_tenant_aside.html", "evidence": "partners/_evidence_aside.html"}


def urls_of(form: PartnerForm) -> wizard.Urls:
    """Return the URLs of a form's pages, for the shared wizard."""
    return wizard.Urls(
        step=lambda slug: reverse("partners:intake-step", args=[slug]),
        sign=reverse("partners:intake-sign"),
        status=reverse("partners:intake-status", args=[form.reference]),
        copy=reverse("partners:intake-copy", args=[form.reference]),
        leave=reverse("partners:legal-info"),
        leave_label=_("Legal info"),
        crumbs=(
            (reverse("partners:profile"), _("Organization")),
            (reverse("partners:legal-info"), _("Legal info")),
        ),
        attachment=lambda pk: reverse("partners:intake-attachment", args=[form.reference, pk]),
    )


@right_required(Right.SIGN_PARTNER_FORM)
def start(request: HttpRequest) -> HttpResponse:
    """Show the self-check, answer it, or start the form. Nothing is signed here."""
    actor = actor_on(request)
    partner = queries.own_partner(actor)
    if request.method == "POST" and request.POST.get("go") == "start":
        return _start(request, actor)
    form = SelfCheckForm(request.POST if request.method == "POST" else None)
    result: Outlook | None = None
    if request.method == "POST" and form.is_valid():
        result = _outlook_of(partner, form.cleaned_data)
    context = {
        "form": form,
        "partner": partner,
        "result": result,
        "current": queries.open_form(actor),
        "blockers": gates.can_apply(partner),
        "carried": carried(form) if result else {},
    }
    wrong = request.method == "POST" and not form.is_valid()
    return render(request, "partners/intake_start.html", context, status=422 if wrong else 200)


def _outlook_of(partner: Partner, answers: dict[str, Any]) -> Outlook:
    tenant_id = answers["tenant_id"]
    return outlook(partner, answers, ask_directory(tenant_id) if tenant_id else {})


def carried(form: SelfCheckForm) -> dict[str, Any]:
    """Return the fields by which the self-check page starts the form with the criteria chosen on it."""
    return {"go": "start", "criteria": form.cleaned_data["criteria"]}


def _start(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = SelfCheckForm(request.POST)
    answers = {"criteria": form.cleaned_data["criteria"]} if form.is_valid() else {}
    try:
        form_services.start_form(actor, answers)
    except Blocked as blocked:
        found = queries.open_form(actor)
        if found is not None and {blocker.code for blocker in blocked.blockers} == {"P4.open_form"}:
            # A second click or a second tab: the form that was started is the one that is meant.
            return redirect(STEP_URL, slug=STEPS[0].slug) if found.is_editable else _to_status(found)
        raise
    messages.success(request, _("The form is started. It is saved at each step."))
    return redirect(STEP_URL, slug=STEPS[0].slug)


STEP_URL = "partners:intake-step"


def _to_status(form: PartnerForm) -> HttpResponse:
    return redirect("partners:intake-status", reference=form.reference)


@right_required(Right.SIGN_PARTNER_FORM)
def step(request: HttpRequest, slug: str) -> HttpResponse:
    """Show or save one step of the organization's open form."""
    actor = actor_on(request)
    form = queries.open_form(actor)
    if form is None:
        return redirect("partners:intake-start")
    extra = {"aside_template": ASIDES[slug], "partner": form.partner} if slug in ASIDES else None
    return wizard.step_page(request, actor, form, slug, urls_of(form), extra=extra)


@right_required(Right.SIGN_PARTNER_FORM)
def sign(request: HttpRequest) -> HttpResponse:
    """Show all answers and the terms; sign."""
    actor = actor_on(request)
    form = queries.open_form(actor)
    if form is None:
        return _signed_before(request, actor)
    return wizard.sign_page(request, actor, form, urls_of(form))


def _signed_before(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Redirect to the form that was signed while this page stood open, or to the start where there is none."""
    newest = queries.forms_for(actor).order_by("-pk").first()
    if request.method != "POST" or newest is None:
        return redirect("partners:intake-start")
    wizard.say_signed_already(request, newest)
    return _to_status(newest)


@agent_required
def status(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a form's state and its history."""
    actor = actor_on(request)
    form = queries.form_or_404(actor, reference)
    return wizard.status_page(request, actor, form, urls_of(form))


@agent_required
def copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what was signed, for printing."""
    actor = actor_on(request)
    form = queries.form_or_404(actor, reference)
    return wizard.copy_page(request, actor, form, urls_of(form))


@agent_required
def attachment(request: HttpRequest, reference: str, attachment_id: int) -> FileResponse:
    """Return an attached file of evidence."""
    return wizard.attachment_file(queries.form_or_404(actor_on(request), reference), attachment_id)


@right_required(Right.SIGN_PARTNER_FORM)
@limited("tenant_lookup", methods=("GET",))
def tenant_lookup(request: HttpRequest) -> HttpResponse:
    """Show what the directory says of a tenant ID while it is being typed (P3)."""
    partner = queries.own_partner(actor_on(request))
    tenant_id = parse_tenant_id(request.GET.get("tenant_id", "")[:100])
    answer = ask_directory(tenant_id) if tenant_id else {}
    kind = TenantKind(answer["kind"]) if answer else None
    context = {
        "typed": bool(request.GET.get("tenant_id", "").strip()),
        "kind": kind,
        "organization": answer.get("organization_name") if kind == TenantKind.COMMERCIAL else "",
        "unsure": kind in (TenantKind.UNCHECKED, TenantKind.AMBIGUOUS, TenantKind.UNKNOWN_CLOUD),
        "blockers": gates.commercial_tenant(partner, tenant_id, answer) if tenant_id else [],
    }
    return render(request, "partners/_tenant_lookup.html", context)
