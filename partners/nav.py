"""What this room adds to the frame of every page: its links, and who is signed in."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_at
from gcc_portal.core.people.roles import Right, Role
from gcc_portal.intake.models import OPEN_STATES, FormState
from gcc_portal.web.home import Card, Task
from gcc_portal.web.nav import Identity, NavItem
from partners.gates import qualification as gates
from partners.models import Partner
from partners.queries import partners as queries
from partners.sign_in import place_of


def links(request: HttpRequest) -> Iterator[NavItem]:
    """Yield the links of this room that the person who asks may follow."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return
    if actor.is_partner:
        yield NavItem(_("Home"), reverse("home"), order=0)
        yield NavItem(_("Organization"), reverse("partners:profile"), order=90)
    elif actor.may(Right.REVIEW_FORMS):
        yield NavItem(_("Partners"), reverse("partners:list"), order=30)


def identity(request: HttpRequest) -> Identity | None:
    """Return who is signed in with organization and role, or None where this room does not know the person."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.role == Role.NOBODY:
        return None
    organization = (
        _name_of(request, actor.partner_id) if actor.partner_id else _("US Government Cloud Eligibility")
    )
    return Identity(name=actor.name, organization=organization, role=Role(actor.role).label)


def _name_of(request: HttpRequest, partner_id: int) -> str:
    """Return the partner's name, which was read with the person who is signed in."""
    place = place_of(request.user)
    return place.partner_name if place and place.partner_id == partner_id else queries.name_of(partner_id)


def cards(request: HttpRequest) -> Iterator[Card]:
    """Yield what the first page shows an agent: the qualification, and what waits for the organization."""
    actor: Actor = actor_at(request)
    if not actor.is_partner:
        return
    partner = queries.own_partner(actor)
    legal_info = reverse("partners:legal-info")
    label = _("Government Community Cloud")
    yield Card(
        label, partner.get_qualification_display(), legal_info, _("Your reseller qualification"), order=10
    )
    if not actor.may(Right.SIGN_PARTNER_FORM):
        return
    if tasks := tuple(_tasks(actor, partner)):
        yield Card(_("Your organization"), tasks=tasks, order=10)


def _tasks(actor: Actor, partner: Partner) -> Iterator[Task]:
    if not gates.can_apply(partner):
        yield Task(
            _("Apply for Government Community Cloud"),
            reverse("partners:intake-start"),
            _("Needed to add government customers and to order for them"),
        )
    for form in queries.forms_for(actor).filter(state__in=OPEN_STATES):
        where = reverse("partners:intake-status", args=[form.reference])
        if form.state == FormState.INFORMATION_REQUESTED:
            yield Task(_("Answer what the reviewers ask"), where, form.reference)
        elif form.state == FormState.DRAFT:
            yield Task(_("Finish and sign the partner intake form"), where, form.reference)
