"""Context processor: what the frame of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from gcc_portal.demo_people import DEMO_PEOPLE
from gcc_portal.ui import nav


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return `nav` (links), `identity` (who is signed in, or None), `demo` and `demo_people`.

    Nothing is asked of the database before it is used.
    """
    return {
        "nav": SimpleLazyObject(lambda: nav.items_for(request)),
        "identity": SimpleLazyObject(lambda: nav.identity_of(request)),
        "demo": settings.DEMO,
        "demo_people": DEMO_PEOPLE if settings.DEMO else [],
    }
