"""The public page on which a customer answers a relationship request. The personal link opens it; no account."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from customers.forms.relationships import AnswerForm, DeclineForm
from customers.gates.answering import may_answer
from customers.models import Relationship
from customers.queries.relationships import by_token
from customers.services import answering
from customers.services.agreement import TEMPLATE_VERSION
from customers.states import RelationshipState
from gcc_portal.core.gates import Blocked, Blocker, WrongState
from gcc_portal.core.limits import limited
from gcc_portal.core.people.actors import Actor, customer_contact
from gcc_portal.core.people.address import client_address
from gcc_portal.core.people.request import actor_on
from gcc_portal.identity.tenants.directory import tenant_directory
from gcc_portal.identity.tenants.kinds import parse_tenant_id
from gcc_portal.web.forms import add_blockers


@never_cache
@limited("public_form")
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show who asks and what accepting means; accept or decline."""
    found = by_token(token)
    if found is None:
        return _closed(request, None, 404)
    if found.shown_state != RelationshipState.INVITED:
        used = request.method == "POST"
        return _closed(
            request, found, 409 if used else 200 if found.state == RelationshipState.ACTIVE else 410
        )
    if request.method != "POST":
        blockers = may_answer(actor_on(request))
        return _not_for_agents(request, found, blockers, 200) if blockers else _page(request, found)
    try:
        return _answered(request, found)
    except WrongState:
        # Somebody answered in another tab a moment ago.
        return _closed(request, by_token(token), 409)


def _answered(request: HttpRequest, found: Relationship) -> HttpResponse:
    """Return the page after a button was pressed: decline, check or accept; agents are refused whatever they sent."""
    pressed = request.POST.get("go")
    try:
        answering.admit(_contact(request, ""), found.token, "decline" if pressed == "decline" else "activate")
    except Blocked as refusal:
        return _not_for_agents(request, found, refusal.blockers, refusal.status)
    match pressed:
        case "decline":
            return _decline(request, found)
        case "check":
            return _check(request, found)
        case _:
            return _accept(request, found)


def _check(request: HttpRequest, found: Relationship) -> HttpResponse:
    """Show whose tenant was named, without JavaScript too; nothing is accepted, everything typed is kept."""
    form = AnswerForm(request.POST)
    for name in set(form.errors) - {"tenant_id"}:
        del form.errors[name]
    if form.errors:
        return _page(request, found, form=form, status=422)
    tenant = tenant_directory().find(form.cleaned_data["tenant_id"])
    blockers = answering.acceptance_blockers(found, tenant)
    return _page(request, found, form=form, tenant=tenant, tenant_blockers=blockers)


def _accept(request: HttpRequest, found: Relationship) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    data = form.cleaned_data
    who = answering.Administrator(data["first_name"], data["last_name"], data["title"], data["email"])
    # Asked before the transaction: the directory may be slow.
    tenant = tenant_directory().find(data["tenant_id"])
    try:
        answering.accept(
            _contact(request, f"{who.first_name} {who.last_name}"),
            found.token,
            tenant,
            who,
            agrees=data["accept_agreement"],
        )
    except Blocked as refusal:
        others = add_blockers(form, refusal.blockers)
        return _page(request, found, form=form, status=refusal.status, blockers=others)
    return redirect("relationships:answer", found.token)


def _decline(request: HttpRequest, found: Relationship) -> HttpResponse:
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, found, decline=form, status=422)
    name = form.cleaned_data["name"]
    answering.decline(_contact(request, name), found.token, name=name, reason=form.cleaned_data["reason"])
    return redirect("relationships:answer", found.token)


def _contact(request: HttpRequest, name: str) -> Actor:
    return customer_contact(name, client_address(request), actor_on(request))


def _page(
    request: HttpRequest,
    found: Relationship,
    *,
    form: AnswerForm | None = None,
    decline: DeclineForm | None = None,
    status: int = 200,
    blockers: Any = (),
    **tenant: Any,
) -> HttpResponse:
    context = {
        **tenant,
        "agreement_version": TEMPLATE_VERSION,
        "relationship": found,
        "form": form or AnswerForm(),
        "decline_form": decline or DeclineForm(),
        "declining": decline is not None,
        "blockers": blockers,
    }
    return render(request, "customers/relationships/answer.html", context, status=status)


def _not_for_agents(
    request: HttpRequest, found: Relationship, blockers: list[Blocker], status: int
) -> HttpResponse:
    """Say to an agent of a partner that the page is the customer's, and how the customer gets in (R2)."""
    context = {"relationship": found, "blockers": blockers}
    return render(request, "customers/relationships/not_for_agents.html", context, status=status)


def _closed(request: HttpRequest, found: Relationship | None, status: int) -> HttpResponse:
    """Say plainly what became of a link that can't be answered (any more)."""
    return render(request, "customers/relationships/closed.html", {"relationship": found}, status=status)


@never_cache
@require_GET
@limited("tenant_lookup", methods=("GET",))
def tenant(request: HttpRequest, token: str) -> HttpResponse:
    """Say what the directory knows of the tenant ID typed so far (a fragment of the answer page)."""
    found = by_token(token)
    if found is None or found.shown_state != RelationshipState.INVITED:
        return render(request, "customers/relationships/_tenant.html", {}, status=404)
    typed = request.GET.get("tenant_id", "")[:200]
    if may_answer(actor_on(request)) or not typed.strip():
        return render(request, "customers/relationships/_tenant.html", {})
    tenant_id = parse_tenant_id(typed)
    if tenant_id is None:
        sentence = _("This is not a tenant ID yet: 32 digits and letters from a to f, in five groups.")
        return render(request, "customers/relationships/_tenant.html", {"sentence": sentence})
    answer = tenant_directory().find(tenant_id)
    context = {"tenant": answer, "blockers": answering.acceptance_blockers(found, answer)}
    return render(request, "customers/relationships/_tenant.html", context)
