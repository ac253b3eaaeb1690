"""The app that carries the template tags."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The look of every page. Holds no tables."""

    name = "gcc_portal.web"
    label = "ui"
