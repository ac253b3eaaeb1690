"""The product's sweep, told to work until nothing is due: a worker's functions, and its statements counted."""

import time

from django.urls import reverse
from django.utils import timezone

from bench.counting import counted
from gcc_portal.core.business_time import respond_by
from gcc_portal.intake.auto_review.sweep import sweep

# A worker that has run for a while has the addresses and the holidays loaded.
reverse("review:queue")
respond_by(timezone.now())


def answer_all() -> list[float]:
    """Answer all that is due; return when that began and when it ended, in seconds of the machine's own clock."""
    began = time.monotonic()
    while sweep():
        pass
    return [began, time.monotonic()]


def statements() -> dict[str, int]:
    """Answer all that is due and return the statements that took."""
    with counted() as found:
        while sweep():
            pass
    return dict(found)
