"""Rate limits of public pages: allauth's limiter, so that sign-in and forms are counted by one mechanism."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gcc_portal.web.errors import render_problem


def limited(
    action: str, *, methods: tuple[str, ...] = ("POST",)
) -> Callable[..., Callable[..., HttpResponse]]:
    """Return a view decorator that answers 429 past the rate of `settings.ACCOUNT_RATE_LIMITS[action]`."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods and _is_past(request, action):
                return render_problem(
                    request,
                    429,
                    _("Too many tries"),
                    _("You have done this many times in a short while. Wait a minute, then try again."),
                )
            return view(request, *args, **kwargs)

        return run

    return decorate


def _is_past(request: HttpRequest, action: str) -> bool:
    """Count this request; return whether it is past the rate. The public function would never count a GET."""
    return ratelimit.consume(request, app="allauth.account", action=action, limit_get=True) is None
