"""What Celery loads: Django first, the tasks after it."""

import django

django.setup()

from django.urls import reverse  # noqa: E402

from bench.peers.intake_tasks import app  # noqa: E402

# A worker that has run for a while has the addresses loaded.
reverse("review:queue")

__all__ = ["app"]
