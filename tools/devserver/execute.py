"""Run one command with the services around it: fresh ones, or those of the checkout's data."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from .children import Child
from .folders import InUse, data_folder
from .supervisor import Session, Stop, lasting_services, portal_defaults, temporary_services

ADDRESSES = "addresses.json"
POLL = 0.05


def in_fresh_services(command: Sequence[str], redis_for: Sequence[str] = (), *, quick: bool = True) -> int:
    """Run the command on fresh servers that end with it. Returns its exit code.

    ``quick`` servers would lose data in a power cut; the others cost what those of ``make run`` do.
    """
    with temporary_services(redis_for, quick=quick) as session:
        return _run(session, command)


def on_lasting_data(command: Sequence[str]) -> int:
    """Run the command on the data of ``make run``: on its servers when it runs, else on ones of our own."""
    data = data_folder()
    try:
        with lasting_services(data, "a management command") as (session, _folders):
            portal_defaults(session.environment, data)
            return _run(session, command)
    except InUse:
        addresses = data / ADDRESSES
        if not addresses.exists():
            raise
        environment = os.environ | json.loads(addresses.read_text(encoding="utf-8"))
        return subprocess.run(list(command), env=environment, check=False).returncode


def write_addresses(data: Path, environment: dict[str, str]) -> None:
    """Write the running portal's settings to a file, for commands that `on_lasting_data` runs beside it."""
    names = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PORT", "PORTAL_DEMO", "SECRET_KEY", "MEDIA_ROOT")
    path = data / ADDRESSES
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        json.dump({name: environment[name] for name in names if name in environment}, file)


def _run(session: Session, command: Sequence[str]) -> int:
    # A command at a terminal stays in its foreground group: it may read, and Ctrl-C reaches it by itself.
    at_terminal = sys.stdin is not None and sys.stdin.isatty()
    try:
        child = session.children.start(
            command[0], command, env=session.environment, own_group=not at_terminal, patience=20
        )
    except FileNotFoundError:
        print(f"{command[0]}: no such command", file=sys.stderr)
        return 127
    try:
        while child.running():
            if session.parent.gone():
                session.children.stop(child)
                return 128 + signal.SIGTERM
            for service in session.services:
                if not service.running():
                    print(
                        f"{service.name} ended while the command ran.\n{service.log_tail()}", file=sys.stderr
                    )
                    session.children.stop(child)
                    return 1
            time.sleep(POLL)
    except Stop as stop:
        _pass_on(session, child, stop, at_terminal)
        return stop.code
    code = child.process.returncode
    session.children.stop(child)
    return code if code >= 0 else 128 - code


def _pass_on(session: Session, child: Child, stop: Stop, at_terminal: bool) -> None:
    """Give the command the signal that we got, unless the terminal already did, and its time to end."""
    if not (at_terminal and stop.number == signal.SIGINT):
        child.send(stop.number)
    session.children.stop(child, ask=False)
