"""The partners room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Partners, their agents, the partner's intake form and the reseller qualification."""

    name = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        """Tell the ground what this room adds to every page and to the audit."""
        from gcc_portal.core.audit.api_clients import register_client_names
        from gcc_portal.intake.kinds import register
        from gcc_portal.web import nav
        from gcc_portal.web.home import register_card
        from partners import labels as words
        from partners import nav as pages
        from partners.intake import PartnerKind
        from partners.queries.applications import names_of

        nav.register_nav(pages.links)
        nav.register_identity(pages.identity)
        register_card(pages.cards)
        register(PartnerKind())
        words.name_all()
        register_client_names(names_of)
