"""The table of .gov domains, which `manage.py import_dotgov` replaces as a whole."""

from django.db import models
from django.utils.translation import gettext_lazy as _

NAME_MAX = 300
CITY_MAX = 100


class GovCategory(models.TextChoices):
    """The kind of government that a registrant is; the choices of the customer form."""

    FEDERAL = "federal", _("Federal")
    STATE = "state", _("State or territory")
    LOCAL = "local", _("Local")
    SPECIAL_DISTRICT = "special_district", _("Special district")
    TRIBAL = "tribal", _("Tribal")
    REGIONAL = "regional", _("Regional or interstate")
    SCHOOL = "school", _("School district")


class GovDomain(models.Model):
    """A .gov domain and its registrant, as of the day the list was published.

    A match is evidence of who registered the domain, not that a person belongs to it. No match is evidence of nothing.
    """

    domain = models.CharField(_("domain"), max_length=253, primary_key=True)
    domain_type = models.CharField(_("type"), max_length=40)
    category = models.CharField(_("category"), max_length=20, choices=GovCategory)
    organization_name = models.CharField(_("organization"), max_length=NAME_MAX)
    suborganization_name = models.CharField(_("part of the organization"), max_length=NAME_MAX, blank=True)
    name_key = models.CharField(_("name for comparing"), max_length=600, db_index=True, editable=False)
    city = models.CharField(_("city"), max_length=CITY_MAX, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True)
    listed_on = models.DateField(_("as of"))

    class Meta:
        verbose_name = _(".gov domain")
        verbose_name_plural = _(".gov domains")
        ordering = ["domain"]

    def __str__(self) -> str:
        return f"{self.domain} ({self.organization_name})"
