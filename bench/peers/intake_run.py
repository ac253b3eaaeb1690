"""Runs the usual pattern on a real Celery worker with two processes. A worker's functions."""

import subprocess
import sys
import time
from collections.abc import Callable

from django.utils import timezone

from bench.peers.intake_tasks import app, decide, tell
from gcc_portal.intake.auto_review.sweep import due_for_auto_review, due_for_notice
from gcc_portal.intake.models import IntakeForm, Submission

PATIENCE = 600.0
COMMAND = (
    sys.executable, "-m", "celery", "-A", "bench.peers.intake_boot", "worker", "--concurrency", "2", "-Q", "usual",
    "--without-gossip", "--without-mingle", "--loglevel", "WARNING",
)  # fmt: skip


def answer_all() -> list[float]:
    """Queue a task for each due form and wait until all are answered; return when that began and ended."""
    worker = subprocess.Popen(COMMAND, stdout=sys.stderr, stderr=sys.stderr)
    try:
        until(lambda: bool(app.control.ping(timeout=0.5)))
        began = time.monotonic()
        now = timezone.now()
        forms: list[int] = []
        for due, task in ((due_for_notice(now), tell), (due_for_auto_review(now), decide)):
            found = list(due.values_list("pk", flat=True))
            forms += found
            for pk in found:
                task.delay(pk)
        waiting = Submission.objects.filter(form_id__in=forms, answer="")
        until(lambda: not waiting.exists())
        return [began, time.monotonic()]
    finally:
        worker.terminate()
        worker.wait(30)


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so. Raises `TimeoutError`."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"{IntakeForm.objects.count()} forms, and not all answered in time")
        time.sleep(0.02)
