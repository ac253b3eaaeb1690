"""Celery: the worker and beat of the portal."""

import os
from importlib import import_module

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcc_portal.settings")
TASK_PACKAGES = [
    "gcc_portal.intake",
    "gcc_portal.core.mail",
    "gcc_portal.operations.health",
    "gcc_portal.api",
    "gcc_portal.operations",
]
"""Where tasks stand beside the apps."""

app = Celery("gcc_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(TASK_PACKAGES)
# A worker asks who wants to know of its heartbeat when it starts, before Django's apps are loaded.
import_module("gcc_portal.operations.signals")
