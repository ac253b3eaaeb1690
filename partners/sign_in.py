"""The user of a session, read together with the user's agent and partner: one statement a request.

Because it is read on every request, a removed agent loses access at once.
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import AnonymousUser

from gcc_portal.core.people.models import User
from partners.models import Agent


class Backend(AuthenticationBackend):
    """Signs people in as allauth does; reads the user of a session together with agent and partner."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person, or None where there is none who may sign in. Called once a request."""
        user = User.objects.select_related("agent__partner").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


def agent_of(user: User | AnonymousUser) -> Agent | None:
    """Return the user's agent, or None for a visitor, a removed agent or somebody who never was one."""
    agent: Agent | None = getattr(user, "agent", None)
    return agent if agent is not None and agent.is_at_work else None
