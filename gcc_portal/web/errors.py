"""Pages for refused and failed requests: what happened, and what to do next."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Role

Text = str | Promise

TEMPLATES = frozenset({400, 403, 404, 409, 429, 500})


def render_problem(
    request: HttpRequest,
    status: int,
    title: Text = "",
    message: Text = "",
    blockers: Iterable[Any] = (),
    advice: Text = "",
) -> HttpResponse:
    """Return the page for a refused or failed request.

    `title` and `message` replace the template's sentences; `blockers` are listed with their next steps; `advice` says
    what the person can do about a missing right. A status without a template of its own uses that of 400.
    """
    template = f"{status}.html" if status in TEMPLATES else "400.html"
    context = {"problem_title": title, "message": message, "blockers": list(blockers), "advice": advice}
    return HttpResponse(render_to_string(template, context, request=request), status=status)


def right_missing(request: HttpRequest, message: Text = "") -> HttpResponse:
    """Return the page for a missing right (403); a sales agent reads that an admin agent can give it."""
    actor = getattr(request, "actor", None)
    advice = ""
    if isinstance(actor, Actor) and actor.role == Role.SALES_AGENT:
        advice = _("If you need this right, ask an admin agent of your organization to give it to you.")
    return render_problem(request, 403, message=message, advice=advice)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for a request that could not be understood (handler400)."""
    return render_problem(request, 400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for a missing right (handler403), with the sentence the exception carries."""
    return right_missing(request, str(exception or ""))


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for what does not exist (handler404).

    The exception's message is not shown: another partner's object and a missing one must read the same.
    """
    return render_problem(request, 404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for an unexpected error (handler500), rendered without request so that it can't fail as well."""
    return HttpResponse(render_to_string("500.html"), status=500)


@requires_csrf_token
def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for too many requests (handler429, which allauth's rate limits use)."""
    return render_problem(request, 429)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form whose token is missing or old (setting CSRF_FAILURE_VIEW)."""
    return render_problem(
        request,
        403,
        title=_("This form has gone stale"),
        message=_(
            "The form was open too long, or you signed in or out in another tab. Nothing was changed. "
            "Go back, reload the page and send the form again."
        ),
    )
