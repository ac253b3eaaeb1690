"""The partner's pages of relationship requests."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.forms.relationships import MessageForm, RequestFilter, RequestForm
from customers.gates.relationship import answer_link, can_request
from customers.models import Relationship
from customers.queries import relationships as queries
from customers.services import relationships as services
from customers.states import RelationshipState
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked, Refusal
from gcc_portal.core.machine import possible
from gcc_portal.core.mail.states import mail_states
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.forms import add_blockers, whole_number
from gcc_portal.web.keyset import page_of
from partners.access import right_required
from partners.queries.partners import own_partner

PAGE = 25


@right_required(Right.REQUEST_RELATIONSHIPS)
def requests(request: HttpRequest) -> HttpResponse:
    """The list: state, expiry, and what can be done."""
    actor = actor_on(request)
    form = RequestFilter(request.GET)
    params = form.cleaned_data if form.is_valid() else {}
    page = page_of(request.GET, PAGE, queries.search_requests(actor, **params))
    for each in page.object_list:
        each.open = each.is_open()
    context = {
        "form": form,
        "page_obj": page,
        "blockers": can_request(own_partner(actor), for_gcc=True),
    }
    return render(request, "customers/relationships/list.html", context)


@right_required(Right.REQUEST_RELATIONSHIPS)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for organisation, contact and cloud; go on to the message."""
    actor = actor_on(request)
    form = RequestForm(
        request.POST if request.method == "POST" else None,
        initial=_from_before(actor, request.GET.get("from", "")),
    )
    partner = own_partner(actor)
    blockers = can_request(partner, for_gcc=True)
    closed = bool(can_request(partner, for_gcc=False))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                begun = services.request(
                    actor,
                    organization_name=data["organization_name"],
                    contact_name=data["contact_name"],
                    contact_email=data["contact_email"],
                    for_gcc=form.wants_gcc,
                )
            except Blocked as refusal:
                blockers, status = refusal.blockers, refusal.status
            else:
                messages.success(request, _("The request is ready. Look at the letter, then send it."))
                return redirect("relationships:message", begun.pk)
    return render(
        request,
        "customers/relationships/new.html",
        {"form": form, "blockers": blockers, "closed": closed},
        status=status,
    )


@right_required(Right.REQUEST_RELATIONSHIPS)
def message(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Edit the message; copy it, open it in the mail program, or send it from here."""
    actor = actor_on(request)
    found = queries.relationship_or_404(actor, relationship_id)
    if found.shown_state != RelationshipState.INVITED and request.method == "GET":
        return redirect("relationships:detail", found.pk)
    initial = {"subject": found.message_subject, "message": found.message, "revision": found.revision}
    form = MessageForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method != "POST":
        return _message_page(request, found, form)
    if not form.is_valid():
        return _message_page(request, found, form, status=422)
    data = form.cleaned_data
    try:
        services.edit_message(
            actor, found.pk, subject=data["subject"], message=data["message"], revision=data["revision"]
        )
        if request.POST.get("go") == "send":
            services.send(actor, found.pk, sends=_sends(request, found))
    except Refusal as refusal:
        return _message_page(request, found, form, refusal=refusal)
    return redirect(_said(request, found, sent=request.POST.get("go") == "send"))


def _sends(request: HttpRequest, found: Relationship) -> int:
    """Return how often the message had been sent when the page was drawn."""
    return whole_number(request.POST.get("sends"), found.sends, digits=5)


def _said(request: HttpRequest, found: Relationship, *, sent: bool) -> str:
    """Say what was done and return where to go on."""
    if sent:
        messages.success(request, _("The letter is on its way to %(to)s.") % {"to": found.contact_email})
        return reverse("relationships:detail", args=[found.pk])
    messages.success(request, _("The letter was saved."))
    return reverse("relationships:message", args=[found.pk])


def _message_page(
    request: HttpRequest,
    found: Relationship,
    form: MessageForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "relationship": found, **ways_to_send(found)}
    if isinstance(refusal, Blocked):
        context["blockers"], status = add_blockers(form, refusal.blockers), refusal.status
    elif refusal is not None:
        context["refusal"], status = str(refusal), refusal.status
    return render(request, "customers/relationships/message.html", context, status=status)


def ways_to_send(relationship: Relationship) -> dict[str, str]:
    """Return the personal link, the message as plain text, and a mailto link."""
    text = relationship.message.replace("\n", "\r\n")
    mailto = (
        f"mailto:{quote(relationship.contact_email, safe='@')}"
        f"?subject={quote(relationship.message_subject, safe='')}&body={quote(text, safe='')}"
    )
    return {"link": answer_link(relationship), "mailto": mailto}


@right_required(Right.REQUEST_RELATIONSHIPS)
def detail(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """One request: state, message, e-mails, history, and what can be done now."""
    actor = actor_on(request)
    found = queries.relationship_or_404(actor, relationship_id)
    is_open = found.shown_state == RelationshipState.INVITED
    context = {
        "relationship": found,
        "is_open": is_open,
        "can_cancel": is_open and "expire" in possible(found, actor),
        "blockers": can_request(found.partner, for_gcc=found.for_gcc) if is_open else [],
        "mails": mail_states(found, can_resend=False),
        "history": history_of(found),
        **ways_to_send(found),
    }
    return render(request, "customers/relationships/detail.html", context)


@require_POST
@right_required(Right.REQUEST_RELATIONSHIPS)
def send(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Send the message, the first time or again."""
    found = queries.relationship_or_404(actor_on(request), relationship_id)
    sent = services.send(actor_on(request), found.pk, sends=_sends(request, found))
    messages.success(request, _("The letter is on its way to %(to)s.") % {"to": sent.contact_email})
    return redirect("relationships:detail", sent.pk)


@require_POST
@right_required(Right.REQUEST_RELATIONSHIPS)
def cancel(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Take the request back."""
    cancelled = services.cancel(actor_on(request), relationship_id)
    messages.success(request, _("The request was cancelled. Its link answers no more."))
    return redirect("relationships:detail", cancelled.pk)


def _from_before(actor: Actor, request_id: str) -> dict[str, Any]:
    """Return the initial data of a request that repeats an earlier one of this partner."""
    found = queries.requests_for(actor).filter(pk=whole_number(request_id, digits=18)).first()
    if found is None:
        return {}
    return {
        "organization_name": found.organization_name,
        "contact_name": found.contact_name,
        "contact_email": found.contact_email,
        "for_gcc": "yes" if found.for_gcc else "no",
    }
