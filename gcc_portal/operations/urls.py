"""Addresses of the operators' room. `/metrics` stands at the root, where scrapers look for it."""

from django.urls import path

from gcc_portal.operations import views

app_name = "operations"
urlpatterns = [path("", views.overview, name="overview")]
