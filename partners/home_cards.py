"""The cards of the partners app on the home page."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right
from gcc_portal.intake.models import OPEN_STATES, FormState
from gcc_portal.web.home import Card, Task
from partners.gates.qualification import can_apply
from partners.models import Partner
from partners.queries import partners as queries


def cards(request: HttpRequest) -> Iterator[Card]:
    """Yield an agent's cards: the qualification, and the organization's tasks."""
    actor = actor_on(request)
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
    if not can_apply(partner):
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
