"""All tables of the orders' room."""

from orders.models.api_cart import ApiCart
from orders.models.catalog import Kind, Offer, Segment, Unit
from orders.models.order import OPEN_ORDERS, Order, OrderLine, OrderState, Outcome, new_number
from orders.models.subscription import LIVE, Subscription, SubscriptionState
from orders.models.terms import BillingCycle, Plan, Term

__all__ = [
    "LIVE",
    "OPEN_ORDERS",
    "ApiCart",
    "BillingCycle",
    "Kind",
    "Offer",
    "Order",
    "OrderLine",
    "OrderState",
    "Outcome",
    "Plan",
    "Segment",
    "Subscription",
    "SubscriptionState",
    "Term",
    "Unit",
    "new_number",
]
