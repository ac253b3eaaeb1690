"""The orders' room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Catalogue, carts, orders, subscriptions."""

    name = "orders"
    verbose_name = _("Orders")
