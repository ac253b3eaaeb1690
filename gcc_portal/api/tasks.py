"""Removal of expired tokens and kept answers."""

from allauth.idp.oidc.models import Token
from celery import shared_task

from gcc_portal.api.replay import forget_old


@shared_task(ignore_result=True)
def forget() -> int:
    """Remove expired tokens and the old answers of repeatable calls; return how many rows."""
    gone, _each = Token.objects.expired().delete()
    return gone + forget_old()
