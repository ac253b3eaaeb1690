"""The orders' room of the API: the catalogue, carts, orders, subscriptions."""

from gcc_portal.api.resources import Resources

ROOMS: list[Resources] = []
