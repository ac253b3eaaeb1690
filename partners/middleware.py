"""Sets the actor of each request."""

import uuid
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from gcc_portal.core.people.actors import Actor, Channel, visitor
from gcc_portal.core.people.address import client_address
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Role
from partners.sign_in import agent_of


class ActorMiddleware:
    """Sets `request.actor`, lazily: pages that do not use the actor read no user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.correlation_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor: an active agent, a reviewer, or nobody (also for a removed agent)."""
    address = client_address(request)
    user: User | AnonymousUser = request.user
    if not isinstance(user, User):
        return visitor(address)
    agent = agent_of(user)
    return Actor(
        role=agent.role if agent else Role.REVIEWER if user.is_reviewer else Role.NOBODY,
        channel=Channel.PAGE,
        name=str(user),
        user_id=user.pk,
        partner_id=agent.partner_id if agent else None,
        partner_role=agent.partner.role if agent else "",
        address=address,
        correlation_id=getattr(request, "correlation_id", ""),
    )
