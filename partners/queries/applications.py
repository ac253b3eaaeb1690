"""Reads of API applications: an agent sees the organization's own, nobody else any."""

from django.db.models import F, QuerySet
from django.http import Http404

from gcc_portal.core.people.actors import Actor
from partners.models import ApiApplication


def applications_for(actor: Actor) -> QuerySet[ApiApplication]:
    """Return the API applications of the actor's own partner by name, those that were revoked last."""
    if not actor.is_partner:
        return ApiApplication.objects.none()
    own = ApiApplication.objects.filter(partner_id=actor.partner_id)
    living_first = F("revoked_at").desc(nulls_first=True)
    return own.select_related("client", "partner", "created_by").order_by(living_first, "name", "pk")


def names_of(client_ids: set[str]) -> dict[str, str]:
    """Return what the applications with these client IDs are called, for the audit of whoever may read it."""
    return dict(ApiApplication.objects.filter(pk__in=client_ids).values_list("pk", "name"))


def application_or_404(actor: Actor, client_id: str) -> ApiApplication:
    """Return an API application of the actor's own partner. Raises `Http404`."""
    found = None if "\x00" in client_id else applications_for(actor).filter(pk=client_id).first()
    if found is None:
        raise Http404
    return found


def application_locked(actor: Actor, client_id: str) -> ApiApplication:
    """Return an API application of the actor's own partner, locked together with its client. Raises `Http404`.

    The client is locked too: a token that is being made holds a lock on it, so none is left after a renewal.
    """
    if not actor.is_partner or "\x00" in client_id:
        raise Http404
    own = ApiApplication.objects.filter(partner_id=actor.partner_id, pk=client_id)
    found = own.select_for_update(of=("self", "client")).select_related("client", "partner").first()
    if found is None:
        raise Http404
    return found
