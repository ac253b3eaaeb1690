"""Who acts on a request."""

import uuid
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from gcc_portal.people.actors import Actor, Door, visitor
from gcc_portal.people.address import client_address
from gcc_portal.people.models import User
from gcc_portal.people.roles import Role
from partners.models import Agent


class ActorMiddleware:
    """Sets `request.actor`. Nothing is asked of the database before it is used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.correlation_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts: an agent at work, a reviewer, or a visitor (also someone whose place was taken away)."""
    address = client_address(request)
    user: User | AnonymousUser = request.user
    if not isinstance(user, User):
        return visitor(address)
    agent = (
        Agent.objects.filter(user_id=user.pk, is_active=True)
        .values("role", "partner_id", "partner__role")
        .first()
    )
    return Actor(
        role=agent["role"] if agent else Role.REVIEWER if user.is_reviewer else Role.NOBODY,
        door=Door.PAGE,
        name=str(user),
        user_id=user.pk,
        partner_id=agent["partner_id"] if agent else None,
        partner_role=agent["partner__role"] if agent else "",
        address=address,
        correlation_id=getattr(request, "correlation_id", ""),
    )
