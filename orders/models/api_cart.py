"""A cart as an API client keeps it: lines as they were sent, until the checkout makes an order of them."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from orders.models.order import Order, cart_expiry
from partners.models import ApiApplication, Partner


class ApiCart(models.Model):
    """Lines that a program put together for a customer. A line that can't be ordered is kept and says why.

    It has no machine of its own: with an order it is ordered, past its days it is gone, else it is active.
    """

    id = models.UUIDField(_("cart ID"), primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="api_carts")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="api_carts")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    application = models.ForeignKey(ApiApplication, models.PROTECT, null=True, related_name="carts")
    # The lines as the client sent them, cleaned: what stands in the way of each is asked of the gates when it is read.
    lines = models.JSONField(_("lines"), default=list)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now)
    expires_at = models.DateTimeField(_("kept until"), default=cart_expiry)
    order = models.OneToOneField(
        Order, models.PROTECT, null=True, blank=True, related_name="api_cart", verbose_name=_("order")
    )

    class Meta:
        verbose_name = _("API cart")
        verbose_name_plural = _("API carts")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], condition=models.Q(order=None), name="api_carts_by_expiry")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def is_past(self, at: datetime | None = None) -> bool:
        """Return whether it was never ordered and its days are over."""
        return self.order_id is None and self.expires_at <= (at or timezone.now())
