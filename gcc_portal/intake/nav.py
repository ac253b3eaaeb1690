"""What a reviewer finds in the navigation and on the first page."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gcc_portal.core.people.request import actor_on
from gcc_portal.core.people.roles import Right, Role
from gcc_portal.intake.queue import LATE, MINE, SET_ASIDE, WAITING, counts
from gcc_portal.web.home import Card
from gcc_portal.web.nav import Identity, NavItem


def review_links(request: HttpRequest) -> Iterable[NavItem]:
    """Return the way to the queue, for reviewers."""
    if actor_on(request).may(Right.REVIEW_FORMS):
        yield NavItem(_("Review queue"), reverse("review:queue"), order=5)


def reviewer_identity(request: HttpRequest) -> Identity | None:
    """Return who a signed-in reviewer is."""
    actor = actor_on(request)
    if actor.role != Role.REVIEWER:
        return None
    return Identity(
        name=actor.name, organization=_("US Government Cloud Eligibility"), role=Role.REVIEWER.label
    )


def review_cards(request: HttpRequest) -> Iterable[Card]:
    """Return the figures of the queue, for reviewers."""
    actor = actor_on(request)
    if not actor.may(Right.REVIEW_FORMS):
        return
    found, url = counts(actor, timezone.now()), reverse("review:queue")
    yield Card(_("Waiting for an answer"), found[WAITING], url, order=1)
    yield Card(_("Late or about to be"), found[LATE], f"{url}?whose=late", order=2)
    yield Card(_("Mine"), found[MINE], f"{url}?whose=mine", order=3)
    if found[SET_ASIDE]:
        yield Card(_("Set aside by the desk"), found[SET_ASIDE], f"{url}?whose=set_aside", order=4)
