"""The validation IDs that a person may see: every page and call reads them through here."""

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from customers.models import Customer, ValidationId, ValidationUse
from customers.models.validation import ValidationQuerySet
from customers.states import UseState, ValidationState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.web.keyset import OrderedRows


def visible_validation_ids(actor: Actor) -> ValidationQuerySet:
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


def valid_ids(actor: Actor) -> QuerySet[ValidationId]:
    """Return those of `visible_validation_ids` that are neither revoked nor past their last day, oldest first."""
    return visible_validation_ids(actor).valid().order_by("issued_at", "pk")


def use_for(actor: Actor, customer: Customer) -> ValidationUse:
    """Return the last use of a validation ID of the actor's partner for a customer. Raises `Http404` for none."""
    uses = ValidationUse.objects.filter(
        customer=customer, state=UseState.USED, validation__in=visible_validation_ids(actor)
    )
    found = uses.select_related("validation").order_by("-pk").first()
    if found is None:
        raise Http404
    return found


def search_validation_ids(actor: Actor, *, q: str = "", state: str = "") -> OrderedRows:
    """Return the visible validation IDs that a search and a state leave, newest first.

    One past its day is expired, whether or not the sweep has said so. Those in force are few and found by an index;
    the others are scanned for the text and for any other state.
    """
    rows, scan = visible_validation_ids(actor), Q()
    if q:
        scan &= Q(number__startswith=q) | Q(organization_name__icontains=q) | Q(web_domain__icontains=q)
    match state:
        case ValidationState.ISSUED:
            rows = rows.in_force()
        case ValidationState.EXPIRED:
            scan &= Q(state=state) | Q(state=ValidationState.ISSUED, expires_at__lte=timezone.now())
        case _ if state:
            scan &= Q(state=state)
    return OrderedRows(rows, ("-issued_at", "-pk"), scan)


def uses_of(validation: ValidationId) -> QuerySet[ValidationUse]:
    """Return the uses of a validation ID, newest first."""
    return validation.uses.select_related("customer", "creation", "by").order_by("-id")
