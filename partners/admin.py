"""The partners room in Django's admin: to look, and to mend a row; never a state."""

from django.contrib import admin

from gcc_portal.admin import LookOnly, StatesReadOnly
from partners.models import Agent, Invitation, Partner, PartnerForm


@admin.register(Partner)
class PartnerAdmin(StatesReadOnly):
    """Organizations as their CSP enrolment describes them."""

    list_display = ("name", "role", "csp_enrolled", "qualification", "tenant_id", "provider")
    list_filter = ("role", "qualification", "csp_enrolled")
    search_fields = ("name", "domain", "mpn_id", "tenant_id")
    readonly_fields = ("qualified_at", "created_at")
    autocomplete_fields = ("provider",)


@admin.register(Agent)
class AgentAdmin(LookOnly):
    """Who works where. Agents come by invitation and are removed by their admin agents."""

    list_display = ("user", "partner", "role", "is_active", "joined_at")
    list_filter = ("role", "is_active")
    list_select_related = ("user", "partner")
    search_fields = ("user__email", "user__name", "partner__name")


@admin.register(Invitation)
class InvitationAdmin(LookOnly):
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
class PartnerFormAdmin(LookOnly):
    """Partner intake forms."""

    list_display = ("reference", "partner", "state", "respond_by", "reviewer")
    list_filter = ("state",)
    list_select_related = ("partner", "reviewer")
    search_fields = ("reference", "partner__name", "contact_email")
