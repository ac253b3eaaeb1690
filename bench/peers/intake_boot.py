"""What Celery loads: Django first, the tasks after it."""

import django

django.setup()

from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.peers.intake_tasks import app  # noqa: E402
from gcc_portal.core.business_time import respond_by  # noqa: E402

# A worker that has run for a while has the addresses and the holidays loaded.
reverse("review:queue")
respond_by(timezone.now())

__all__ = ["app"]
