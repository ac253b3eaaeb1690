"""Which validation IDs a person may see. Nothing else decides it."""

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from customers.models import Customer, ValidationId, ValidationUse
from customers.states import UseState, ValidationState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right


def visible_validation_ids(actor: Actor) -> QuerySet[ValidationId]:
    """Return the validation IDs of the actor's own partner; all for a reviewer; none for anybody else."""
    if actor.may(Right.REVIEW_FORMS):
        return ValidationId.objects.all()
    if not actor.is_partner or not actor.may(Right.USE_VALIDATION_IDS):
        return ValidationId.objects.none()
    return ValidationId.objects.filter(partner_id=actor.partner_id)


def validation_or_404(actor: Actor, number: str) -> ValidationId:
    """Return one validation ID that the actor may see. Raises `Http404` otherwise."""
    if not (number.isascii() and number.isdecimal() and len(number) <= 12):
        raise Http404
    found = visible_validation_ids(actor).select_related("partner", "form").filter(number=number).first()
    if found is None:
        raise Http404
    return found


def codes_in_force(actor: Actor) -> QuerySet[ValidationId]:
    """Return those of `visible_validation_ids` that were neither revoked nor are past their day, oldest first."""
    states = (ValidationState.ISSUED, ValidationState.EXHAUSTED)
    rows = visible_validation_ids(actor).filter(state__in=states, expires_at__gt=timezone.now())
    return rows.order_by("issued_at", "pk")


def use_for(actor: Actor, customer: Customer) -> ValidationUse:
    """Return the last use of a validation ID of the actor's partner for a customer. Raises `Http404` for none."""
    uses = ValidationUse.objects.filter(
        customer=customer, state=UseState.USED, validation__in=visible_validation_ids(actor)
    )
    found = uses.select_related("validation").order_by("-pk").first()
    if found is None:
        raise Http404
    return found


def narrowed(rows: QuerySet[ValidationId], *, q: str = "", state: str = "") -> QuerySet[ValidationId]:
    """Return what a search and a state leave. One past its day is expired, swept or not."""
    return found_by_index(rows, state).filter(sought(q=q, state=state))


def found_by_index(rows: QuerySet[ValidationId], state: str) -> QuerySet[ValidationId]:
    """Return the ones in force where these are asked for: they are few, and an index holds them. Else all."""
    if state != ValidationState.ISSUED:
        return rows
    return rows.filter(state=state, expires_at__gt=timezone.now())


def sought(*, q: str = "", state: str = "") -> Q:
    """Return the condition of a search and of any other state: the rows have to be looked through for it."""
    found = Q()
    if q:
        found &= Q(number__startswith=q) | Q(organization_name__icontains=q) | Q(web_domain__icontains=q)
    if state == ValidationState.EXPIRED:
        found &= Q(state=state) | Q(state=ValidationState.ISSUED, expires_at__lte=timezone.now())
    elif state and state != ValidationState.ISSUED:
        found &= Q(state=state)
    return found


def uses_of(validation: ValidationId) -> QuerySet[ValidationUse]:
    """Return the uses of a validation ID, newest first."""
    return validation.uses.select_related("customer", "creation", "by").order_by("-id")
