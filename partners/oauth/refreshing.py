"""Refresh tokens: each is good once, and one that comes again later takes all of its family with it."""

import logging
from datetime import timedelta

from allauth.idp.oidc.models import Token
from django.utils import timezone

from gcc_portal.core.locks import advisory_lock
from partners import services
from partners.models import ApiApplication
from partners.oauth.adapter import is_agent_of

logger = logging.getLogger(__name__)

# The provider deletes a token that was used. A row of this kind stays, as long as the token would have lived.
USED = "ur"
# Within it, a second use is a client that asked twice: the answer got lost, or two of its threads asked at once.
TWICE = timedelta(minutes=1)


def refresh_token(application: ApiApplication, value: str) -> Token | None:
    """Return the application's refresh token of this value, used or not; None where there is none.

    Callers with tokens of one person wait for each other until the transaction ends.
    """
    mine = Token.objects.filter(client_id=application.pk, type__in=(Token.Type.REFRESH_TOKEN, USED))
    found = mine.by_value(value).first()
    if found is None:
        return None
    advisory_lock(f"{application.pk} {found.user_id}")
    return mine.by_value(value).first()


def is_good(application: ApiApplication, found: Token) -> bool:
    """Return whether a refresh token may be used, as far as the provider can't know it.

    Whoever does not work here any more loses the tokens, and so does everybody who holds one of a family of which
    a used one comes again: one of them is not whom it was given to (RFC 9700, 4.14.2).
    """
    if not is_agent_of(application.pk, found.user_id):
        Token.objects.filter(client_id=application.pk, user_id=found.user_id).delete()
        return False
    if found.type != USED:
        return True
    if found.user_id is not None and found.created_at < timezone.now() - TWICE:
        logger.warning("a used refresh token of application %s came again: its tokens stop", application.pk)
        services.stop_tokens(application, found.user_id)
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
