"""The GCC portal: what all apps share. The apps build on it; it imports none of them."""

from gcc_portal.celery import app as celery_app

__all__ = ["celery_app"]
