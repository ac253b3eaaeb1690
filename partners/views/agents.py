"""Agents of the organization: the list, invitations, roles, removal."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gcc_portal.core.gates import Blocked
from gcc_portal.core.limits import limited
from gcc_portal.core.mail.states import mail_states
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.web.forms import add_refusal
from partners.access import agent_required, right_required
from partners.forms.organization import InvitationForm, RoleForm
from partners.gates import agents as agent_gates
from partners.models import Agent, Invitation
from partners.queries import partners as queries
from partners.services import agents as agent_services
from partners.views.organization import tabs


@agent_required
def agents(request: HttpRequest) -> HttpResponseBase:
    """Show the agents and the open invitations; invite by POST."""
    actor = actor_on(request)
    if request.method == "POST":
        return invite(request)
    return _page(request, actor, InvitationForm())


@right_required(Right.MANAGE_AGENTS)
@limited("invitation_mail")
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a person by e-mail."""
    actor = actor_on(request)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, form, status=422)
    try:
        invitation = agent_services.invite(
            actor, email=form.cleaned_data["email"], role=form.cleaned_data["role"]
        )
    except Blocked as blocked:
        add_refusal(form, blocked)
        return _page(request, actor, form, status=409)
    messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})
    return redirect("partners:agents")


def _page(request: HttpRequest, actor: Actor, form: InvitationForm, status: int = 200) -> HttpResponse:
    partner = queries.own_partner(actor)
    may_manage = actor.may(Right.MANAGE_AGENTS)
    people = list(queries.agents_for(actor))
    context: dict[str, Any] = {
        "partner": partner,
        "tabs": tabs("agents", actor),
        "form": form,
        "may_manage": may_manage,
        "agents": [_row(agent, actor, people) for agent in people],
        "invitations": list(queries.invitations_for(actor)) if may_manage else [],
    }
    return render(request, "partners/agents.html", context, status=status)


def _row(agent: Agent, actor: Actor, people: list[Agent]) -> dict[str, Any]:
    """Return one row of the list. Its buttons ask the service's gate, with the admins already read (no query a row)."""
    admins = [one for one in people if one.is_admin_at_work]
    return {
        "agent": agent,
        "is_self": agent.user_id == actor.user_id,
        "blockers": agent_gates.keeps_an_admin(agent, [one for one in admins if one.pk != agent.pk]),
    }


@right_required(Right.MANAGE_AGENTS)
def agent(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Show one agent; change the role by POST."""
    actor = actor_on(request)
    found = queries.agent_or_404(actor, agent_id)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": found.role})
    blockers = agent_gates.keeps_an_admin(found)
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        else:
            try:
                changed = agent_services.change_role(actor, found.pk, form.cleaned_data["role"])
            except Blocked as blocked:
                status, blockers = 409, blocked.blockers
            else:
                names = {"name": str(changed.user), "role": str(changed.get_role_display()).lower()}
                messages.success(request, _("%(name)s is %(role)s now.") % names)
                return redirect("partners:agents")
    context = {"agent": found, "form": form, "blockers": blockers, "is_self": found.user_id == actor.user_id}
    return render(request, "partners/agent.html", context, status=status)


@right_required(Right.MANAGE_AGENTS)
@require_POST
def remove(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Remove an agent."""
    removed = agent_services.remove(actor_on(request), agent_id)
    is_self = removed.user_id == request.user.pk
    if is_self:
        # `remove` ended this session too: the message needs a new one.
        logout(request)
    messages.success(
        request, _("%(name)s is removed and signed out everywhere.") % {"name": str(removed.user)}
    )
    return redirect("home" if is_self else "partners:agents")


@right_required(Right.MANAGE_AGENTS)
def invitation_detail(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Show one invitation and whether its e-mail was delivered."""
    invitation = queries.invitation_or_404(actor_on(request), invitation_id)
    context = {"invitation": invitation, "mails": mail_states(invitation, can_resend=False)}
    return render(request, "partners/invitation_detail.html", context)


@right_required(Right.MANAGE_AGENTS)
@require_POST
@limited("invitation_mail")
def resend(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Send an invitation again."""
    return _changed(
        request, invitation_id, agent_services.resend_invitation, _("The invitation was sent again.")
    )


@right_required(Right.MANAGE_AGENTS)
@require_POST
def cancel(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Cancel an invitation."""
    return _changed(
        request, invitation_id, agent_services.cancel_invitation, _("The invitation was cancelled.")
    )


def _changed(
    request: HttpRequest, invitation_id: int, service: Callable[[Actor, int], Invitation], message: str
) -> HttpResponse:
    service(actor_on(request), invitation_id)
    messages.success(request, message)
    return redirect("partners:agents")
