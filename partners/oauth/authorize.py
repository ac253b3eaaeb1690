"""The authorization endpoint: a signed-in agent lets an application act on the agent's behalf."""

import re
from typing import Any
from urllib.parse import urlencode

from allauth.idp.oidc.views import AuthorizationView
from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from partners.access import no_agent_sentence
from partners.api.tokens import role_through
from partners.models import ApiApplication
from partners.oauth.entra import (
    SCOPE,
    OAuthError,
    check_resources_and_scopes,
    is_tenant_of,
    provider_request,
)
from partners.oauth.redirects import is_registered, origin_of, with_parameters
from partners.queries import partners as queries
from partners.queries.applications import application_or_404
from partners.services import applications as application_services

# The parameters that the provider gets. All others are ignored.
PARAMETERS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "code_challenge",
    "code_challenge_method",
)
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)


class Consent(AuthorizationView):
    """allauth's page, in this portal's frame."""

    application = ApiApplication()
    target = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's context: the application, the agent, the role and the scopes."""
        actor = actor_on(self.request)
        return {
            **super().get_context_data(**kwargs),
            "application": self.application,
            "actor": actor,
            "role": role_through(self.application, actor.role).label,
            "scopes": [SCOPE],
            "target": self.target,
        }


class InvalidClientError(Exception):
    """The client or its redirect address is wrong: the agent sees the refusal, and nobody is sent there."""


@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest, tenant: str = "") -> HttpResponseBase:
    """Ask the agent for consent; send the browser back to the application with a code or a refusal."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_on(request)
    if not actor.is_partner:
        return _dead_end(request, no_agent_sentence(actor), 403)
    try:
        parameters = _signed_parameters(request) if request.method == "POST" else _parameters(request)
        application = _application(actor, parameters, tenant)
    except InvalidClientError as problem:
        return _dead_end(request, str(problem), 400)
    target = parameters["redirect_uri"]
    if request.method == "GET":
        # A POST carries the signed parameters of a consent page, which were checked when it was shown.
        try:
            _check(request.GET, parameters)
        except OAuthError as error:
            return _redirect_with_error(target, parameters, error)
    # Browsers apply `form-action` to redirects too, and the consent form's ends at the application.
    policy = csp_update({"form-action": [origin_of(target)]})
    provider = policy(Consent.as_view(application=application, target=target))
    if request.method == "POST":
        if request.POST.get("action") == "grant":
            application_services.consent_to_application(actor, application.pk)
        return provider(request)
    # `prompt=login` is the one option of the sign-in that the provider honours.
    prompt = {"prompt": "login"} if "login" in request.GET.get("prompt", "").split() else {}
    answer = provider(provider_request(request, {**parameters, **prompt}))
    if isinstance(answer, TemplateResponse):
        answer["Cache-Control"] = "no-store"
    elif answer.status_code == 200:
        answer.status_code = 400
    return answer


def _dead_end(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """Return the page of a refusal: its reason, who is signed in, and the way to sign in as somebody else."""
    way_back = request.get_full_path() if request.method == "GET" else ""
    sign_out = reverse("account_logout") + (f"?{urlencode({'next': way_back})}" if way_back else "")
    context = {"sentence": sentence, "person": str(request.user), "sign_out": sign_out}
    return render(request, "idp/oidc/error.html", context, status=status)


def _parameters(request: HttpRequest) -> dict[str, str]:
    """Return the parameters of the query. Raises `InvalidClientError`."""
    if any(len(request.GET.getlist(name)) > 1 for name in PARAMETERS):
        raise InvalidClientError(_("The address names something twice."))
    return {name: request.GET[name] for name in PARAMETERS if name in request.GET}


def _signed_parameters(request: HttpRequest) -> dict[str, str]:
    """Return the parameters that the consent page carries, signed. Raises `InvalidClientError`."""
    try:
        _scopes, signed = Signer().unsign_object(request.POST.get("request", ""))
    except (BadSignature, ValueError):
        raise InvalidClientError(_("The page was changed. Start again from the application.")) from None
    return {name: str(signed[name]) for name in PARAMETERS if signed.get(name)}


def _application(actor: Actor, parameters: dict[str, str], tenant: str) -> ApiApplication:
    """Return the application that asks. Raises `InvalidClientError` where it is not one of the agent's organization."""
    try:
        application = application_or_404(actor, parameters.get("client_id", ""))
    except Http404:
        application = None
    if application is None or application.revoked_at is not None or application.is_app_only:
        sentence = _(
            "No application with this client ID may ask you: it is unknown, revoked, App-only, or not one of %(name)s."
        )
        raise InvalidClientError(sentence % {"name": queries.name_of(actor.partner_id or 0)})
    if not is_tenant_of(application.partner, tenant):
        raise InvalidClientError(_("The tenant in the address is not the one of your organization."))
    if not is_registered(parameters.get("redirect_uri", ""), application.client.get_redirect_uris()):
        raise InvalidClientError(
            _("The application asks to be answered at an address that is not registered for it.")
        )
    return application


def _check(query: QueryDict, parameters: dict[str, str]) -> None:
    """Raise `OAuthError` for a request that the client must make in another way."""
    if parameters.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", _("Ask for response_type=code."))
    if parameters.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(
        parameters.get("code_challenge", "")
    ):
        raise OAuthError("invalid_request", _("Send code_challenge with code_challenge_method=S256 (PKCE)."))
    if query.get("response_mode", "query") != "query":
        raise OAuthError("invalid_request", _("Codes are answered with response_mode=query."))
    check_resources_and_scopes(query)
    if "none" in query.get("prompt", "").split():
        raise OAuthError("interaction_required", _("The agent must be asked."))


def _redirect_with_error(target: str, parameters: dict[str, str], error: OAuthError) -> HttpResponse:
    """Send the browser back to the client with a refusal (RFC 6749, 4.1.2.1)."""
    answer = HttpResponse(status=302)
    state = {"state": parameters["state"]} if "state" in parameters else {}
    answer["Location"] = with_parameters(target, {**error.as_parameters(), **state})
    return answer
