"""The pages of an invitation's personal link. They are public: the link's token is the credential."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from gcc_portal.core.gates import Blocked, WrongState
from gcc_portal.core.limits import limited
from gcc_portal.core.people.models import User
from gcc_portal.core.people.request import actor_on
from partners.forms.organization import JoinForm
from partners.gates import agents as agent_gates
from partners.models import Invitation
from partners.queries import partners as queries
from partners.services import agents as agent_services

NOT_FOUND = 404
GONE = 410


@never_cache
@limited("public_form", methods=("GET", "POST"))
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation and accept it by POST; 404 for an unknown link, 410 for one that was used or expired."""
    found = queries.invitation_by_token(token)
    if found is None:
        return _dead(request, "unknown", NOT_FOUND)
    if not found.is_open():
        return _dead(request, found.state, GONE)
    if agent_gates.has_no_account(found):
        return _with_account(request, found)
    if request.user.is_authenticated:
        return render(request, "partners/join_other.html", {"invitation": found})
    return _as_new(request, found)


def _dead(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return render(request, "partners/invitation_dead.html", {"why": why}, status=status)


def _as_new(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = JoinForm(request.POST if request.method == "POST" else None, email=found.email)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            return _join(request, found, form)
        status = 422
    return render(request, "partners/join.html", {"invitation": found, "form": form}, status=status)


def _join(request: HttpRequest, found: Invitation, form: JoinForm) -> HttpResponse:
    try:
        agent = agent_services.join_as_new(
            actor_on(request),
            found.token,
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
        )
    except (Blocked, WrongState):
        # Accepted or cancelled in another tab, or the address has an account by now: show the page anew.
        return redirect("partners:invitation", token=found.token)
    messages.success(request, _("Welcome. You work for %(partner)s now.") % {"partner": agent.partner.name})
    response: HttpResponse = perform_login(
        request, agent.user, email_verification="none", redirect_url=reverse("home")
    )
    return response


def _with_account(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Let the owner of an existing account sign in and then join with one button."""
    if not request.user.is_authenticated:
        if request.method == "POST":
            return redirect_to_login(request.get_full_path())
        return render(request, "partners/join_sign_in.html", {"invitation": found})
    user = User.objects.filter(pk=request.user.pk).first()
    blockers = agent_gates.can_join(found, user)
    if request.method == "POST" and not blockers:
        try:
            agent = agent_services.join_with_account(actor_on(request), found.token)
        except WrongState:
            return redirect("partners:invitation", token=found.token)
        messages.success(
            request, _("Welcome. You work for %(partner)s now.") % {"partner": agent.partner.name}
        )
        return redirect("home")
    status = 409 if request.method == "POST" else 200
    return render(
        request, "partners/join_account.html", {"invitation": found, "blockers": blockers}, status=status
    )
