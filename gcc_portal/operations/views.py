"""The figures for monitoring, and the operators' page."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from gcc_portal.core.gates import NotAllowed
from gcc_portal.operations import metrics as figures
from gcc_portal.operations import workers
from gcc_portal.operations.access import holds_token, open_without_token
from gcc_portal.operations.nav import is_operator
from gcc_portal.operations.queues import Pace, queue_states

TONES = {Pace.KEEPING_UP: "success", Pace.BEHIND: "warning", Pace.STOPPED: "danger"}


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the figures in Prometheus' format to who holds METRICS_TOKEN; closed where none is set."""
    if settings.METRICS_TOKEN:
        if not holds_token(request):
            return _plain("Send METRICS_TOKEN as a bearer token.", 401, {"WWW-Authenticate": "Bearer"})
    elif not open_without_token(request):
        return _plain("The figures are closed: METRICS_TOKEN is not set.", 403)
    return HttpResponse(figures.text(), content_type=CONTENT_TYPE_LATEST)


def _plain(sentence: str, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(
        f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers
    )


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show an operator how every queue stands, which workers answer, and what waits for a person."""
    if not is_operator(request.user):
        raise NotAllowed(
            _("This page is for those who run the portal. Ask an operator what you want to know of it.")
        )
    now, found = timezone.now(), workers.look()
    states = queue_states(now, with_workers=bool(found.names))
    context = {
        "at": now,
        "workers": found,
        "rows": [{"state": state, "tone": TONES[state.pace]} for state in states],
        "is_behind": any(state.pace == Pace.BEHIND for state in states),
    }
    return render(request, "operations/overview.html", context)
