"""How actions on orders and subscriptions are named in the API's audit records, and which members they changed."""

from collections.abc import Callable
from typing import Any

from customers.queries.audit import Members, Operation, name_operations
from gcc_portal.core.audit.models import AuditEntry
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

# A field of `AuditEntry.data` as the API's member.
MEMBERS: dict[str, Callable[[Any], Members]] = {
    "quantity": lambda value: {"quantity": value},
    "scheduled_quantity": lambda value: {"scheduledNextTermInstructions": {"quantity": value}},
    "auto_renew": lambda value: {"autoRenewEnabled": value},
    "friendly_name": lambda value: {"friendlyName": value},
    "partner_on_record": lambda value: {"partnerId": value or None},
}


def _changes(entry: AuditEntry) -> tuple[Members, Members]:
    """Return the members of a subscription that an action changed, before and after. A refusal changed none."""
    changed = {} if entry.refused else entry.data
    old: Members = {}
    new: Members = {}
    for name, (before, after) in changed.items():
        if before not in (None, ""):
            old |= MEMBERS[name](before)
        new |= MEMBERS[name](after)
    return {**old, **_status(entry.from_state)}, {**new, **_status(entry.to_state)}


def _status(state: str) -> Members:
    return {"status": WORDS[SubscriptionState(state)]} if state in SubscriptionState else {}


name_operations(
    {
        "order.submit": Operation("create_order", "order"),
        # A refused order leaves no row: the refusal is about the customer.
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
