"""Orders for operators: to look. What changes an order or a subscription is a transition, and none is here."""

from django.contrib import admin

from gcc_portal.admin import ReadOnlyAdmin
from orders.models import ApiCart, Offer, Order, OrderLine, Subscription


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    """The catalogue; `manage.py import_catalog` changes it."""

    list_display = ("sku_title", "segment", "kind", "product_id", "sku_id", "price_cents", "is_active")
    list_filter = ("segment", "kind", "is_active", "category")
    search_fields = ("sku_title", "title", "string_id", "product_id")


class LineInline(admin.TabularInline):  # type: ignore[type-arg]
    """The lines of an order."""

    model = OrderLine
    fields = readonly_fields = (
        "sku_title",
        "quantity",
        "term",
        "billing_cycle",
        "unit_price_cents",
        "outcome",
        "cause",
    )
    extra = 0
    can_delete = False


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders and carts."""

    list_display = (
        "number",
        "partner",
        "customer",
        "state",
        "placed_by",
        "submitted_at",
        "line_count",
        "due_cents",
    )
    list_filter = ("state",)
    list_select_related = ("partner", "customer", "created_by", "application")
    search_fields = ("number", "customer__name")
    inlines = (LineInline,)


@admin.register(ApiCart)
class ApiCartAdmin(ReadOnlyAdmin):
    """Carts that API clients keep."""

    list_display = (
        "id",
        "partner",
        "customer",
        "application",
        "created_by",
        "changed_at",
        "expires_at",
        "order",
    )
    list_select_related = ("partner", "customer", "application", "created_by", "order")
    search_fields = ("id", "customer__name")


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Subscriptions."""

    list_display = (
        "sku_title",
        "partner",
        "customer",
        "state",
        "quantity",
        "commitment_ends_at",
        "auto_renew",
    )
    list_filter = ("state", "term", "auto_renew")
    list_select_related = ("partner", "customer")
    search_fields = ("sku_title", "customer__name", "id")
