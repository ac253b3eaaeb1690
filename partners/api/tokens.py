"""Whose a bearer token is: an application of a partner, for itself or for one of the partner's agents."""

import secrets
from datetime import timedelta

from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from gcc_portal.api.callers import Caller
from gcc_portal.people.actors import Actor, Door
from gcc_portal.people.roles import Role
from partners import queries
from partners.models import ApiApplication
from partners.oauth.entra import SCOPE

# How exactly "last used" is kept: one write a minute and application at most.
USED_WITHIN = timedelta(minutes=1)


def caller_of_token(value: str) -> Caller | None:
    """Return who holds an access token, or None when it opens nothing (any more).

    It opens nothing once it is past its time, its application is revoked, or its person is no agent of the
    application's partner any more.
    """
    token = Token.objects.valid().by_value(value).filter(type=Token.Type.ACCESS_TOKEN)
    found = token.select_related("client__application__partner").first()
    application = getattr(found.client, "application", None) if found else None
    if found is None or application is None or application.revoked_at is not None:
        return None
    if application.is_app_only != (found.user_id is None):
        return None
    actor = _application(application) if found.user_id is None else _agent(application, found.user_id)
    if actor is None:
        return None
    _note_use(application)
    return Caller(actor, application.partner.tenant_id, app_only=application.is_app_only)


def _application(application: ApiApplication) -> Actor:
    return Actor(
        role=application.role,
        door=Door.API,
        name=application.name,
        partner_id=application.partner_id,
        partner_role=application.partner.role,
        application_id=application.pk,
    )


def _agent(application: ApiApplication, user_id: int) -> Actor | None:
    """Return the agent at work through the application."""
    own = queries.at_work(user_id).filter(partner_id=application.partner_id)
    agent = own.select_related("user").first()
    if agent is None:
        return None
    return Actor(
        role=role_through(application, agent.role),
        door=Door.API,
        name=str(agent.user),
        user_id=user_id,
        partner_id=application.partner_id,
        partner_role=application.partner.role,
        application_id=application.pk,
    )


def role_through(application: ApiApplication, role: str) -> Role:
    """Return as what an agent of this role works through the application: it may what both of them may."""
    both_admin = role == application.role == Role.ADMIN_AGENT
    return Role.ADMIN_AGENT if both_admin else Role.SALES_AGENT


def _note_use(application: ApiApplication) -> None:
    now = timezone.now()
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_WITHIN)
    if application.last_used_at is None or application.last_used_at < now - USED_WITHIN:
        ApiApplication.objects.filter(long_ago, pk=application.pk).update(last_used_at=now)


def issue(application: ApiApplication, user_id: int | None) -> str:
    """Return a new access token of an application, for a person or (App-only) for itself, without asking anybody."""
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
