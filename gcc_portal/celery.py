"""The Celery application, for worker, beat and the web processes that start tasks."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcc_portal.settings")
TASK_PACKAGES = ["gcc_portal.intake", "gcc_portal.core.mail", "gcc_portal.api"]
"""Packages with a `tasks` module that are no Django apps."""

app = Celery("gcc_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(TASK_PACKAGES)
