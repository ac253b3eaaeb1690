"""URLs of the partners app."""

from django.urls import path

from partners.views import agents, applications, intake, invitation, organization, review

app_name = "partners"
urlpatterns = [
    path("organization/", organization.profile, name="profile"),
    path("organization/edit/", organization.edit_profile, name="edit-profile"),
    path("organization/legal-info/", organization.legal_info, name="legal-info"),
    path("organization/intake/", intake.start, name="intake-start"),
    path("organization/intake/tenant/", intake.tenant_lookup, name="tenant-lookup"),
    path("organization/intake/sign/", intake.sign, name="intake-sign"),
    path("organization/intake/forms/<slug:reference>/", intake.status, name="intake-status"),
    path("organization/intake/forms/<slug:reference>/copy/", intake.copy, name="intake-copy"),
    path(
        "organization/intake/forms/<slug:reference>/files/<int:attachment_id>/",
        intake.attachment,
        name="intake-attachment",
    ),
    path("organization/intake/steps/<slug:slug>/", intake.step, name="intake-step"),
    path("organization/agents/", agents.agents, name="agents"),
    path("organization/agents/<int:agent_id>/", agents.agent, name="agent"),
    path("organization/agents/<int:agent_id>/remove/", agents.remove, name="agent-remove"),
    path("organization/invitations/<int:invitation_id>/", agents.invitation_detail, name="invitation-detail"),
    path("organization/invitations/<int:invitation_id>/resend/", agents.resend, name="invitation-resend"),
    path("organization/invitations/<int:invitation_id>/cancel/", agents.cancel, name="invitation-cancel"),
    path("organization/applications/", applications.applications, name="applications"),
    path("organization/applications/new/", applications.new, name="application-new"),
    path("organization/applications/<slug:client_id>/", applications.application, name="application"),
    path(
        "organization/applications/<slug:client_id>/rotate/", applications.rotate, name="application-rotate"
    ),
    path(
        "organization/applications/<slug:client_id>/revoke/", applications.revoke, name="application-revoke"
    ),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("partners/", review.partner_list, name="list"),
    path("partners/<int:partner_id>/", review.partner, name="partner"),
    path("partners/<int:partner_id>/revoke/", review.revoke, name="revoke"),
]
