"""Which relationships and requests a person may see. Nothing else decides it."""

import re

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from customers.models import Relationship
from customers.states import RelationshipState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right

CANCELLED = "cancelled"
TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)


def visible_relationships(actor: Actor) -> QuerySet[Relationship]:
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


def requests_for(actor: Actor) -> QuerySet[Relationship]:
    """Return the requests of the actor's partner, newest first: not the relationships that came with a creation."""
    return visible_relationships(actor).filter(is_request=True).order_by("-created_at", "-id")


def narrowed(rows: QuerySet[Relationship], *, q: str = "", state: str = "") -> QuerySet[Relationship]:
    """Return the requests that a search and a state leave. One past its day is expired, swept or not."""
    return found_by_index(rows, state).filter(sought(q=q, state=state))


def found_by_index(rows: QuerySet[Relationship], state: str) -> QuerySet[Relationship]:
    """Return the open requests where these are asked for: they are few, and an index holds them. Else all."""
    if state != RelationshipState.INVITED:
        return rows
    return rows.filter(Q(expires_at__gt=timezone.now()) | Q(expires_at=None), state=state)


def sought(*, q: str = "", state: str = "") -> Q:
    """Return the condition of a search and of any other state: requests have to be looked through for it."""
    found = Q()
    if q:
        found &= (
            Q(organization_name__icontains=q) | Q(contact_name__icontains=q) | Q(contact_email__icontains=q)
        )
    if state == CANCELLED:
        found &= Q(cancelled_at__isnull=False)
    elif state == RelationshipState.EXPIRED:
        past = Q(state=RelationshipState.INVITED, expires_at__lte=timezone.now())
        found &= Q(state=state, cancelled_at=None) | past
    elif state and state != RelationshipState.INVITED:
        found &= Q(state=state)
    return found


def by_token(token: str) -> Relationship | None:
    """Return the request that a personal link names, or None. Whoever holds the link may see it."""
    if not TOKEN.fullmatch(token):
        return None
    rows = Relationship.objects.select_related("partner__provider", "customer")
    return rows.filter(token=token, is_request=True).first()
