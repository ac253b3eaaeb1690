"""The app's link in the primary navigation."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.roles import Right
from gcc_portal.web.nav import NavItem


def links(request: HttpRequest) -> Iterator[NavItem]:
    """Yield the link to the orders for an agent of a partner; nothing for anybody else."""
    actor = getattr(request, "actor", None)
    if actor is not None and actor.is_partner and actor.may(Right.SEE_CUSTOMERS):
        yield NavItem(_("Orders"), reverse("orders:list"), order=50)
