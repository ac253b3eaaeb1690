"""What the API keeps for a while, and forgets."""

from allauth.idp.oidc.models import Token
from celery import shared_task

from gcc_portal.api.replay import forget_old


@shared_task(ignore_result=True)
def forget() -> int:
    """Remove tokens past their time and answers kept for repeated calls; return how many rows."""
    gone, _each = Token.objects.expired().delete()
    return gone + forget_old()
