"""All tables of the orders app."""

from orders.models.api_cart import ApiCart
from orders.models.catalog import Offer
from orders.models.order import Order, OrderLine
from orders.models.subscription import Subscription

__all__ = ["ApiCart", "Offer", "Order", "OrderLine", "Subscription"]
