"""The table of the demo's tenants and of those that the portal created."""

import uuid

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class DirectoryTenant(models.Model):
    """A tenant as a directory describes it."""

    class Kind(models.TextChoices):
        COMMERCIAL = "commercial", _("Commercial")
        GCC = "gcc", _("Government Community Cloud")
        AZURE_GOVERNMENT = "azure_government", _("Azure Government")
        DOD = "dod", _("Department of Defense")
        CHINA = "china", _("China (21Vianet)")

    tenant_id = models.UUIDField(_("tenant ID"), primary_key=True, default=uuid.uuid4)
    domain = models.CharField(_("domain"), max_length=253, unique=True)
    kind = models.CharField(_("cloud"), max_length=20, choices=Kind)
    organization_name = models.CharField(_("organization"), max_length=200)
    special_qualifications = models.JSONField(_("special qualifications"), default=list, blank=True)
    unreachable = models.BooleanField(_("answers as could not check"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("directory tenant")
        verbose_name_plural = _("directory tenants")
        constraints = [models.UniqueConstraint(Lower("domain"), name="directory_domain_once")]

    def __str__(self) -> str:
        return f"{self.organization_name} ({self.domain})"
