"""What needs the product's own code before a measurement: sessions and API tokens. A worker's functions."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore

from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.models import User
from partners.api.tokens import issue
from partners.models import Agent, ApiApplication
from partners.services.applications import make_application
from partners.states import ApplicationKind


def session(email: str, backend: str = "") -> str:
    """Return the key of a new session of this person."""
    user = User.objects.get(email=email)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = backend or settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def token(email: str, *, app_only: bool = False) -> str:
    """Return an access token of an application of this agent's partner."""
    agent = Agent.objects.select_related("user").get(user__email=email)
    kind = ApplicationKind.APP_ONLY if app_only else ApplicationKind.APP_USER
    own = ApiApplication.objects.filter(partner_id=agent.partner_id, kind=kind)
    application = own.first() or _application(agent, kind)
    return issue(application, None if app_only else agent.user_id)


def _application(agent: Agent, kind: str) -> ApiApplication:
    actor = Actor(
        role=agent.role,
        channel=Channel.COMMAND,
        name=str(agent.user),
        user_id=agent.user_id,
        partner_id=agent.partner_id,
    )
    made = make_application(
        actor, name=f"Bench {kind}", kind=kind, role=agent.role, redirects=["http://localhost/"]
    )
    return made.application
