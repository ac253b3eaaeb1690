"""States and other closed sets of values of catalogue, orders and subscriptions. Imports nothing of the app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Segment(models.TextChoices):
    """For whom an offer is (O2)."""

    GOVERNMENT = "government", _("Government")
    COMMERCIAL = "commercial", _("Commercial")
    EDUCATION = "education", _("Education")
    NONPROFIT = "nonprofit", _("Nonprofit")


class Kind(models.TextChoices):
    """What an offer is to others."""

    BASE = "base", _("Base")
    ADDON = "addon", _("Add-on")
    TRIAL = "trial", _("Trial")


class Unit(models.TextChoices):
    """What is counted and priced."""

    SEAT = "seat", _("seat")
    GIGABYTE = "gigabyte", _("gigabyte")
    UNIT = "unit", _("unit")


class Term(models.TextChoices):
    """For how long a customer commits itself (ISO 8601 durations)."""

    MONTH = "P1M", _("1 month")
    YEAR = "P1Y", _("1 year")
    THREE_YEARS = "P3Y", _("3 years")


class BillingCycle(models.TextChoices):
    """How often the commitment is billed."""

    MONTHLY = "monthly", _("billed monthly")
    ANNUAL = "annual", _("billed yearly")
    TRIENNIAL = "triennial", _("billed every three years")


class OrderState(models.TextChoices):
    """The states of an order. A cart is an order that was not submitted yet."""

    CART = "cart", _("Cart")
    SUBMITTED = "submitted", _("Submitted")
    PROCESSING = "processing", _("Processing")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_ORDERS = (OrderState.SUBMITTED, OrderState.PROCESSING)
"""Under way: neither a cart nor at its end."""


class Outcome(models.TextChoices):
    """What became of an order's line."""

    PENDING = "pending", _("Waiting")
    FULFILLED = "fulfilled", _("Fulfilled")
    FAILED = "failed", _("Failed")


class SubscriptionState(models.TextChoices):
    """The states of a subscription."""

    PENDING = "pending", _("Pending")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


LIVE = (SubscriptionState.PENDING, SubscriptionState.ACTIVE, SubscriptionState.SUSPENDED)
"""Neither cancelled nor expired: the customer has it, whether or not it can be used just now."""
RUNNING = (SubscriptionState.ACTIVE, SubscriptionState.SUSPENDED)
"""In a period that is billed and will be renewed or end."""
