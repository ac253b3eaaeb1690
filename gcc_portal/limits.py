"""Rate limits of public pages: allauth's limiter, so that sign-in and forms are counted by one mechanism."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gcc_portal.ui.errors import render_problem


def limited(action: str, *, methods: tuple[str, ...] = ("POST",)) -> Callable[..., Callable[..., HttpResponse]]:
    """Return a view decorator that answers 429 past the rate of `settings.ACCOUNT_RATE_LIMITS[action]`."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods and not ratelimit.consume(request, action=action, limit_get=True):
                return render_problem(
                    request,
                    429,
                    _("Too many tries"),
                    _("You have done this many times in a short while. Wait a minute, then try again."),
                )
            return view(request, *args, **kwargs)

        return run

    return decorate
