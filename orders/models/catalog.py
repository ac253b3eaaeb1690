"""The catalogue: what can be ordered. Filled by `manage.py import_catalog`; an offer that was ordered is kept."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from orders.models.terms import Plan, plans_of
from orders.states import Kind, Segment, Term, Unit


class Offer(models.Model):
    """One SKU of a product, in one segment. Prices are demo prices."""

    product_id = models.CharField(_("product ID"), max_length=12)
    sku_id = models.CharField(_("SKU ID"), max_length=4)
    availability_id = models.CharField(_("availability ID"), max_length=12)
    title = models.CharField(_("product"), max_length=200)
    sku_title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    category = models.CharField(_("category"), max_length=100, blank=True)
    segment = models.CharField(_("segment"), max_length=12, choices=Segment)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    string_id = models.CharField(_("string ID"), max_length=100, blank=True)
    sku_guid = models.UUIDField(_("SKU GUID"), null=True, blank=True)
    prerequisites = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="addons", verbose_name=_("needs one of")
    )
    terms = models.JSONField(_("terms"), default=list)
    billing_cycles = models.JSONField(_("billing cycles"), default=list)
    unit = models.CharField(_("unit"), max_length=8, choices=Unit, default=Unit.SEAT)
    min_quantity = models.PositiveIntegerField(_("fewest seats"), default=1)
    max_quantity = models.PositiveIntegerField(_("most seats"), default=10_000_000)
    price_cents = models.PositiveIntegerField(_("demo price, US cents per unit and month"))
    is_active = models.BooleanField(_("for sale"), default=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering: ClassVar[list[str]] = ["sku_title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product_id", "sku_id"], name="one_offer_a_sku"),
            models.CheckConstraint(
                condition=Q(min_quantity__gte=1) & Q(max_quantity__gte=F("min_quantity")),
                name="offer_quantities",
            ),
        ]
        indexes = [
            models.Index(fields=["segment", "is_active", "sku_title"], name="offers_of_segment"),
        ]

    def __str__(self) -> str:
        return self.sku_title

    @property
    def catalog_item_id(self) -> str:
        """Return the ID by which an API client orders: product, SKU and availability."""
        return f"{self.product_id}:{self.sku_id}:{self.availability_id}"

    @property
    def plans(self) -> list[Plan]:
        """Return the terms and billing cycles that it is sold with, the shortest first."""
        return plans_of(self.terms, self.billing_cycles)

    @property
    def price_label(self) -> str:
        """Return what the price is for: per seat and month."""
        match self.unit:
            case Unit.GIGABYTE:
                return now_in_words("per gigabyte and month")
            case Unit.UNIT:
                return now_in_words("per unit and month")
            case _:
                return now_in_words("per seat and month")

    def counted(self, number: int) -> str:
        """Return a number of what is counted, in words: 1,000 seats."""
        match self.unit:
            case Unit.GIGABYTE:
                text = ngettext("%(n)s gigabyte", "%(n)s gigabytes", number)
            case Unit.UNIT:
                text = ngettext("%(n)s unit", "%(n)s units", number)
            case _:
                text = ngettext("%(n)s seat", "%(n)s seats", number)
        return text % {"n": f"{number:,}"}

    @property
    def quantity_label(self) -> str:
        """Return the label of a number of what is counted."""
        return {
            Unit.SEAT: now_in_words("Seats"),
            Unit.GIGABYTE: now_in_words("Gigabytes"),
            Unit.UNIT: now_in_words("Units"),
        }[Unit(self.unit)]

    @property
    def limits(self) -> str:
        """Return how many may be in a line, in words: 1 to 10,000 seats."""
        return now_in_words("%(least)s to %(most)s") % {
            "least": f"{self.min_quantity:,}",
            "most": self.counted(self.max_quantity),
        }

    def unit_price(self, term: str) -> int:
        """Return the demo price of a unit and month in US cents. A one-month term costs a fifth more."""
        return (self.price_cents * 120 + 50) // 100 if term == Term.MONTH else self.price_cents
