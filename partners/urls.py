"""Addresses of the partners room."""

from django.urls import path

from partners import views

app_name = "partners"
urlpatterns = [
    path("organization/", views.profile, name="profile"),
    path("organization/edit/", views.edit_profile, name="edit-profile"),
    path("organization/legal-info/", views.legal_info, name="legal-info"),
    path("organization/agents/", views.agents, name="agents"),
    path("organization/intake/", views.intake_start, name="intake-start"),
    path("organization/intake/sign/", views.intake_sign, name="intake-sign"),
    path("organization/intake/forms/<str:reference>/", views.intake_status, name="intake-status"),
    path("organization/intake/forms/<str:reference>/copy/", views.intake_copy, name="intake-copy"),
    path("organization/intake/<slug:slug>/", views.intake_step, name="intake-step"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
]
