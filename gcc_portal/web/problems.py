"""Turns refusals that no view has caught into pages that explain them."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gcc_portal.core.gates import Blocked, NotAllowed, Refusal
from gcc_portal.core.limits import TooMany
from gcc_portal.web.errors import render_problem, right_missing

# Bytes that a form may have beside its files.
BODY_MARGIN = 2 * 1024 * 1024


class RefusalMiddleware:
    """Turns the refusals that services raise into pages: 403 for a missing right, 409 for a state or a gate."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.refuse_unreadable(request) or self.get_response(request)

    def refuse_unreadable(self, request: HttpRequest) -> HttpResponse | None:
        """Return the page for a request that no view can handle: a NUL in the URL, a body past every limit."""
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            sentence = _(
                "The address holds a character that no address has. Follow a link of this portal instead."
            )
            return render_problem(request, 400, _("This address can't be read"), sentence)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.ATTACHMENTS_BYTES + BODY_MARGIN:
            sentence = _("What you sent is larger than 25 MB. Send less, or smaller files, and try again.")
            return render_problem(request, 413, _("That is too much"), sentence)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page for a refusal; leave everything else to Django."""
        if isinstance(error, Blocked):
            return render_problem(request, 409, _("This can't go ahead yet"), "", error.blockers)
        if isinstance(error, NotAllowed):
            return right_missing(request, str(error))
        if isinstance(error, Refusal):
            title = _("Too many tries") if isinstance(error, TooMany) else _("This can't be done now")
            return render_problem(request, error.status, title, str(error))
        if isinstance(error, RequestDataTooBig | TooManyFieldsSent):
            sentence = _("What you sent is too large. Send less text, or attach it as a file, and try again.")
            return render_problem(request, 413, _("That is too much"), sentence)
        return None
