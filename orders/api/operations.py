"""By which word of the API contract the acts of this room stand in the audit records."""

from customers.queries.audit import Operation, name_operations

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
            f"subscription.{action}": Operation("update_subscription", "subscription")
            for action in UPDATES_OF_SUBSCRIPTIONS
        },
    }
)
