"""The portal runs on what `base` installs: nothing that only the tests bring is needed to start it."""

import os
import re
import subprocess
import sys

from .checkout import ROOT

# Everything that a web server, a worker and the commands import, where nothing but base can be imported.
START = """
import re, sys
from importlib.metadata import packages_distributions

BASE = set(sys.argv[1].split())
OF = {top: {re.sub(r"[-_.]+", "-", each).lower() for each in names} for top, names in packages_distributions().items()}


class OnlyBase:
    def find_spec(self, name, path=None, target=None):
        names = OF.get(name.partition(".")[0])
        if names and not names & BASE:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, OnlyBase())
import django
django.setup()
import gcc_portal.urls, gcc_portal.wsgi
from django.core.management import call_command, get_commands, load_command_class
from gcc_portal.celery import app
app.loader.import_default_modules()
for name, room in get_commands().items():
    if room in ("gcc_portal", "partners", "customers", "orders"):
        load_command_class(room, name)
call_command("check")
"""


def test_a_portal_starts_on_base_alone() -> None:
    pinned = (ROOT / "requirements/base.txt").read_text()
    base = re.findall(r"^([a-z0-9][\w.-]*)==", pinned, re.MULTILINE)
    env = {**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "gcc_portal.settings"}
    told = subprocess.run(
        [sys.executable, "-c", START, " ".join(base)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
