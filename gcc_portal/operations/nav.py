"""The operators' link, and who an operator is."""

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.models import User
from gcc_portal.web.nav import NavItem


def is_operator(user: User | AnonymousUser) -> bool:
    """Return whether this person runs the portal: the same people whom Django's admin lets in."""
    return bool(user.is_active and user.is_staff)


def operator_links(request: HttpRequest) -> Iterator[NavItem]:
    """Yield the links of operators; nothing for anybody else."""
    user = getattr(request, "user", None)
    if user is not None and is_operator(user):
        yield NavItem(_("Operations"), reverse("operations:overview"), order=95)
