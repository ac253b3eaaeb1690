"""The partners app in Django's admin. States are read-only: only transitions change them."""

import allauth.idp.oidc.admin  # noqa: F401 - registers what is taken out below
from allauth.idp.oidc.models import Client, Token
from django.contrib import admin

from gcc_portal.admin import ReadOnlyAdmin, StatesReadOnly
from partners.models import Agent, ApiApplication, Invitation, Partner, PartnerForm

# Credentials and tokens are made, renewed and revoked by admin agents on their pages, and by nobody else.
admin.site.unregister([Client, Token])


@admin.register(Partner)
class PartnerAdmin(StatesReadOnly):
    """Organizations as their CSP enrolment describes them."""

    list_display = ("name", "role", "csp_enrolled", "qualification", "tenant_id", "provider")
    list_filter = ("role", "qualification", "csp_enrolled")
    search_fields = ("name", "domain", "mpn_id", "tenant_id")
    readonly_fields = ("qualified_at", "created_at")
    autocomplete_fields = ("provider",)


@admin.register(Agent)
class AgentAdmin(ReadOnlyAdmin):
    """Who works where. Agents come by invitation and are removed by their admin agents."""

    list_display = ("user", "partner", "role", "is_active", "joined_at")
    list_filter = ("role", "is_active")
    list_select_related = ("user", "partner")
    search_fields = ("user__email", "user__name", "partner__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Invitations. The link itself is not shown: it is its holder's."""

    list_display = (
        "email",
        "partner",
        "role",
        "created_at",
        "expires_at",
        "sends",
        "accepted_at",
        "cancelled_at",
    )
    list_select_related = ("partner",)
    search_fields = ("email", "partner__name")
    exclude = ("token",)


@admin.register(PartnerForm)
class PartnerFormAdmin(ReadOnlyAdmin):
    """Partner intake forms."""

    list_display = ("reference", "partner", "state", "respond_by", "reviewer")
    list_filter = ("state",)
    list_select_related = ("partner", "reviewer")
    search_fields = ("reference", "partner__name", "contact_email")


@admin.register(ApiApplication)
class ApiApplicationAdmin(ReadOnlyAdmin):
    """API clients of the organizations."""

    list_display = (
        "name",
        "partner",
        "kind",
        "role",
        "created_at",
        "last_used_at",
        "rotated_at",
        "revoked_at",
    )
    list_filter = ("kind", "role")
    list_select_related = ("partner",)
    search_fields = ("name", "client_id", "partner__name")
