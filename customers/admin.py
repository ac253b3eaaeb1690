"""Read-only admin pages: every row has a state or a history, so nothing is changed by hand."""

from django.contrib import admin

from customers.models import (
    Customer,
    CustomerAgreement,
    CustomerCreation,
    Relationship,
    SpecialQualification,
    ValidationId,
    ValidationUse,
)
from gcc_portal.admin import ReadOnlyAdmin


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Customers."""

    list_display = ("name", "domain", "id", "city", "state", "created_at")
    search_fields = ("name", "domain", "id")
    show_full_result_count = False


@admin.register(SpecialQualification)
class SpecialQualificationAdmin(ReadOnlyAdmin):
    """Special qualifications."""

    list_display = ("customer", "kind", "state", "source", "changed_at")
    list_filter = ("kind", "state")
    search_fields = ("customer__name",)
    list_select_related = ("customer",)


@admin.register(CustomerAgreement)
class CustomerAgreementAdmin(ReadOnlyAdmin):
    """Customer agreements."""

    list_display = ("customer", "how", "first_name", "last_name", "agreed_on", "recorded_at")
    list_filter = ("how",)
    search_fields = ("customer__name", "email")
    list_select_related = ("customer",)


@admin.register(CustomerCreation)
class CustomerCreationAdmin(ReadOnlyAdmin):
    """Creations. The sealed password is nobody's to see."""

    list_display = ("company_name", "partner", "state", "domain", "attempts", "created_at", "finished_at")
    list_filter = ("state",)
    search_fields = ("company_name", "domain")
    list_select_related = ("partner",)
    exclude = ("sealed_password",)


@admin.register(Relationship)
class RelationshipAdmin(ReadOnlyAdmin):
    """Relationships. The token of the personal link is not shown: it answers for the customer."""

    list_display = ("organization_name", "partner", "state", "is_request", "created_at", "expires_at")
    list_filter = ("state", "is_request")
    search_fields = ("organization_name", "contact_email")
    list_select_related = ("partner",)
    exclude = ("token", "message")


@admin.register(ValidationId)
class ValidationIdAdmin(ReadOnlyAdmin):
    """Validation IDs."""

    list_display = (
        "number",
        "partner",
        "organization_name",
        "state",
        "used",
        "reserved",
        "max_creates",
        "expires_at",
    )
    list_filter = ("state",)
    search_fields = ("number", "organization_name")
    list_select_related = ("partner",)


@admin.register(ValidationUse)
class ValidationUseAdmin(ReadOnlyAdmin):
    """Uses of validation IDs."""

    list_display = ("validation", "state", "by_label", "reserved_at", "settled_at")
    list_filter = ("state",)
    list_select_related = ("validation",)
