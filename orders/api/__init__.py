"""The API of the orders app: the catalogue, carts, orders, subscriptions."""

from gcc_portal.api.resources import Resources
from orders.api import (
    answers,  # noqa: F401 - imported to register
    carts,
    inventory,
    offers,
    operations,  # noqa: F401 - imported to register
    orders,
    products,
    skus,
    subscriptions,
)

RESOURCES: list[Resources] = [
    offers.resources,
    products.resources,
    inventory.resources,
    carts.resources,
    orders.resources,
    subscriptions.resources,
    skus.resources,
]
