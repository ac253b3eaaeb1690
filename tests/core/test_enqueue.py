"""Tasks are started by name."""

import os
import subprocess
import sys

import pytest

START = """
import django
django.setup()
from gcc_portal.core.enqueue import task_of
print(task_of("orders.tasks.fulfil_waiting").name)
"""


@pytest.mark.slow
def test_a_process_that_is_no_worker_knows_every_task() -> None:
    """A web server or a command has imported no task when it starts the first one."""
    environment = {**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "gcc_portal.settings"}
    done = subprocess.run(
        [sys.executable, "-c", START], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "orders.tasks.fulfil_waiting", done.stderr
