"""When a form is reviewed automatically: the setting INTAKE_DESK_PACE."""

import hashlib
import math
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gcc_portal.core.business_time import add_business_hours, business_time_between, respond_by

OFF, REAL = "off", "real"
# Neither at once nor at the last minute: a form is answered in this part of the time until its deadline.
EARLIEST, LATEST = 0.15, 0.9


def pace() -> float | str:
    """Return `off`, `real`, or a number of seconds. Raises ImproperlyConfigured for anything else."""
    value = str(settings.INTAKE_DESK_PACE).strip().lower()
    if value in (OFF, REAL):
        return value
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1
    if not math.isfinite(seconds) or seconds < 0:
        raise ImproperlyConfigured("INTAKE_DESK_PACE must be 'real', 'off' or a number of seconds") from None
    return seconds


def auto_review_is_off() -> bool:
    """Return whether reviewers alone decide."""
    return pace() == OFF


def draw_review_time(submitted_at: datetime, seed: str) -> datetime | None:
    """Return when a form that was submitted then is reviewed automatically, or None while that is off.

    At the pace `real` it is a moment within office hours before the deadline, drawn from `seed`: the same form always
    draws the same one.
    """
    speed = pace()
    if speed == OFF:
        return None
    due = respond_by(submitted_at)
    if speed != REAL:
        return min(submitted_at + timedelta(seconds=float(speed)), due)
    drawn = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) / 2**64
    whole = business_time_between(submitted_at, due)
    hours = whole.total_seconds() / 3600 * (EARLIEST + drawn * (LATEST - EARLIEST))
    return min(add_business_hours(submitted_at, hours), due)
