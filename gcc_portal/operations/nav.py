"""Who is an operator, and the link in the navigation for them."""

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.models import User
from gcc_portal.web.nav import NavItem


def is_operator(user: User | AnonymousUser) -> bool:
    """Return whether the user is an operator: whoever may use Django's admin."""
    return bool(user.is_active and user.is_staff)


def operator_links(request: HttpRequest) -> Iterator[NavItem]:
    """Yield the operators' links; none for other users."""
    user = getattr(request, "user", None)
    if user is not None and is_operator(user):
        yield NavItem(_("Operations"), reverse("operations:overview"), order=95)
