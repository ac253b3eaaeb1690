"""The app that carries the template tags."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Template tags of all pages. Holds no tables."""

    name = "gcc_portal.web"
    label = "ui"
