"""T1 with real Celery workers: one is killed in the middle, and still each submission is answered exactly once."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from gcc_portal.celery import app
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.intake.models import Submission
from partners.models import Partner
from tests.intake import making

ROOT = Path(__file__).resolve().parents[2]
FORMS = 200
PATIENCE = 180.0  # seconds
BEAT = 5.0


def environment() -> dict[str, str]:
    """Return what a worker needs to work on the database of this test."""
    database = connection.settings_dict
    host = quote(str(database["HOST"]), safe="")
    port = f"&port={database['PORT']}" if database["PORT"] else ""
    password = f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    url = f"postgresql://{database['USER']}{password}@/{database['NAME']}?host={host}{port}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URL,
        "PORTAL_DEMO": "1",
        "INTAKE_DESK_PACE": "0",
        # Small batches, so that the kill comes in the middle.
        "INTAKE_BATCH": "5",
        "DJANGO_SETTINGS_MODULE": "gcc_portal.settings",
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def worker(name: str, queue: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker of one process, so that killing it kills what it does."""
    command = [sys.executable, "-m", "celery", "-A", "gcc_portal", "worker", "--pool=solo", "-Q", queue]
    command += ["-n", f"{name}@{queue}", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment())
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(true: Callable[[], bool], what: str, beat: Callable[[], object]) -> None:
    """Wait until something is so, by looking, while `beat` goes every few seconds; fail when it is not in time."""
    end = time.monotonic() + PATIENCE
    next_beat = time.monotonic() + BEAT
    while not true():
        assert time.monotonic() < end, f"gave up waiting until {what}"
        if time.monotonic() > next_beat:
            beat()
            next_beat += BEAT
        time.sleep(0.05)


def answered() -> int:
    """Return how many submissions are answered."""
    return Submission.objects.exclude(answer="").count()


@pytest.mark.slow
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_hundred_forms_two_workers_one_killed_in_the_middle() -> None:
    for _ in range(FORMS):
        making.due_form()
    queue = f"sweep-{uuid.uuid4().hex}"

    def send() -> None:
        app.send_task("gcc_portal.intake.tasks.sweep", queue=queue)

    with worker("first", queue) as first, worker("second", queue) as second:
        send()
        send()
        until(lambda: answered() >= FORMS // 10, "the workers are in the middle", send)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        at_the_kill = answered()
        assert at_the_kill < FORMS
        until(lambda: answered() == FORMS, "all are answered", send)
        send()
        assert second.poll() is None

    assert Counter(Submission.objects.values_list("answer", flat=True)) == {"approved": FORMS}
    answers = OutboxMail.objects.filter(key__startswith="answer:")
    assert answers.count() == OutboxMail.objects.count() == FORMS
    told = Counter(str(mail.email.to) for mail in answers.select_related("email"))
    assert len(told) == FORMS
    assert set(told.values()) == {1}
    assert AuditEntry.objects.filter(action="approve").count() == FORMS
    assert AuditEntry.objects.filter(action="qualify").count() == FORMS
    assert Partner.objects.filter(qualification="qualified").count() == FORMS
