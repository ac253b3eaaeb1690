"""Context processor: the variables that the base template needs on every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from gcc_portal.core.people.demo import DEMO_PEOPLE
from gcc_portal.web import nav, parts


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return `nav` (links), `identity` (who is signed in, or None), `demo`, `demo_people`, and `frame`.

    `frame` is the template that a page with a list extends: it draws the whole page, or its part alone (`parts`).
    `nav` and `identity` are lazy: they read the database only when a template uses them.
    """
    return {
        "nav": SimpleLazyObject(lambda: nav.items_for(request)),
        "identity": SimpleLazyObject(lambda: nav.identity_of(request)),
        "frame": parts.frame_of(request),
        "demo": settings.DEMO,
        "demo_people": DEMO_PEOPLE if settings.DEMO else [],
    }
