"""The relationships and requests that a person may see: every page and call reads them through here."""

import re

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from customers.models import Relationship
from customers.models.relationship import RelationshipQuerySet
from customers.states import RelationshipState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.web.keyset import OrderedRows

CANCELLED = "cancelled"
TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)


def visible_relationships(actor: Actor) -> RelationshipQuerySet:
    """Return the relationships of the actor's own partner; none for anybody else."""
    if not actor.is_partner or not actor.may(Right.REQUEST_RELATIONSHIPS):
        return Relationship.objects.none()
    return Relationship.objects.filter(partner_id=actor.partner_id)


def relationship_or_404(actor: Actor, relationship_id: int) -> Relationship:
    """Return one relationship of the actor's partner. Raises `Http404` otherwise."""
    rows = visible_relationships(actor).select_related("partner__provider", "customer", "created_by")
    found = rows.filter(pk=relationship_id).first() if 0 < relationship_id < 2**63 else None
    if found is None:
        raise Http404
    return found


def locked_or_404(actor: Actor, relationship_id: int) -> Relationship:
    """Return one relationship of the actor's partner, its row locked. Raises `Http404` otherwise."""
    found = relationship_or_404(actor, relationship_id)
    rows = Relationship.objects.select_for_update(of=("self",)).select_related("partner__provider")
    return rows.get(pk=found.pk)


def requests_for(actor: Actor) -> RelationshipQuerySet:
    """Return the requests of the actor's partner, newest first, without relationships that came with a creation."""
    return visible_relationships(actor).filter(is_request=True).order_by("-created_at", "-id")


def search_requests(actor: Actor, *, q: str = "", state: str = "") -> OrderedRows:
    """Return the requests of the actor's partner that a search and a state leave, newest first.

    One past its day is expired, whether or not the sweep has said so. Open ones are few and found by an index;
    requests are scanned for the text and for any other state.
    """
    rows, scan = requests_for(actor).select_related("customer"), Q()
    if q:
        scan &= (
            Q(organization_name__icontains=q) | Q(contact_name__icontains=q) | Q(contact_email__icontains=q)
        )
    match state:
        case RelationshipState.INVITED:
            rows = rows.open()
        case RelationshipState.EXPIRED:
            past = Q(state=RelationshipState.INVITED, expires_at__lte=timezone.now())
            scan &= Q(state=state, cancelled_at=None) | past
        case _ if state == CANCELLED:
            scan &= Q(cancelled_at__isnull=False)
        case _ if state:
            scan &= Q(state=state)
    return OrderedRows(rows, ("-created_at", "-pk"), scan)


def by_token(token: str) -> Relationship | None:
    """Return the request that a personal link names, or None. Whoever holds the link may see it."""
    if not TOKEN.fullmatch(token):
        return None
    rows = Relationship.objects.select_related("partner__provider", "customer")
    return rows.filter(token=token, is_request=True).first()
