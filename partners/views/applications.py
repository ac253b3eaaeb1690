"""API applications of the organization: the list, a new one, its credentials shown once, renewal, revocation."""

import shlex
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked
from gcc_portal.core.mail.emails import absolute
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.core.sealing import seal, unseal
from gcc_portal.web.forms import add_blockers
from partners.access import right_required
from partners.forms.applications import ApplicationForm
from partners.gates import applications as application_gates
from partners.models import ApiApplication
from partners.oauth.entra import RESOURCE
from partners.oauth.redirects import is_on_loopback
from partners.queries import partners as queries
from partners.queries.applications import application_or_404, applications_for
from partners.services import applications as application_services
from partners.services.applications import Credentials
from partners.views.organization import HISTORY_SHOWN, tabs

SEALED = "sealed_application_secrets"
manage = right_required(Right.MANAGE_APPLICATIONS)


@require_GET
@manage
def applications(request: HttpRequest) -> HttpResponse:
    """Show the applications, those in use first."""
    actor = actor_on(request)
    context = {
        "partner": queries.own_partner(actor),
        "tabs": tabs("applications", actor),
        "applications": list(applications_for(actor)),
    }
    return render(request, "partners/applications.html", context)


@require_http_methods(["GET", "POST"])
@manage
def new(request: HttpRequest) -> HttpResponse:
    """Make an application."""
    actor = actor_on(request)
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    status, blockers = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _redirect_to_secret(
                    request, application_services.make_application(actor, **form.cleaned_data)
                )
            except Blocked as blocked:
                status, blockers = 409, add_blockers(form, blocked.blockers)
    else:
        blockers = application_gates.can_make(queries.own_partner(actor), "")
    context = {"form": form, "blockers": blockers}
    return render(request, "partners/application_new.html", context, status=status)


@require_GET
@manage
def application(request: HttpRequest, client_id: str) -> HttpResponse:
    """Show an application; its secret too, once, right after it was made."""
    actor = actor_on(request)
    found = application_or_404(actor, client_id)
    sealed = request.session.get(SEALED, {})
    secret = unseal(sealed.pop(found.pk)) if found.pk in sealed else None
    if secret is not None:
        request.session[SEALED] = sealed
    context = {
        "application": found,
        "secret": secret if found.revoked_at is None else None,
        "facts": _rows(found),
        "seen": {"seen": application_services.secret_number(found)},
        "endpoint": _address("oauth:tenant-token", found),
        "authorization": _address("oauth:tenant-authorize", found),
        "is_on_loopback": any(is_on_loopback(each) for each in found.client.get_redirect_uris()),
        "command": _command(found, secret),
        "history": history_of(found)[:HISTORY_SHOWN],
    }
    response = render(request, "partners/application.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
@manage
def rotate(request: HttpRequest, client_id: str) -> HttpResponse:
    """Give an application a new secret."""
    seen = request.POST.get("seen", "")
    return _redirect_to_secret(
        request, application_services.rotate_application(actor_on(request), client_id, seen=seen)
    )


@require_POST
@manage
def revoke(request: HttpRequest, client_id: str) -> HttpResponse:
    """Revoke an application."""
    revoked = application_services.revoke_application(actor_on(request), client_id)
    said = _("%(name)s is revoked. Its secret and its tokens stopped working.") % {"name": revoked.name}
    messages.success(request, said)
    return redirect("partners:application", revoked.pk)


def _redirect_to_secret(request: HttpRequest, credentials: Credentials) -> HttpResponse:
    """Redirect to the page that shows the secret once. Until then it is encrypted in the person's session."""
    key = credentials.application.pk
    request.session[SEALED] = {**request.session.get(SEALED, {}), key: seal(credentials.secret)}
    return redirect("partners:application", key)


def _rows(found: ApiApplication) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [
        (_("Client ID"), found.pk),
        (_("Tenant ID"), str(found.partner.tenant_id)),
        (_("Signs in as"), found.get_kind_display()),
        (_("Role"), found.get_role_display()),
        (_("Made by"), str(found.created_by)),
    ]
    if not found.is_app_only:
        rows.append((_("Redirect addresses"), "\n".join(found.client.get_redirect_uris())))
    return rows


def _address(name: str, found: ApiApplication) -> str:
    return absolute(reverse(name, args=[found.partner.tenant_id]))


def _command(found: ApiApplication, secret: str | None) -> str:
    """Return the curl command that gets a token. For App+User it needs the code of an agent's sign-in."""
    words = ["curl", _address("oauth:tenant-token", found)]
    parameters = {"client_id": found.pk, "client_secret": secret or "THE-SECRET"}
    if found.is_app_only:
        parameters |= {"grant_type": "client_credentials", "resource": RESOURCE}
    else:
        back = next(iter(found.client.get_redirect_uris()), "")
        parameters |= {
            "grant_type": "authorization_code",
            "code": "THE-CODE",
            "code_verifier": "THE-VERIFIER",
        }
        parameters |= {"redirect_uri": back}
    for name, value in parameters.items():
        words += ["--data-urlencode" if name == "redirect_uri" else "-d", f"{name}={value}"]
    return shlex.join(words)
