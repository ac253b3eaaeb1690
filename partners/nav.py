"""The partners app's part of every page's header: its links, and who is signed in."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right, Role
from gcc_portal.web.nav import Identity, NavItem
from partners.queries import partners as queries
from partners.sign_in import agent_of


def links(request: HttpRequest) -> Iterator[NavItem]:
    """Yield the app's links that the person may follow."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return
    if actor.is_partner:
        yield NavItem(_("Home"), reverse("home"), order=0)
        yield NavItem(_("Organization"), reverse("partners:profile"), order=90)
    elif actor.may(Right.REVIEW_FORMS):
        yield NavItem(_("Partners"), reverse("partners:list"), order=30)


def identity(request: HttpRequest) -> Identity | None:
    """Return who is signed in with organization and role, or None for a visitor or a person without a place."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.role == Role.NOBODY:
        return None
    organization = (
        _name_of(request, actor.partner_id) if actor.partner_id else _("US Government Cloud Eligibility")
    )
    return Identity(name=actor.name, organization=organization, role=Role(actor.role).label)


def _name_of(request: HttpRequest, partner_id: int) -> str:
    """Return the partner's name, which was read with the person who is signed in."""
    agent = agent_of(request.user)
    return agent.partner.name if agent and agent.partner_id == partner_id else queries.name_of(partner_id)
