"""The audit's link in the navigation."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.roles import Right
from gcc_portal.web.nav import NavItem


def links(request: HttpRequest) -> list[NavItem]:
    """Return the link for those who may read the audit."""
    actor = getattr(request, "actor", None)
    if actor is None or not actor.may(Right.SEE_AUDIT):
        return []
    return [NavItem(_("Audit"), reverse("audit:list"), order=90)]
