"""URLs of the audit list."""

from django.urls import path

from gcc_portal.web.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.listing, name="list"),
    path("export.csv", views.export, name="export"),
]
