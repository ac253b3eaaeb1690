"""The orders' room of the API: the catalogue, carts, orders, subscriptions."""

from gcc_portal.api.resources import Resources
from orders.api import answers, carts, inventory, offers, operations, orders, products, skus, subscriptions  # noqa: F401

ROOMS: list[Resources] = [
    offers.resources,
    products.resources,
    inventory.resources,
    carts.resources,
    orders.resources,
    subscriptions.resources,
    skus.resources,
]
