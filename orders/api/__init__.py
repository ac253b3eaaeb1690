"""The orders' room of the API: the catalogue, carts, orders, subscriptions."""

from gcc_portal.api.resources import Resources
from orders.api import inventory, offers, products, skus, subscriptions

ROOMS: list[Resources] = [
    offers.resources,
    products.resources,
    inventory.resources,
    subscriptions.resources,
    skus.resources,
]
