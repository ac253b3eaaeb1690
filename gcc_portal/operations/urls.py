"""Addresses of the operators' page. `/metrics` is at the root, where scrapers expect it."""

from django.urls import path

from gcc_portal.operations import views

app_name = "operations"
urlpatterns = [path("", views.overview, name="overview")]
