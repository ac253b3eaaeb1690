"""What an API client sends to change a subscription, and how it is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, get_args

from django.utils.translation import gettext as _
from pydantic import Field, StrictBool, StrictInt

from gcc_portal.api.errors import INPUT, WRONG_STATE, ApiError, ErrorCode, refused_as
from gcc_portal.api.read_only import require_unchanged
from gcc_portal.api.schema import WHOLE_MAX, Body, SentAttributes, folded, one_of
from gcc_portal.api.texts import ONE_LINE
from gcc_portal.core.gates import Stale, WrongState
from gcc_portal.core.people.actors import Actor
from orders.api.items import item_of
from orders.api.labels import MPN_MAX, NAME_MAX
from orders.api.subscription_shapes import SubscriptionResource
from orders.models import Subscription
from orders.queries.subscriptions import subscription_or_404
from orders.services.subscriptions import SubscriptionChanges
from orders.states import SubscriptionState

S = SubscriptionState
Status = Literal["none", "active", "pending", "suspended", "deleted", "expired", "disabled"]
TARGETS = {"active": S.ACTIVE, "suspended": S.SUSPENDED, "deleted": S.CANCELLED}
UNSAID = ("", "unknown")
"""What clients send for a text that they have not, and for a word of an enum that they do not know."""
SAME_MOMENT = timedelta(seconds=1)
"""Clients keep milliseconds of a date-time, or none."""

OFFER_FIXED: ErrorCode = (400, 2006)
CYCLE_FIXED: ErrorCode = (400, 2054)
STATUS_FIXED: ErrorCode = (400, 800096)
ENDED: ErrorCode = (400, 2011)
SEATS_SUSPENDED: ErrorCode = (400, 2001)
SUSPENDED: ErrorCode = (400, 800091)
UNDER_WAY: ErrorCode = (409, 900278)
NO_RENEWAL: ErrorCode = (400, 800093)
CANCELLATION_PASSED: ErrorCode = (400, 900117)

# Those that a subscription is refused by otherwise than an order is (`orders.api.answers`).
REFUSALS: dict[str, ErrorCode] = {"O4.no_renewal": NO_RENEWAL, "O4.addons": STATUS_FIXED}
# Members that are read only: unchanged they are let through, changed they are refused so.
FIXED: dict[str, ErrorCode] = {
    "id": INPUT,
    "offer_id": OFFER_FIXED,
    "offer_name": INPUT,
    "entitlement_id": INPUT,
    "unit_type": INPUT,
    "parent_subscription_id": INPUT,
    "order_id": INPUT,
    "contract_type": INPUT,
    "creation_date": INPUT,
    "effective_start_date": INPUT,
    "commitment_end_date": INPUT,
    "billing_cycle": CYCLE_FIXED,
    "term_duration": CYCLE_FIXED,
    "renewal_term_duration": CYCLE_FIXED,
}
Seats = Annotated[StrictInt, Field(ge=0, le=WHOLE_MAX)]


class NextTermProductSent(Body):
    """What shall be renewed: it can't be another product, nor for another time."""

    product_id: str | None = None
    sku_id: str | None = None
    availability_id: str | None = None
    billing_cycle: str | None = None
    term_duration: str | None = None


class NextTermSent(Body):
    """What shall change with the renewal. As many seats as there are now: nothing."""

    product: NextTermProductSent | None = None
    quantity: Seats | None = None


class SubscriptionChange(Body):
    """A subscription as it was read, changed. Absent members stay as they are."""

    quantity: Seats | None = None
    status: Annotated[Status | None, one_of(*get_args(Status))] = None
    auto_renew_enabled: StrictBool | None = None
    friendly_name: Annotated[str | None, Field(max_length=NAME_MAX), ONE_LINE] = None
    partner_id: Annotated[str | None, Field(max_length=MPN_MAX), ONE_LINE] = None
    scheduled_next_term_instructions: NextTermSent | None = None
    id: str | None = None
    offer_id: str | None = None
    offer_name: str | None = None
    entitlement_id: str | None = None
    unit_type: str | None = None
    parent_subscription_id: str | None = None
    order_id: str | None = None
    contract_type: str | None = None
    creation_date: datetime | None = None
    effective_start_date: datetime | None = None
    commitment_end_date: datetime | None = None
    billing_cycle: str | None = None
    term_duration: str | None = None
    renewal_term_duration: str | None = None
    attributes: SentAttributes | None = None


def changes_of(
    sent: SubscriptionChange, held: Subscription, shown: SubscriptionResource
) -> SubscriptionChanges:
    """Return the changes to make. `shown` is the subscription as the same client reads it.

    Raises `ApiError` for a read-only member that is not as it was read, and for a status that nobody can set.
    """
    sentence = _("%(members)s can't be changed: it is %(value)s. Send it as it was read, or leave it out.")
    for name, code in FIXED.items():
        member = SubscriptionResource.model_fields[name].alias or name
        members = {member: (getattr(sent, name), getattr(shown, name))}
        require_unchanged(code, sentence, members, _is_same)
    scheduled = sent.scheduled_next_term_instructions
    if scheduled is not None and scheduled.product is not None:
        _must_be_renewed_alike(scheduled.product, shown)
    return SubscriptionChanges(
        state=_target(sent.status, held, shown),
        quantity=sent.quantity,
        scheduled_quantity=scheduled.quantity if scheduled is not None else None,
        auto_renew=sent.auto_renew_enabled,
        name=sent.friendly_name,
        partner_on_record=sent.partner_id,
    )


@contextmanager
def answered(actor: Actor, held: Subscription, changes: SubscriptionChanges) -> Iterator[None]:
    """Answer the refusals of a change by the codes of subscriptions."""
    cancelling = {"O4.window": CANCELLATION_PASSED} if changes.state == S.CANCELLED else {}
    try:
        with refused_as(REFUSALS | cancelling):
            yield
    except Stale:
        raise
    except WrongState as wrong:
        raise ApiError(_answer_of_state(actor, held, changes), wrong) from wrong


def _answer_of_state(actor: Actor, held: Subscription, changes: SubscriptionChanges) -> ErrorCode:
    """Return by which code a change is refused that the state the subscription is in now does not permit."""
    now = subscription_or_404(actor, held.pk)
    match now.state:
        case S.CANCELLED | S.EXPIRED:
            return ENDED
        case S.PENDING:
            return UNDER_WAY
        case S.SUSPENDED:
            return SUSPENDED if changes.quantity in (None, now.quantity) else SEATS_SUSPENDED
    return WRONG_STATE


def _target(status: str | None, held: Subscription, shown: SubscriptionResource) -> SubscriptionState | None:
    """Return the state that a status asks for, or None for the one that the client read."""
    if status is None or status == shown.status:
        return None
    if status == "none" and held.state in (S.PENDING, S.EXPIRED):
        return None  # older clients read `none` for a status that they do not know
    if status not in TARGETS:
        sentence = _("The status can be set to active, suspended or deleted, not to %(status)s.")
        raise ApiError(STATUS_FIXED, sentence % {"status": status})
    return TARGETS[status]


def _must_be_renewed_alike(sent: NextTermProductSent, shown: SubscriptionResource) -> None:
    current = {
        **asdict(item_of(shown.offer_id)),
        "billing_cycle": shown.billing_cycle,
        "term_duration": shown.term_duration,
    }
    sentence = _("With the renewal only the number of seats can change. Order anew what shall be another.")
    members = {name: (getattr(sent, name), value) for name, value in current.items()}
    require_unchanged(OFFER_FIXED, sentence, members, _is_same)


def _is_same(sent: Any, shown: Any) -> bool:
    if isinstance(sent, datetime):
        moment = sent if sent.tzinfo else sent.replace(tzinfo=UTC)
        return moment.year == 1 or abs(moment - shown) < SAME_MOMENT
    return folded(sent) in (*UNSAID, folded("" if shown is None else str(shown)))
