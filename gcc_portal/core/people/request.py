"""The actor of a request."""

from typing import cast

from django.http import HttpRequest

from gcc_portal.core.people.actors import Actor


def actor_on(request: HttpRequest) -> Actor:
    """Return the actor that `partners.middleware.ActorMiddleware` set: an agent, a reviewer, or a visitor."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]
