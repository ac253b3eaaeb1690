"""The token endpoint: a client's credentials, a code or a refresh token in, an access token out."""

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
from partners.oauth.entra import RESOURCE, SCOPE, is_api, is_scope, is_tenant_of
from partners.oauth.refreshing import is_good, note_used, refresh_token

GRANTS = ("client_credentials", "authorization_code", "refresh_token")
# The parameters that are passed to the provider. All others are ignored.
PARAMETERS = (
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
)
TRY_AGAIN = 60  # seconds
LENGTH_MAX = 4096  # characters of one value
_provider = TokenView.as_view()
View = Callable[..., HttpResponse]


class TokenRefused(Exception):
    """A refusal in the shape of RFC 6749, 5.2."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.status = error, status

    def answer(self) -> HttpResponse:
        """Return the refusal as clients read it."""
        return JsonResponse({"error": self.error, "error_description": str(self)}, status=self.status)


def _counted(view: View) -> View:
    """Refuse an address for a while (429) that was refused too often: nobody tries out secrets here."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if wait_for(request, "token_refused", count=False):
            sentence = _("Too many requests for a token were refused. Wait a minute, then try again.")
            answer = TokenRefused("temporarily_unavailable", sentence, 429).answer()
            answer["Retry-After"], answer["Cache-Control"] = str(TRY_AGAIN), "no-store"
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
    except TokenRefused as refused:
        answer = refused.answer()
    if answer.status_code == 401:
        answer["WWW-Authenticate"] = 'Basic realm="token"'
    answer["Cache-Control"], answer["Pragma"] = "no-store", "no-cache"
    return answer


def _answer(request: HttpRequest, tenant: str) -> HttpResponse:
    if request.method != "POST":
        raise TokenRefused("invalid_request", _("Ask for a token with POST."), 405)
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
        if used and application.client.check_secret(form["client_secret"]) and not is_good(application, used):
            # Returned, not raised: `refresh_token` and `is_good` may have deleted tokens, which must be committed.
            return TokenRefused("invalid_grant", _sentence("invalid_grant", form, application)).answer()
        answer = _provider(_provider_request(request, form))
        if answer.status_code < 400 and _was_changed(application):
            transaction.set_rollback(True)
            raise _unknown()
        if answer.status_code < 400 and used:
            note_used(used)
    if answer.status_code >= 400:
        return _described_refusal(answer, form, application)
    return _entra_answer(answer, sent)


def _posted(request: HttpRequest) -> QueryDict:
    """Return what was posted. Raises `TokenRefused` for more than a request for a token can be."""
    try:
        return request.POST
    except (RequestDataTooBig, TooManyFieldsSent):
        raise TokenRefused(
            "invalid_request", _("The request is larger than one for a token can be.")
        ) from None


def _unknown() -> TokenRefused:
    sentence = _(
        "The client ID, the secret or the tenant in the address is not right, or the client was revoked."
    )
    return TokenRefused("invalid_client", sentence, 401)


def _read(request: HttpRequest) -> dict[str, str]:
    """Return what was sent, of what is read here. Raises `TokenRefused`."""
    sent = request.POST
    if any(len(values) > 1 for name, values in sent.lists() if name in (*PARAMETERS, "scope")):
        raise TokenRefused("invalid_request", _("Send each parameter once."))
    form = {name: sent[name] for name in PARAMETERS if sent.get(name)}
    if any("\x00" in value or len(value) > LENGTH_MAX for value in form.values()):
        raise TokenRefused(
            "invalid_request", _("A value is too long or holds a character that no value has.")
        )
    form |= _basic(request, form)
    if form.get("grant_type") not in GRANTS:
        error = "unsupported_grant_type" if form.get("grant_type") else "invalid_request"
        raise TokenRefused(error, _("Send grant_type: %(names)s.") % {"names": ", ".join(GRANTS)})
    if not form.get("client_id") or not form.get("client_secret"):
        raise _unknown()
    if not all(is_api(resource) for resource in sent.getlist("resource")):
        raise TokenRefused("invalid_target", _("The resource is %(resource)s.") % {"resource": RESOURCE})
    if not is_scope(sent.get("scope", "")):
        raise TokenRefused("invalid_scope", _("The scope is %(scope)s.") % {"scope": f"{RESOURCE}/.default"})
    return form


def _basic(request: HttpRequest, form: dict[str, str]) -> dict[str, str]:
    """Return the credentials of the Authorization header, if there are any. Raises `TokenRefused`."""
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
    """Let requests with one code or one refresh token wait for each other: it is good for one of them."""
    single = form.get("code") or form.get("refresh_token")
    if single:
        advisory_lock(single)


def _was_changed(application: ApiApplication) -> bool:
    """Return whether the application was renewed or revoked while its token was made.

    The new token's row holds the client's: who renews or revokes from now on waits, and finds the token.
    """
    live = Client.objects.filter(pk=application.pk, secret=application.client.secret)
    return not live.filter(application__revoked_at=None).exists()


def _provider_request(request: HttpRequest, form: dict[str, str]) -> HttpRequest:
    """Return the request with what the provider is to know: our scope, no resource, no query, no Basic."""
    known = QueryDict(mutable=True)
    known.update({**form, "scope": SCOPE})
    request.POST = known  # type: ignore[assignment]
    request.META = {key: value for key, value in request.META.items() if key != "HTTP_AUTHORIZATION"}
    request.META["QUERY_STRING"] = ""
    return request


def _described_refusal(
    answer: HttpResponse, form: dict[str, str], application: ApiApplication
) -> HttpResponse:
    """Return the provider's refusal with what is wrong and what to do: it leaves most of them without a word."""
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
    """Return the provider's answer with the members that clients of either version look for."""
    body: dict[str, Any] = json.loads(answer.content)
    seconds = int(body["expires_in"])
    body |= {
        "ext_expires_in": seconds,
        "expires_on": int(time.time()) + seconds,
        "resource": sent.get("resource") or RESOURCE,
        "scope": sent.get("scope") or SCOPE,
    }
    return JsonResponse(body)
