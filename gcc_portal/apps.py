"""The shared part of the portal as a Django app: people, audit, e-mail, intake, tenants, registry."""

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

from gcc_portal.celery import TASK_PACKAGES, app


class GccPortalConfig(AppConfig):
    """Holds the tables that no app owns alone."""

    name = "gcc_portal"
    label = "gcc_portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Register tasks, navigation, the first page's cards, the queues' figures, and labels of the audit."""
        # Services name tasks by string (`core.enqueue`), so web processes have to know them as workers do.
        app.autodiscover_tasks([config.name for config in apps.get_app_configs()], force=True)
        app.autodiscover_tasks(TASK_PACKAGES, force=True)

        # Imported here: models can't be imported before the app registry has loaded them.
        from gcc_portal.intake import labels, nav
        from gcc_portal.operations import portal_queues
        from gcc_portal.operations.nav import operator_links
        from gcc_portal.web import home
        from gcc_portal.web.audit.nav import links
        from gcc_portal.web.nav import register_identity, register_nav

        register_nav(links)
        register_nav(nav.review_links)
        register_identity(nav.reviewer_identity)
        home.register_card(nav.review_cards)
        register_nav(operator_links)
        portal_queues.register()
        labels.name_intake_actions()
