"""By which word of the API contract the acts of this room stand in the audit records."""

from customers.queries.audit import Members, Operation, name_operations
from gcc_portal.core.audit.models import AuditEntry
from orders import changes_in_words
from orders.api.subscription_shapes import WORDS
from orders.states import SubscriptionState

UPDATES_OF_SUBSCRIPTIONS = (
    "change_seats",
    "schedule_seats",
    "unschedule_seats",
    "set_auto_renew",
    "suspend",
    "resume",
    "rename",
    "put_on_record",
    "cancel",
    "renew",
    "expire",
)


def _changes(entry: AuditEntry) -> tuple[Members, Members]:
    """Return what an act changed of a subscription. A refused one changed nothing: its reason is the refusal."""
    old, new = ({}, {}) if entry.refused else changes_in_words.read(entry.action, entry.reason)
    return {**old, **_status(entry.from_state)}, {**new, **_status(entry.to_state)}


def _status(state: str) -> Members:
    return {"status": WORDS[SubscriptionState(state)]} if state in SubscriptionState else {}


name_operations(
    {
        "order.submit": Operation("create_order", "order"),
        # Refused, it left no order: the customer is what it is told of.
        "customer.place_order": Operation("create_order", "order"),
        "order.retry": Operation("update_order", "order"),
        "order.complete": Operation("update_order", "order"),
        "order.fail": Operation("update_order", "order"),
        # A cart that is cleared is no order that anybody placed.
        "order.cancel": Operation("update_order", "order", unless_from="cart"),
        **{
            f"subscription.{action}": Operation("update_subscription", "subscription", changes=_changes)
            for action in UPDATES_OF_SUBSCRIPTIONS
        },
    }
)
