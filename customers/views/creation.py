"""The wizard that adds a customer, and the page on which its creation is followed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from customers.forms.creation import RetryForm
from customers.gates.adding import ask_eligibility, can_add_customer
from customers.gates.contact import domain_of, domain_taken
from customers.gates.segments import has_agreement
from customers.models import CustomerCreation
from customers.queries.creations import creation_or_404, live_use
from customers.services import creation as creations
from customers.services.provisioner import is_domain_available
from customers.states import CreationState
from customers.views import steps
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked, Blocker, Refusal, Stale
from gcc_portal.core.limits import limited
from gcc_portal.core.mail.states import mail_states
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.identity.postal import domain_prefix_problem
from gcc_portal.web.forms import add_blockers, whole_number
from partners.access import right_required
from partners.queries.partners import own_partner

add_customers = right_required(Right.ADD_CUSTOMERS)
read_or_post = require_http_methods(["GET", "HEAD", "POST"])


@read_or_post
@add_customers
def create(request: HttpRequest) -> HttpResponse:
    """Return the first step of a new customer; begin its draft when the step is sent."""
    actor = actor_on(request)
    blockers = can_add_customer(own_partner(actor))
    form = steps.form_for("account", actor, None, request.POST if request.method == "POST" else None)
    if request.method != "POST" or blockers:
        status = 409 if request.method == "POST" else 200
        return _step_page(request, None, "account", form, blockers, closed=bool(blockers), status=status)
    if not _is_good(form, None):
        return _step_page(request, None, "account", form, status=422)
    try:
        begun = creations.start(actor, steps.answer_of("account", form))
    except Blocked as blocked:
        return _refused(request, None, "account", form, blocked)
    messages.success(request, _("Saved as a draft. You can go on with it at any time."))
    return redirect("customers:create-step", begun.pk, steps.next_slug(begun))


@read_or_post
@add_customers
def create_step(request: HttpRequest, creation_id: int, slug: str) -> HttpResponse:
    """Return one step of a draft; keep what is sent and go on to the next."""
    actor = actor_on(request)
    creation = creation_or_404(actor, creation_id)
    if slug not in steps.TITLES:
        raise Http404
    if not creation.is_open and request.method != "POST":
        return redirect("customers:creation", creation.pk)
    if slug == steps.REVIEW:
        return _review(request, creation)
    if slug not in creation.steps():
        return redirect("customers:create-step", creation.pk, steps.next_slug(creation))
    if request.method != "POST":
        return _draft_page(request, creation, slug)
    return _save(request, creation, slug)


def _draft_page(request: HttpRequest, creation: CustomerCreation, slug: str) -> HttpResponse:
    actor = actor_on(request)
    blockers = steps.standing_blockers(slug, actor, creation)
    form = steps.form_for(slug, actor, creation)
    closed = slug == "validation" and bool(blockers)
    return _step_page(request, creation, slug, form, blockers, closed=closed)


def _save(request: HttpRequest, creation: CustomerCreation, slug: str) -> HttpResponse:
    actor = actor_on(request)
    form = steps.form_for(slug, actor, creation, request.POST)
    if not _is_good(form, creation):
        return _step_page(request, creation, slug, form, status=422)
    answer = steps.answer_of(slug, form)
    try:
        saved = creations.save_step(
            actor, creation.pk, slug, answer, whole_number(request.POST.get("revision"))
        )
    except Blocked as blocked:
        return _refused(request, creation, slug, form, blocked)
    except Stale as stale:
        fresh = creation_or_404(actor, creation.pk)
        return _step_page(request, fresh, slug, form, stale=str(stale), status=409)
    return redirect("customers:create-step", saved.pk, steps.next_slug(saved))


def _is_good(form: forms.Form, creation: CustomerCreation | None) -> bool:
    """Return whether a form is valid and its domain free: the tenant directory is asked outside any transaction."""
    if not form.is_valid():
        return False
    prefix = form.cleaned_data.get("prefix")
    if prefix and is_domain_available(domain_of(prefix), creation) is False:
        add_blockers(form, [domain_taken(domain_of(prefix))])
    return form.is_valid()


def _refused(
    request: HttpRequest, creation: CustomerCreation | None, slug: str, form: forms.Form, blocked: Blocked
) -> HttpResponse:
    """Return the step with the gate's blockers: those with a next step above the form, the others at their fields."""
    with_next_step = [each for each in blocked.blockers if each.next_step]
    others = add_blockers(form, (each for each in blocked.blockers if not each.next_step))
    return _step_page(request, creation, slug, form, others + with_next_step, status=409)


def _step_page(
    request: HttpRequest,
    creation: CustomerCreation | None,
    slug: str,
    form: forms.Form,
    blockers: list[Blocker] | None = None,
    *,
    stale: str = "",
    closed: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "creation": creation,
        "slug": slug,
        "form": form,
        "blockers": blockers or [],
        "closed": closed,
        "stale": stale,
        "title": steps.TITLES[slug],
        "lead": steps.LEADS[slug],
        "steps": steps.indicator(slug, creation),
        "no_pick": slug == "validation" and not closed and "picked" not in form.fields,
        "ask": ask_eligibility(),
    }
    return render(request, "customers/create/step.html", context, status=status)


def _review(request: HttpRequest, creation: CustomerCreation) -> HttpResponse:
    if request.method == "POST":
        return _start(request, creation)
    actor = actor_on(request)
    return _review_page(request, creation, steps.standing_blockers(steps.REVIEW, actor, creation))


def _review_page(
    request: HttpRequest,
    creation: CustomerCreation,
    blockers: list[Blocker],
    *,
    stale: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "creation": creation,
        "rows": steps.summary(creation),
        "blockers": blockers,
        "stale": stale,
        "title": steps.TITLES[steps.REVIEW],
        "lead": steps.LEADS[steps.REVIEW],
        "steps": steps.indicator(steps.REVIEW, creation),
    }
    return render(request, "customers/create/review.html", context, status=status)


@require_POST
@add_customers
def start(request: HttpRequest, creation_id: int) -> HttpResponse:
    """Begin the provisioning, then show how it goes."""
    return _start(request, creation_or_404(actor_on(request), creation_id))


def _start(request: HttpRequest, creation: CustomerCreation) -> HttpResponse:
    actor = actor_on(request)
    try:
        creations.start_provisioning(actor, creation.pk, whole_number(request.POST.get("revision")))
    except Blocked as blocked:
        fresh = creation_or_404(actor, creation.pk)
        return _review_page(request, fresh, blocked.blockers, status=409)
    except Stale as stale:
        fresh = creation_or_404(actor, creation.pk)
        return _review_page(request, fresh, [], stale=str(stale), status=409)
    except Refusal as refusal:
        return _status_page(
            request, creation_or_404(actor, creation.pk), problem=str(refusal), status=refusal.status
        )
    return redirect("customers:creation", creation.pk)


@require_GET
@right_required(Right.SEE_CUSTOMERS)
def creation(request: HttpRequest, creation_id: int) -> HttpResponse:
    """Return how a creation stands; a draft goes on where it stopped."""
    found = creation_or_404(actor_on(request), creation_id)
    if found.is_open:
        return redirect("customers:create-step", found.pk, steps.next_slug(found))
    return _status_page(request, found)


@require_GET
@right_required(Right.SEE_CUSTOMERS)
def progress(request: HttpRequest, creation_id: int) -> HttpResponse:
    """Return the progress alone, for the page that asks for it again and again; a full page to anybody else."""
    found = creation_or_404(actor_on(request), creation_id)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("customers:creation", found.pk)
    if found.state != CreationState.PROVISIONING:
        return HttpResponseClientRefresh()
    return render(request, "customers/create/_progress.html", {"creation": found})


def _status_page(
    request: HttpRequest,
    found: CustomerCreation,
    *,
    form: RetryForm | None = None,
    blockers: list[Blocker] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = actor_on(request)
    failed = found.state == CreationState.FAILED
    context: dict[str, Any] = {
        "creation": found,
        "customer": found.customer,
        "use": live_use(found),
        "blockers": blockers or [],
        "problem": problem,
        "may_add": actor.may(Right.ADD_CUSTOMERS),
        "retry_form": (form or _retry_form(found)) if failed else None,
        "agreement_blockers": has_agreement(found.customer) if found.customer else [],
        "history": history_of(found)[:50],
        "mails": mail_states(found),
    }
    return render(request, "customers/create/status.html", context, status=status)


def _retry_form(found: CustomerCreation, data: Any = None) -> RetryForm:
    before = {
        "prefix": found.answer("account").get("prefix", ""),
        "number": found.answer("validation").get("number", ""),
    }
    return RetryForm(data, wants_gcc=found.wants_gcc, initial=before)


@require_POST
@add_customers
def retry(request: HttpRequest, creation_id: int) -> HttpResponse:
    """Try a failed creation again, with what was changed."""
    actor = actor_on(request)
    found = creation_or_404(actor, creation_id)
    form = _retry_form(found, request.POST)
    if found.state == CreationState.FAILED and not _is_good(form, found):
        return _status_page(request, found, form=form, status=422)
    form.is_valid()
    prefix, number = (str(form.cleaned_data.get(name) or "") for name in ("prefix", "number"))
    try:
        creations.retry(actor, creation_id, prefix, number, whole_number(request.POST.get("revision")))
    except Blocked as blocked:
        return _status_page(request, found, form=form, blockers=blocked.blockers, status=409)
    except Refusal as refusal:
        fresh = creation_or_404(actor, creation_id)
        return _status_page(request, fresh, form=form, problem=str(refusal), status=refusal.status)
    return redirect("customers:creation", creation_id)


@require_POST
@add_customers
def discard(request: HttpRequest, creation_id: int) -> HttpResponse:
    """Throw a draft away."""
    name = creations.discard(actor_on(request), creation_id, whole_number(request.POST.get("revision")))
    messages.success(request, _("The draft for %(customer)s was discarded.") % {"customer": name})
    return redirect("customers:list")


@require_POST
@add_customers
def password(request: HttpRequest, creation_id: int) -> HttpResponse:
    """Show the administrator's one-time password, once; nothing of the page is kept by browser or proxy."""
    actor = actor_on(request)
    shown = creations.show_password(actor, creation_id)
    found = creation_or_404(actor, creation_id)
    response = render(request, "customers/create/password.html", {"creation": found, "shown": shown})
    response["Cache-Control"] = "no-store, private"
    return response


@require_GET
@add_customers
@limited("tenant_lookup", methods=("GET",))
def domain_check(request: HttpRequest) -> HttpResponse:
    """Return whether a domain prefix is free, in a sentence."""
    prefix = request.GET.get("prefix", "").strip().lower()
    problem = domain_prefix_problem(prefix)
    domain = "" if problem else domain_of(prefix)
    found = None if problem else is_domain_available(domain)
    context = {"problem": problem, "domain": domain, "found": found, "asked": not problem}
    return render(request, "customers/create/_domain.html", context)
