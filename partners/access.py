"""Decorators on who may open a page. Which rows the person then sees is decided in `queries`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gcc_portal.core.gates import NotAllowed
from gcc_portal.core.machine import require
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right, Role

View = Callable[..., HttpResponseBase]


def agent_required(view: View) -> View:
    """Let agents of a partner in; send visitors to sign in; answer everybody else with a 403."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        actor = actor_on(request)
        if not actor.is_partner:
            raise NotAllowed(no_agent_sentence(actor))
        return view(request, *args, **kwargs)

    return run


def right_required(right: Right) -> Callable[[View], View]:
    """Return a decorator that lets in actors with the right; visitors are sent to sign in, others get a 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            actor = actor_on(request)
            if not actor.may(right) and not actor.is_partner:
                raise NotAllowed(no_agent_sentence(actor))
            require(actor, right)
            return view(request, *args, **kwargs)

        return run

    return decorate


def no_agent_sentence(actor: Actor) -> str:
    """Return why a page for agents stays closed to someone who is none."""
    if actor.role == Role.REVIEWER:
        return _(
            "A reviewer may not act as a partner. Sign in as an agent of the organization to open this page."
        )
    return _(
        "Your account does not belong to a partner organization, or your place in it was removed. "
        "Ask an admin agent of your organization to invite you."
    )
