"""What Celery loads: Django first, the tasks after it."""

import django

django.setup()

from bench.peers.intake_tasks import app  # noqa: E402

__all__ = ["app"]
