"""The token endpoint: turns a client's credentials, a code or a refresh token into an access token."""

import base64
import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.idp.oidc.models import Client
from allauth.idp.oidc.views import TokenView
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gcc_portal.core.limits import wait_for
from gcc_portal.core.locks import advisory_lock
from partners.models import ApiApplication
from partners.oauth.entra import (
    RESOURCE,
    SCOPE,
    OAuthError,
    check_resources_and_scopes,
    is_tenant_of,
    provider_request,
)
from partners.oauth.refreshing import is_usable, note_used, refresh_token

GRANTS = ("client_credentials", "authorization_code", "refresh_token")
# The parameters that the provider gets. All others are ignored.
PARAMETERS = (
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
)
RETRY_AFTER_SECONDS = 60
LENGTH_MAX = 4096  # characters of one parameter
_provider = TokenView.as_view()
View = Callable[..., HttpResponse]


def _refusal(error: OAuthError) -> HttpResponse:
    """Return a refusal in the shape of RFC 6749, 5.2."""
    return JsonResponse(error.as_parameters(), status=error.status)


def _counted(view: View) -> View:
    """Refuse (429) an address with too many refusals for a while, so that nobody can guess secrets."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if wait_for(request, "token_refused", count=False):
            sentence = _("Too many requests for a token were refused. Wait a minute, then try again.")
            answer = _refusal(OAuthError("temporarily_unavailable", sentence, 429))
            answer["Retry-After"], answer["Cache-Control"] = str(RETRY_AFTER_SECONDS), "no-store"
            return answer
        answer = view(request, *args, **kwargs)
        if answer.status_code >= 400:
            wait_for(request, "token_refused")
        return answer

    return run


@csrf_exempt
@_counted
def token(request: HttpRequest, tenant: str = "") -> HttpResponse:
    """Return an access token, or a refusal in OAuth's shape."""
    try:
        answer = _answer(request, tenant)
    except OAuthError as error:
        answer = _refusal(error)
    if answer.status_code == 401:
        answer["WWW-Authenticate"] = 'Basic realm="token"'
    answer["Cache-Control"], answer["Pragma"] = "no-store", "no-cache"
    return answer


def _answer(request: HttpRequest, tenant: str) -> HttpResponse:
    if request.method != "POST":
        raise OAuthError("invalid_request", _("Ask for a token with POST."), 405)
    sent = _posted(request)
    form = _read(request)
    application = (
        ApiApplication.objects.select_related("client", "partner").filter(pk=form["client_id"]).first()
    )
    if application is None or application.revoked_at or not is_tenant_of(application.partner, tenant):
        raise _unknown()
    with transaction.atomic():
        _lock_grant(form)
        used = None
        if form["grant_type"] == "refresh_token":
            used = refresh_token(application, form.get("refresh_token", ""))
        # The secret comes first: `is_usable` deletes tokens, which nobody without the secret may bring about.
        # A wrong secret is refused by the provider below.
        if (
            used
            and application.client.check_secret(form["client_secret"])
            and not is_usable(application, used)
        ):
            # Returned, not raised: what `is_usable` deleted must be committed.
            return _refusal(OAuthError("invalid_grant", _sentence("invalid_grant", form, application)))
        answer = _provider(provider_request(request, form))
        if answer.status_code < 400 and _was_changed(application):
            transaction.set_rollback(True)
            raise _unknown()
        if answer.status_code < 400 and used:
            note_used(used)
    if answer.status_code >= 400:
        return _described_refusal(answer, form, application)
    return _entra_answer(answer, sent)


def _posted(request: HttpRequest) -> QueryDict:
    """Return the parsed body. Raises `OAuthError` for one that is too large for a token request."""
    try:
        return request.POST
    except (RequestDataTooBig, TooManyFieldsSent):
        raise OAuthError("invalid_request", _("The request is larger than one for a token can be.")) from None


def _unknown() -> OAuthError:
    sentence = _(
        "The client ID, the secret or the tenant in the address is not right, or the client was revoked."
    )
    return OAuthError("invalid_client", sentence, 401)


def _read(request: HttpRequest) -> dict[str, str]:
    """Return the parameters that the provider gets, with the client's credentials. Raises `OAuthError`."""
    sent = request.POST
    if any(len(values) > 1 for name, values in sent.lists() if name in (*PARAMETERS, "scope")):
        raise OAuthError("invalid_request", _("Send each parameter once."))
    form = {name: sent[name] for name in PARAMETERS if sent.get(name)}
    if any("\x00" in value or len(value) > LENGTH_MAX for value in form.values()):
        raise OAuthError("invalid_request", _("A value is too long or holds a character that no value has."))
    form |= _basic(request, form)
    if form.get("grant_type") not in GRANTS:
        error = "unsupported_grant_type" if form.get("grant_type") else "invalid_request"
        raise OAuthError(error, _("Send grant_type: %(names)s.") % {"names": ", ".join(GRANTS)})
    if not form.get("client_id") or not form.get("client_secret"):
        raise _unknown()
    check_resources_and_scopes(sent)
    return form


def _basic(request: HttpRequest, form: dict[str, str]) -> dict[str, str]:
    """Return the credentials of the Authorization header, if there are any. Raises `OAuthError`."""
    scheme, _space, packed = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "basic":
        return {}
    try:
        client_id, _colon, secret = base64.b64decode(packed.strip(), validate=True).decode().partition(":")
    except ValueError:
        raise _unknown() from None
    if "\x00" in client_id + secret or form.get("client_id", client_id) != client_id:
        raise _unknown()
    return {"client_id": client_id, "client_secret": secret}


def _lock_grant(form: dict[str, str]) -> None:
    """Make requests with the same code or refresh token wait for each other: only one of them may use it."""
    single = form.get("code") or form.get("refresh_token")
    if single:
        advisory_lock(single)


def _was_changed(application: ApiApplication) -> bool:
    """Return whether the secret was renewed or the application revoked while its token was made.

    The new token's foreign key locks the client's row until the commit, so whoever renews or revokes after this
    check waits for the token and deletes it.
    """
    live = Client.objects.filter(pk=application.pk, secret=application.client.secret)
    return not live.filter(application__revoked_at=None).exists()


def _described_refusal(
    answer: HttpResponse, form: dict[str, str], application: ApiApplication
) -> HttpResponse:
    """Return the provider's refusal with a description, which the provider leaves out of most of them."""
    body: dict[str, Any] = json.loads(answer.content)
    body.setdefault("error_description", _sentence(body["error"], form, application))
    return JsonResponse(body, status=answer.status_code)


def _sentence(error: str, form: dict[str, str], application: ApiApplication) -> str:
    match error:
        case "invalid_client":
            return str(_unknown())
        case "unauthorized_client" if application.is_app_only:
            return _(
                "This application acts for itself (App-only): send grant_type=client_credentials. For a person "
                "takes an App+User application."
            )
        case "unauthorized_client":
            return _(
                "This application acts for a person (App+User): send the person to the authorize endpoint, then the "
                "code with grant_type=authorization_code. For itself takes an App-only application."
            )
        case "invalid_grant" if form["grant_type"] == "refresh_token":
            return _(
                "The refresh token is unknown, used, revoked or past its time. Each is good once: take the one of "
                "the last answer, or send the person to the authorize endpoint again."
            )
        case "invalid_grant":
            return _(
                "The code is unknown, used or older than five minutes, or code_verifier does not fit the "
                "code_challenge. Send the person to the authorize endpoint again."
            )
        case _:
            return error


def _entra_answer(answer: HttpResponse, sent: QueryDict) -> HttpResponse:
    """Return the provider's answer with the members that clients of Entra's v1 and v2 endpoints look for."""
    body: dict[str, Any] = json.loads(answer.content)
    seconds = int(body["expires_in"])
    body |= {
        "ext_expires_in": seconds,
        "expires_on": int(time.time()) + seconds,
        "resource": sent.get("resource") or RESOURCE,
        "scope": sent.get("scope") or SCOPE,
    }
    return JsonResponse(body)
