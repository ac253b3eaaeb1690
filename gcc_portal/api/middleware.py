"""The API's outermost layer: normalises addresses, and makes every response JSON with the call's ids."""

import json
from collections.abc import Callable
from importlib import import_module

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gcc_portal.api import casing
from gcc_portal.api.call import DEFAULT_LOCALE, Call, correlation_id_of, request_id_of
from gcc_portal.api.errors import INPUT, NOT_FOUND, UNSUPPORTED, ErrorCode, body_of
from gcc_portal.api.replay import JSON

PAGES = ("/docs",)  # under /v1, for people


class ApiMiddleware:
    """Normalises addresses, echoes the ids, and turns HTML errors below `/v1` into JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Loading the apps' resources registers their spelling, which the first call needs already.
        import_module("gcc_portal.api.urls")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = casing.api_path(request.path_info)
        if path is None:
            return self.get_response(request)
        request.path_info = request.path = path
        response = _unreadable(request) or self.get_response(request)
        if path.removeprefix(casing.ROOT) in PAGES:
            return response
        return _traced(request, _as_json(response))


def _unreadable(request: HttpRequest) -> HttpResponse | None:
    """Normalise the query; return a refusal if the address can't be read."""
    if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        return _refusal(INPUT, _("The address holds a character that no address has (NUL)."))
    try:
        request.GET = casing.api_query(request.GET)  # type: ignore[assignment]
    except TooManyFieldsSent:
        return _refusal(INPUT, _("The query is longer than an address of this API can be."))
    return None


def _as_json(response: HttpResponse) -> HttpResponse:
    """Return Django's own error responses (unknown address, wrong verb) as JSON refusals."""
    kind = response.headers.get("Content-Type", "")
    if response.status_code < 400 or kind.startswith("application/json") or response.streaming:
        return response
    if response.status_code == 405:
        # Not 405: the Java client would repeat the call for ever.
        return _refusal(UNSUPPORTED, _("This resource does not know this verb."))
    if response.status_code == 404:
        return _refusal(NOT_FOUND, _("There is no resource at this address."))
    if response.status_code == 413:
        return _refusal(INPUT, _("The body is larger than a resource of this API can be."))
    if response.status_code < 500:
        return _refusal(INPUT, response.reason_phrase)
    # The log has the details; clients get none.
    return _refusal((500, 500), _("The portal could not answer this. Nothing was changed. Try again later."))


def _refusal(answer: ErrorCode, sentence: str) -> HttpResponse:
    status, code = answer
    return HttpResponse(json.dumps(body_of(code, sentence)), status=status, content_type=JSON)


def _traced(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Add the call's ids, also where no resource was found."""
    call: Call | None = getattr(request, "api_call", None)
    response["MS-RequestId"] = str(call.request_id if call else request_id_of(request))
    response["MS-CorrelationId"] = str(call.correlation_id if call else correlation_id_of(request))
    response["X-Locale"] = call.locale if call else DEFAULT_LOCALE
    response["Cache-Control"] = "no-store"
    if request.method == "HEAD":
        response.content = b""
        response["Content-Length"] = "0"  # a free domain has no body, and no length of one
    return response
