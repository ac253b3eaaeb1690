"""The ground as a Django app: people, audit, mail, intake, tenants, registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GccPortalConfig(AppConfig):
    """Holds the tables that no app owns alone."""

    name = "gcc_portal"
    label = "gcc_portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Offer the audit list to those who may read it."""
        from gcc_portal.audit.nav import links
        from gcc_portal.ui.nav import register_nav

        register_nav(links)
