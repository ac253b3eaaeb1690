"""The part of a page that changes: a list that is filtered, sorted or turned over, fetched alone by htmx.

`filters.html`, `pagination.html` and `{% sort_header %}` ask with htmx for the address that they also link to. A page
that extends `frame` answers such a request with its part alone; any other page answers whole, and the browser takes
the same part out of it. Without a script the links and forms work as they are.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django_htmx.http import HttpResponseClientRedirect

PART = "page-part"
WHOLE_FRAME, PART_FRAME = "base.html", "part.html"
WRONG_INPUT = 422
FETCHES = SafeString(
    f' hx-boost="true" hx-target="#{PART}" hx-select="#{PART}" hx-select-oob="#page-actions"'
    ' hx-swap="outerHTML show:none"'
)
"""What an element carries whose links, or which as a form, fetch the part alone."""
FETCHES_FROM_THE_TOP = SafeString(FETCHES.replace("show:none", f"show:#{PART}:top"))


def wants_part(request: HttpRequest) -> bool:
    """Return whether htmx asks for the part alone. Going back in the history asks for the whole page."""
    meta = request.META
    return (
        meta.get("HTTP_HX_TARGET") == PART
        and meta.get("HTTP_HX_REQUEST") == "true"
        and meta.get("HTTP_HX_HISTORY_RESTORE_REQUEST") != "true"
    )


def frame_of(request: HttpRequest) -> str:
    """Return the template that a page with a list extends."""
    return PART_FRAME if wants_part(request) else WHOLE_FRAME


class PartMiddleware:
    """Sees to it that a part never stands where a page should, and no page inside another."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not wants_part(request):
            return response
        if 300 <= response.status_code < 400:
            # Signed out meanwhile, say: the browser goes there itself, instead of showing that page as the part.
            return HttpResponseClientRedirect(response["Location"])
        if (
            400 <= response.status_code < 500
            and response.status_code != WRONG_INPUT
            and request.method == "GET"
        ):
            # Refused: the browser goes to the page that says why and what next, which is no part of a list.
            response["HX-Redirect"] = request.get_full_path()
        # A browser keeps both under one address: going back must never show a part alone.
        patch_vary_headers(response, ["HX-Request"])
        response["Cache-Control"] = "no-store"
        return response
