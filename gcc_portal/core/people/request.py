"""Who acts on a request."""

from typing import cast

from django.http import HttpRequest

from gcc_portal.core.people.actors import Actor


def actor_on(request: HttpRequest) -> Actor:
    """Return the actor that the middleware found: an agent, a reviewer, or a visitor."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]
