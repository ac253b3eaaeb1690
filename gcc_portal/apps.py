"""The ground as a Django app: people, audit, mail, intake, tenants, registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GccPortalConfig(AppConfig):
    """Holds the tables that no app owns alone."""

    name = "gcc_portal"
    label = "gcc_portal"
    verbose_name = _("Portal")
