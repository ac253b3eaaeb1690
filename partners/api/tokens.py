"""Whose a bearer token is: an application of a partner, for itself or for one of the partner's agents."""

import secrets
from datetime import datetime, timedelta

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from gcc_portal.api.callers import Caller
from gcc_portal.core.people.actors import Actor, Channel
from gcc_portal.core.people.roles import Role
from partners.models import ApiApplication, ApplicationKind
from partners.oauth.entra import SCOPE

# How exactly "last used" is kept: one write a minute and application at most.
USED_WITHIN = timedelta(minutes=1)


# Written by hand: it is asked at every call, and Django takes ten times longer to write it than PostgreSQL to answer.
HOLDER = """
SELECT t.user_id, a.client_id, a.kind, a.role, a.name, a.last_used_at, p.id, p.tenant_id, p.role, g.role,
       COALESCE(NULLIF(u.name, ''), u.email)
FROM allauth_idp_oidc_token t
JOIN partners_apiapplication a ON a.client_id = t.client_id
JOIN partners_partner p ON p.id = a.partner_id
LEFT JOIN gcc_portal_user u ON u.id = t.user_id AND u.is_active
LEFT JOIN partners_agent g ON g.user_id = u.id AND g.partner_id = p.id AND g.is_active
WHERE t.type = %s AND t.hash = %s AND (t.expires_at IS NULL OR t.expires_at > %s) AND a.revoked_at IS NULL
"""


def caller_of_token(value: str) -> Caller | None:
    """Return who holds an access token, or None when it opens nothing (any more).

    It opens nothing once it is past its time, its application is revoked, or its person is no agent of the
    application's partner any more.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(HOLDER, [Token.Type.ACCESS_TOKEN.value, get_adapter().hash_token(value), now])
        row = cursor.fetchone()
    if row is None:
        return None
    user_id, client_id, kind, role, name, used_at, partner_id, tenant_id, partner_role, agent_role, person = (
        row
    )
    app_only = kind == ApplicationKind.APP_ONLY
    if app_only != (user_id is None) or (user_id is not None and agent_role is None):
        return None
    actor = Actor(
        role=Role(role) if app_only else _both(role, agent_role),
        channel=Channel.API,
        name=name if app_only else person,
        user_id=user_id,
        partner_id=partner_id,
        partner_role=partner_role,
        application_id=client_id,
    )
    _note_use(client_id, used_at, now)
    return Caller(actor, tenant_id, app_only=app_only)


def role_through(application: ApiApplication, role: str) -> Role:
    """Return as what an agent of this role works through the application: it may what both of them may."""
    return _both(application.role, role)


def _both(application: str, agent: str) -> Role:
    both_admin = agent == application == Role.ADMIN_AGENT
    return Role.ADMIN_AGENT if both_admin else Role.SALES_AGENT


def _note_use(client_id: str, used_at: datetime | None, now: datetime) -> None:
    if used_at is None or used_at < now - USED_WITHIN:
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_WITHIN)
        ApiApplication.objects.filter(long_ago, pk=client_id).update(last_used_at=now)


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
