"""What a refusal looks like when no view has caught it: a page with a sentence, never a 500."""

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gcc_portal.gates import Blocked, NotAllowed, Refusal
from gcc_portal.ui.errors import render_problem


class RefusalMiddleware:
    """Turns the refusals that services raise into pages: 403 for a missing right, 409 for a state or a gate."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page for a refusal; leave everything else to Django."""
        if isinstance(error, Blocked):
            return render_problem(request, 409, _("This can't go ahead yet"), "", error.blockers)
        if isinstance(error, NotAllowed):
            return render_problem(request, 403, _("You may not do this"), str(error))
        if isinstance(error, Refusal):
            return render_problem(request, error.status, _("This can't be done now"), str(error))
        if isinstance(error, RequestDataTooBig | TooManyFieldsSent):
            sentence = _("What you sent is too large. Send less text, or attach it as a file, and try again.")
            return render_problem(request, 413, _("That is too much"), sentence)
        return None
