"""The style guide. Wired in only in the demo and while developing."""

from django.urls import path

from tools.styleguide import views

app_name = "ui"
urlpatterns = [path("", views.styleguide, name="styleguide")]
