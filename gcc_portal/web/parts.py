"""Lists that htmx fetches alone when they are filtered, sorted or paged, without the rest of the page.

`filters.html`, `pagination.html` and `{% sort_header %}` fetch with htmx the URL that they also link to. A page that
extends `frame` answers such a request with its list alone; other pages answer whole, and htmx selects the same part of
them. Without JavaScript the links and forms load whole pages.
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
"""The attributes of an element whose links, or of a form that, fetch the part alone."""
FETCHES_FROM_THE_TOP = SafeString(FETCHES.replace("show:none", f"show:#{PART}:top"))


def wants_part(request: HttpRequest) -> bool:
    """Return whether htmx asks for the part alone. Going back in the history needs the whole page."""
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
    """Keeps a part from being shown as a page, and a page from being shown inside another."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not wants_part(request):
            return response
        if 300 <= response.status_code < 400:
            # Signed out meanwhile, for example: the browser loads that page, instead of showing it inside the list.
            return HttpResponseClientRedirect(response["Location"])
        if (
            400 <= response.status_code < 500
            and response.status_code != WRONG_INPUT
            and request.method == "GET"
        ):
            # Refused: the browser loads the page that explains it, instead of showing it inside the list.
            response["HX-Redirect"] = request.get_full_path()
        # Page and part have one URL: a cached part must not be shown as the page when somebody goes back.
        patch_vary_headers(response, ["HX-Request"])
        response["Cache-Control"] = "no-store"
        return response
