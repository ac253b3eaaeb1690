"""The GCC portal: the ground that every app stands on."""

from gcc_portal.celery import app as celery_app

__all__ = ["celery_app"]
