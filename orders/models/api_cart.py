"""A cart as an API client keeps it: lines as they were sent, until the checkout makes an order of them."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from orders.models.order import Order, cart_expiry
from partners.models import ApiApplication, Partner


class ApiCartQuerySet(models.QuerySet["ApiCart"]):
    """Rules about rows of API carts, each said once."""

    def kept(self, at: datetime | None = None) -> Self:
        """Return those that were ordered, and those within their days. Python twin: `ApiCart.is_kept`."""
        return self.filter(models.Q(order__isnull=False) | models.Q(expires_at__gt=at or timezone.now()))


class ApiCart(models.Model):
    """Lines that an API client put together for a customer. A line that can't be ordered is kept and says why.

    It has no state field: ordered if `order` is set, expired after `expires_at`, else active.
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

    objects = ApiCartQuerySet.as_manager()

    class Meta:
        verbose_name = _("API cart")
        verbose_name_plural = _("API carts")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], condition=models.Q(order=None), name="api_carts_by_expiry")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def is_kept(self, at: datetime | None = None) -> bool:
        """Return whether it was ordered, or its days are not over at `at` (now)."""
        return self.order_id is not None or self.expires_at > (at or timezone.now())
