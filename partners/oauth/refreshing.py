"""Refresh tokens: each can be used once; a second use ends all tokens of the application for that person."""

import logging
from datetime import timedelta

from allauth.idp.oidc.models import Token
from django.utils import timezone

from gcc_portal.core.locks import advisory_lock
from partners.models import ApiApplication
from partners.oauth.adapter import is_agent_of
from partners.services import applications as application_services

logger = logging.getLogger(__name__)

# The provider deletes a token that was used. A row of this type remembers it for as long as it would have lived.
USED = "ur"
# A second use this soon is no theft: the answer got lost, or two threads of the client used the token at once.
REPEAT_WINDOW = timedelta(minutes=1)


def refresh_token(application: ApiApplication, value: str) -> Token | None:
    """Return the application's refresh token of this value, used or not; None where there is none.

    Locks the application's tokens of that person until the transaction ends, then reads the token again: another
    request may have used it in the meantime.
    """
    mine = Token.objects.filter(client_id=application.pk, type__in=(Token.Type.REFRESH_TOKEN, USED))
    found = mine.by_value(value).first()
    if found is None:
        return None
    advisory_lock(f"{application.pk} {found.user_id}")
    return mine.by_value(value).first()


def is_usable(application: ApiApplication, found: Token) -> bool:
    """Return whether a refresh token may be used, by the rules that the provider does not have.

    Deletes the person's tokens where the person is no agent of the partner any more, and where a used token comes
    again: it is in two hands then, and nobody can say which of them is the client's (RFC 9700, 4.14.2).
    """
    if not is_agent_of(application.pk, found.user_id):
        Token.objects.filter(client_id=application.pk, user_id=found.user_id).delete()
        return False
    if found.type != USED:
        return True
    if found.user_id is not None and found.created_at < timezone.now() - REPEAT_WINDOW:
        logger.warning("a used refresh token of application %s came again: its tokens stop", application.pk)
        application_services.stop_tokens(application, found.user_id)
    return False


def note_used(found: Token) -> None:
    """Remember that a refresh token was used, in the transaction that used it."""
    Token.objects.create(
        type=USED,
        hash=found.hash,
        client_id=found.client_id,
        user_id=found.user_id,
        expires_at=found.expires_at,
        scopes=found.scopes,
    )
