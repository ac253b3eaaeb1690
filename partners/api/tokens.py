"""The caller of a bearer token: a partner's application, for itself or for one of the partner's agents."""

import secrets
from datetime import timedelta

from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from gcc_portal.api.callers import Caller
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.roles import Role
from partners.models import Agent, ApiApplication
from partners.oauth.entra import SCOPE

# "Last used" is written at most once a minute for each application.
LAST_USED_PRECISION = timedelta(minutes=1)


def caller_of_token(value: str) -> Caller | None:
    """Return the caller of an access token, or None for one that is not valid (any more).

    It is not valid once it is expired, its application is revoked, or its person is no agent of the
    application's partner any more. One statement reads all of them.
    """
    tokens = Token.objects.valid().by_value(value).filter(type=Token.Type.ACCESS_TOKEN)
    token = tokens.select_related("client__application__partner", "user__agent").first()
    application: ApiApplication | None = getattr(token and token.client, "application", None)
    if token is None or application is None or not application.is_in_use:
        return None
    if application.is_app_only != (token.user_id is None):
        return None
    role, name = Role(application.role), application.name
    if token.user is not None:
        agent: Agent | None = getattr(token.user, "agent", None)
        if agent is None or not agent.is_at_work or agent.partner_id != application.partner_id:
            return None
        role, name = role_through(application, agent.role), str(token.user)
    actor = Actor(
        role=role,
        channel=Channel.API,
        name=name,
        user_id=token.user_id,
        partner_id=application.partner_id,
        partner_role=application.partner.role,
        application_id=application.pk,
    )
    _note_use(application)
    return Caller(actor, application.partner.tenant_id, app_only=application.is_app_only)


def role_through(application: ApiApplication, role: str) -> Role:
    """Return the role of an agent who acts through the application: the lesser of both roles."""
    both_admin = role == application.role == Role.ADMIN_AGENT
    return Role.ADMIN_AGENT if both_admin else Role.SALES_AGENT


def _note_use(application: ApiApplication) -> None:
    now = timezone.now()
    before = now - LAST_USED_PRECISION
    if application.last_used_at is None or application.last_used_at < before:
        # The condition stands in the statement too, so that of several calls at once only one writes.
        due = ApiApplication.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=before))
        due.filter(pk=application.pk).update(last_used_at=now)


def issue(application: ApiApplication, user_id: int | None) -> str:
    """Return a new access token of an application, for a person or (App-only) for itself, without a sign-in."""
    value = secrets.token_urlsafe(48)
    token = Token(
        type=Token.Type.ACCESS_TOKEN,
        client_id=application.pk,
        user_id=user_id,
        scopes=SCOPE,
        expires_at=timezone.now() + timedelta(seconds=settings.API_TOKEN_SECONDS),
    )
    token.set_value(value)
    token.save(force_insert=True)
    return value
