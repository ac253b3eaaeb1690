"""The orders' rules O1, O2, O4 (and P2 at an order). No writes. One file a subject; every caller imports from here."""

from orders.gates.api_orders import is_known, may_check_out, may_stand_on
from orders.gates.facts import Facts, facts_between, facts_of
from orders.gates.order import (
    all_fulfilled,
    blockers_by_line,
    can_add,
    can_retry,
    can_submit,
    cart_blockers,
    not_too_many,
    some_lines,
)
from orders.gates.parties import customer_is_gcc, may_be_on_record, may_be_sold, may_order
from orders.gates.seats import (
    can_cancel,
    can_change_seats,
    can_expire,
    can_renew,
    can_resume,
    can_schedule_seats,
    can_set_auto_renew,
    in_window,
    last_cancellation_day,
)

__all__ = [
    "Facts",
    "all_fulfilled",
    "blockers_by_line",
    "can_add",
    "can_cancel",
    "can_change_seats",
    "can_expire",
    "can_renew",
    "can_resume",
    "can_retry",
    "can_schedule_seats",
    "can_set_auto_renew",
    "can_submit",
    "cart_blockers",
    "customer_is_gcc",
    "facts_between",
    "facts_of",
    "in_window",
    "is_known",
    "last_cancellation_day",
    "may_be_on_record",
    "may_be_sold",
    "may_check_out",
    "may_order",
    "may_stand_on",
    "not_too_many",
    "some_lines",
]
