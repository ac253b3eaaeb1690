"""The customer's eligibility form: public, without an account. A personal link opens a draft and its status."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from customers.criteria import CRITERIA
from customers.forms.intake import StartForm
from customers.gates.intake import named_partner, transacting_partner
from customers.models import CustomerForm
from customers.queries.intake import by_token
from customers.services import intake as services
from gcc_portal.core.gates import WrongState
from gcc_portal.core.limits import limited
from gcc_portal.core.people.actors import Actor, customer_contact
from gcc_portal.core.people.address import client_address
from gcc_portal.identity.free_mail import free_mail_notices
from gcc_portal.identity.tenants.kinds import parse_tenant_id
from gcc_portal.intake import wizard
from gcc_portal.intake.answers import looks_done
from gcc_portal.intake.kinds import kind_of
from gcc_portal.intake.tenant_answers import ask_directory

FormView = Callable[..., HttpResponseBase]


@limited("public_start")
def start(request: HttpRequest) -> HttpResponse:
    """Say who is eligible, and ask where the personal link goes."""
    form = StartForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.start(
                    customer_contact(data["contact_email"], client_address(request)),
                    organization_name=data["organization_name"],
                    contact_email=data["contact_email"],
                )
            except WrongState as refusal:
                form.add_error("contact_email", str(refusal))
                status = refusal.status
            else:
                request.session["eligibility_sent_to"] = data["contact_email"]
                for notice in free_mail_notices(data["contact_email"]):
                    messages.warning(request, notice)
                return redirect("eligibility:sent")
    return render(
        request, "customers/eligibility/start.html", {"form": form, "criteria": CRITERIA}, status=status
    )


@never_cache
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Say to look in the mailbox: the link is there and nowhere else."""
    address = request.session.get("eligibility_sent_to", "")
    if not address:
        return redirect("eligibility:start")
    return render(request, "customers/eligibility/sent.html", {"address": address})


def by_link(view: FormView) -> FormView:
    """Let in whoever has the personal link of a form; say plainly when the link is none. Hands over the form."""

    @never_cache
    @limited("public_form")
    @wraps(view)
    def run(request: HttpRequest, token: str, **rest: Any) -> HttpResponseBase:
        found = by_token(token)
        if found is None:
            return render(request, "customers/eligibility/no_form.html", status=404)
        return view(request, found, **rest)

    return run


def contact_on(request: HttpRequest, form: CustomerForm) -> Actor:
    """Return who acts by the personal link of this form."""
    return customer_contact(form.contact_name or form.contact_email, client_address(request))


def urls_of(form: CustomerForm) -> wizard.Urls:
    """Return where the pages of this form stand."""
    token = form.access_token
    return wizard.Urls(
        step=lambda slug: reverse("eligibility:step", args=[token, slug]),
        sign=reverse("eligibility:sign", args=[token]),
        status=reverse("eligibility:status", args=[token]),
        copy=reverse("eligibility:copy", args=[token]),
        leave=reverse("eligibility:status", args=[token]),
        leave_label=_("Form’s status"),
        crumbs=((reverse("eligibility:start"), _("Customer eligibility")),),
        attachment=lambda pk: reverse("eligibility:attachment", args=[token, pk]),
    )


@by_link
def resume(request: HttpRequest, form: CustomerForm) -> HttpResponse:
    """Lead to the first step that is not complete, else to the signing; a signed form to its status."""
    if not form.is_editable:
        return redirect("eligibility:status", form.access_token)
    open_steps = [each.slug for each in kind_of(form).steps if not looks_done(each, form.answers)]
    if not open_steps:
        return redirect("eligibility:sign", form.access_token)
    return redirect("eligibility:step", form.access_token, open_steps[0])


@by_link
def step(request: HttpRequest, form: CustomerForm, slug: str) -> HttpResponse:
    """One step of the form."""
    extra = {"aside_template": "customers/eligibility/_criteria.html", "criteria": CRITERIA}
    return wizard.step_page(request, contact_on(request, form), form, slug, urls_of(form), extra=extra)


@by_link
def sign(request: HttpRequest, form: CustomerForm) -> HttpResponse:
    """All answers, the terms, the signature."""
    return wizard.sign_page(request, contact_on(request, form), form, urls_of(form))


@by_link
def status(request: HttpRequest, form: CustomerForm) -> HttpResponse:
    """Where the form stands, and what comes next."""
    issued = getattr(form, "validation_id", None)
    extra = {"validation": issued, "status_template": "customers/eligibility/_validation.html"}
    return wizard.status_page(request, contact_on(request, form), form, urls_of(form), extra=extra)


@by_link
def copy(request: HttpRequest, form: CustomerForm) -> HttpResponse:
    """What was signed, for printing."""
    return wizard.copy_page(request, contact_on(request, form), form, urls_of(form))


@by_link
def attachment(request: HttpRequest, form: CustomerForm, attachment_id: int) -> HttpResponseBase:
    """One file of evidence of this form."""
    return wizard.attachment_file(form, attachment_id)


@never_cache
@require_GET
@limited("tenant_lookup", methods=("GET",))
def partner(request: HttpRequest, token: str) -> HttpResponse:
    """Say whose the tenant ID typed so far is (a fragment of the step "Your partner")."""
    template = "customers/eligibility/_partner.html"
    if by_token(token) is None:
        return render(request, template, {}, status=404)
    typed = request.GET.get("partner_tenant_id", "")[:200]
    if not typed.strip():
        return render(request, template, {})
    tenant_id = parse_tenant_id(typed)
    if tenant_id is None:
        sentence = _("This is not a tenant ID yet: 32 digits and letters from a to f, in five groups.")
        return render(request, template, {"sentence": sentence})
    found = named_partner(tenant_id)
    blockers = transacting_partner(tenant_id, found, {} if found else ask_directory(tenant_id))
    return render(request, template, {"partner": found, "blockers": blockers})
