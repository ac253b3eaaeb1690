"""The partners app: partners, their agents, the partner's intake form and the reseller qualification."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Registers the app's gates, form, links, home cards and audit labels with core."""

    name = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        """Register them. The modules are imported here because models can't be imported before."""
        from gcc_portal.core.audit.api_clients import register_client_names
        from gcc_portal.intake.kinds import register
        from gcc_portal.web.home import register_card
        from gcc_portal.web.nav import register_identity, register_nav
        from partners import gates as gates
        from partners import home_cards, intake, labels, nav
        from partners.queries.applications import names_of

        register(intake.PartnerKind())
        register_nav(nav.links)
        register_identity(nav.identity)
        register_card(home_cards.cards)
        labels.register()
        register_client_names(names_of)
