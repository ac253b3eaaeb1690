"""Django's admin for operators: looking at rows, and correcting what no page can. States and history are read-only."""

from typing import Any

from allauth.idp.oidc.models import Token
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import models
from django.http import HttpRequest

from gcc_portal.core.machine import state_fields
from gcc_portal.models import (
    AuditEntry,
    Check,
    DirectoryTenant,
    GovDomain,
    InformationPoint,
    IntakeForm,
    OutboxMail,
    Submission,
    User,
)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows; adds, changes and deletes none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False."""
        return False


class StatesReadOnly(admin.ModelAdmin):
    """Lets an operator correct a row, but neither set its state, which only transitions do, nor delete it."""

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        """Return the declared fields and every protected state."""
        return [
            *super().get_readonly_fields(request, obj),
            *(field.name for field in state_fields(self.model)),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False: what happened stays."""
        return False


@admin.register(User)
class PersonAdmin(UserAdmin):
    """People: operators make reviewers here."""

    ordering = ("email",)
    list_display = ("email", "name", "is_reviewer", "is_staff", "is_active", "last_login")
    list_filter = ("is_reviewer", "is_staff", "is_active")
    search_fields = ("email", "name")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (None, {"fields": ("name", "is_reviewer", "is_staff", "is_superuser", "is_active", "groups")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "is_reviewer", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save. A person who is made inactive loses all API tokens for good, also if made active again later."""
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            Token.objects.filter(user=obj).delete()

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False: what people did stays theirs."""
        return False


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """All audit entries."""

    list_display = (
        "at",
        "actor_label",
        "role",
        "channel",
        "action",
        "refused",
        "object_label",
        "from_state",
        "to_state",
    )
    list_filter = ("channel", "role", "refused")
    search_fields = ("actor_label", "object_label", "object_id", "reason")
    show_full_result_count = False


@admin.register(IntakeForm)
class IntakeFormAdmin(ReadOnlyAdmin):
    """Intake forms of both kinds."""

    list_display = ("reference", "kind", "organization_name", "state", "respond_by", "reviewer")
    list_filter = ("kind", "state")
    search_fields = ("reference", "organization_name", "contact_email")


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """Signed versions of intake forms."""

    list_display = ("form", "number", "signatory_name", "signed_at", "answer", "answered_at")


@admin.register(Check)
class CheckAdmin(ReadOnlyAdmin):
    """Results of the automatic checks of a submission."""

    list_display = ("submission", "label", "outcome", "ran_at")


@admin.register(InformationPoint)
class InformationPointAdmin(ReadOnlyAdmin):
    """Points about which reviewers asked applicants."""

    list_display = ("submission", "field", "text")


@admin.register(OutboxMail)
class OutboxMailAdmin(ReadOnlyAdmin):
    """What each mail is about. The mails themselves stand under Post Office."""

    list_display = ("kind", "email", "about_type", "about_id", "created_at")


@admin.register(DirectoryTenant)
class DirectoryTenantAdmin(admin.ModelAdmin):
    """The demo's tenant directory: an operator may add tenants to it."""

    list_display = ("tenant_id", "domain", "kind", "organization_name", "unreachable")
    search_fields = ("tenant_id", "domain", "organization_name")


@admin.register(GovDomain)
class GovDomainAdmin(ReadOnlyAdmin):
    """The .gov registry as it was imported."""

    list_display = ("domain", "domain_type", "organization_name", "state")
    search_fields = ("domain", "organization_name")
