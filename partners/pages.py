"""What this room adds to the frame of every page: its links, and who is signed in."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gcc_portal.people.actors import Actor
from gcc_portal.people.roles import Role
from gcc_portal.ui.nav import Identity, NavItem
from partners import queries


def links(request: HttpRequest) -> Iterator[NavItem]:
    """Yield the links of this room that the person who asks may follow."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return
    if actor.is_partner:
        yield NavItem(_("Home"), reverse("home"), order=0)
        yield NavItem(_("Organization"), reverse("partners:profile"), order=90)


def identity(request: HttpRequest) -> Identity | None:
    """Return who is signed in with organization and role, or None where this room does not know the person."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.role == Role.NOBODY:
        return None
    organization = queries.name_of(actor.partner_id) if actor.partner_id else _("US Government Cloud Eligibility")
    return Identity(name=actor.name, organization=organization, role=Role(actor.role).label)
