"""The creations of customers that a person may see: those of its own partner."""

from django.db.models import QuerySet
from django.http import Http404

from customers.models import CustomerCreation, ValidationId, ValidationUse
from customers.states import CreationState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right

IN_PROGRESS_SHOWN = 50
PICKS_SHOWN = 100


def visible_creations(actor: Actor) -> QuerySet[CustomerCreation]:
    """Return the creations of the actor's own partner, newest first; none for anybody else."""
    if not actor.is_partner or not actor.may(Right.SEE_CUSTOMERS):
        return CustomerCreation.objects.none()
    return CustomerCreation.objects.filter(partner_id=actor.partner_id).order_by("-id")


def creation_or_404(actor: Actor, creation_id: int) -> CustomerCreation:
    """Return the creation with its partner and validation ID. Raises `Http404` when the actor has no such."""
    own = visible_creations(actor).select_related("partner__provider", "validation", "customer", "created_by")
    creation = own.filter(pk=creation_id).first()
    if creation is None:
        raise Http404
    return creation


def locked_creation_or_404(actor: Actor, creation_id: int) -> CustomerCreation:
    """Return the creation, its row locked until the transaction ends. Raises `Http404` as above."""
    own = visible_creations(actor).select_related("partner__provider").select_for_update(of=("self",))
    creation = own.filter(pk=creation_id).first()
    if creation is None:
        raise Http404
    return creation


def open_creations(actor: Actor) -> QuerySet[CustomerCreation]:
    """Return those of `visible_creations` that have not become a customer yet."""
    return visible_creations(actor).exclude(state=CreationState.ACTIVE)


def in_progress(actor: Actor) -> list[CustomerCreation]:
    """Return the creations that have not become a customer yet, newest first, at most 50."""
    return list(open_creations(actor).select_related("created_by")[:IN_PROGRESS_SHOWN])


def usable_ids(actor: Actor) -> list[ValidationId]:
    """Return the partner's validation IDs that are in force and have creates left, newest first, at most 100."""
    if not actor.is_partner:
        return []
    return list(ValidationId.objects.usable().filter(partner_id=actor.partner_id)[:PICKS_SHOWN])


def live_use(creation: CustomerCreation) -> ValidationUse | None:
    """Return the create that this creation has reserved or used, or None."""
    return ValidationUse.objects.live().filter(creation=creation).select_related("validation").first()
