"""The orders app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Catalogue, carts, orders, subscriptions."""

    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        """Register navigation, cards, labels, queues and gates, and what of orders blocks acts on customers."""
        from customers.gates.adding import register_commerce_gate
        from customers.gates.relationship import register_end_gate
        from gcc_portal.web.home import register_card
        from gcc_portal.web.nav import register_nav
        from orders import home_cards as cards
        from orders import labels as words
        from orders import nav, queues
        from orders.gates import termination as parting

        register_nav(nav.links)
        register_card(cards.cards)
        register_commerce_gate(parting.no_other_commerce)
        register_end_gate(parting.nothing_runs)
        queues.register()
        words.name_room_actions()
