"""The customers app: customer intake, validation IDs, customers, relationships."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Registers the app's gates, form, links, home cards, queue and audit labels with core."""

    name = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        """Register them. The modules are imported here because models can't be imported before."""
        from customers import gates as gates
        from customers import home_cards, intake, labels, nav, queues
        from gcc_portal.intake.kinds import register
        from gcc_portal.web.home import register_card
        from gcc_portal.web.nav import register_nav

        register(intake.CustomerKind())
        register_nav(nav.links)
        register_card(home_cards.cards)
        queues.register()
        labels.register()
