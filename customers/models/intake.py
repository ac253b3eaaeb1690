"""The customer's eligibility form."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gcc_portal.intake.models import IntakeForm
from partners.models import Partner, new_token


class CustomerForm(IntakeForm):
    """A customer's form. Its holder is whoever has the personal link."""

    access_token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    # The transacting partner that the form names (C1), set when it is signed.
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="customer_forms",
        verbose_name=_("partner"),
    )

    class Meta:
        verbose_name = _("customer intake form")
        verbose_name_plural = _("customer intake forms")

    @property
    def audit_partner(self) -> int | None:
        """Return None: a customer's form is not its partner's to read; the validation ID is."""
        return None
