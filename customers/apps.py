"""The customers' room: customer intake, validation IDs, customers, relationships."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Registers what the ground asks of this room."""

    name = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        """Tell the ground of the customer's form, of the room's links and of its actions."""
        from customers import home_cards as cards
        from customers import intake, nav, queues
        from customers import labels as words
        from gcc_portal.intake.kinds import register
        from gcc_portal.web.home import register_card
        from gcc_portal.web.nav import register_nav

        register(intake.CustomerKind())
        register_nav(nav.links)
        register_card(cards.cards)
        queues.register()
        words.name_room_actions()
