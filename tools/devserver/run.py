"""``make run``: services, migrations, demo story, web server, worker and beat, until a signal stops it."""

import errno
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from .children import Child
from .execute import ADDRESSES, write_addresses
from .folders import ROOT, Folders, data_folder
from .static_files import StaticFiles
from .supervisor import Session, Stop, lasting_services, portal_defaults, say

HOST = "127.0.0.1"
POLL = 0.1
WEB_PATIENCE = 120.0  # seconds until the first page
WHO = "sign in as admin@contoso.example, password demo"

# Packages' files that no page uses (the admin's scripts for DEBUG, other versions of htmx): without them compressing
# takes half the time.
NEVER_SERVED = (
    "xregexp.js",
    "jquery.js",
    "select2.full.js",
    "htmx-4*",
    "htmax-*",
    "ext",
    "redoc*",
    "*bundle.js.map",
)


class Failed(Exception):
    """Something that the portal needs did not work; the text is for a person."""


def run() -> int:
    """Run the portal until a signal stops it. Returns the exit code: 0 for a stop, 1 when a part failed.

    Raises InUse when it runs already from this folder, ServiceError when a server does not start.
    """
    began = time.monotonic()
    try:
        port = chosen_port()
        about = (
            f"the portal runs at http://{HOST}:{port}/ (process {os.getpid()}). Stop it there with Ctrl-C."
        )
        with lasting_services(data_folder(), about) as (session, folders):
            check_port(port)
            portal_defaults(session.environment, folders.data)
            session.environment["PORT"] = str(port)
            say(f"Services ready: {', '.join(child.name for child in session.services) or 'yours'}.")
            prepare(session, folders)
            write_addresses(folders.data, session.environment)
            try:
                programs = start_programs(session, folders, port)
                wait_for_page(session, port, programs[0])
                demo = session.environment["PORTAL_DEMO"] == "1"
                say(
                    f"\nThe portal is at http://{HOST}:{port}/{f' - {WHO}' if demo else ''}. Ctrl-C stops it. "
                    f"(ready in {time.monotonic() - began:.1f} s, logs in {folders.log})"
                )
                return watch(session, programs)
            finally:
                (folders.data / ADDRESSES).unlink(missing_ok=True)
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1


def chosen_port() -> int:
    """PORT, or 8000. Raises Failed when it is no port."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Failed(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def check_port(port: int) -> None:
    """Raises Failed when the port can't be ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Failed(f"Port {port} is taken. Choose another: make run PORT={port + 1}") from error
            raise Failed(
                f"Port {port} can't be used: {error.strerror}. Choose another: make run PORT=8001"
            ) from error


@dataclass
class Command:
    """A management command that runs, what it is called, and when it began."""

    title: str
    name: str
    child: Child
    began: float


def prepare(session: Session, folders: Folders) -> None:
    """Migrations and the demo story, beside them the static files. Raises Failed with the output of what failed."""
    files = StaticFiles(folders.data)
    collecting = collect(session, folders, files)
    finish(session, begin(session, folders, "Migrations", "migrate", "--noinput", "--skip-checks"))
    if session.environment["PORTAL_DEMO"] == "1":
        finish(session, begin(session, folders, "Demo story", "load_demo", "--skip-checks"))
    if collecting is not None:
        finish(session, collecting)
        if session.environment["STATIC_ROOT"] == str(files.root):
            files.done()


def collect(session: Session, folders: Folders, files: StaticFiles) -> Command | None:
    """Begin to collect the static files as production serves them: hashed, compressed. Returns None for nothing new.

    Those in the data folder are collected when something changed; into a folder that was named, each time.
    """
    ignored = (f"--ignore={pattern}" for pattern in NEVER_SERVED)
    command = ("collectstatic", "--noinput", "--verbosity", "0", "--skip-checks", *ignored)
    if not session.environment.get("STATIC_ROOT"):
        session.environment["STATIC_ROOT"] = str(files.root)
        if not files.stale():
            return None
        files.begin()
        shutil.rmtree(files.root, ignore_errors=True)
    # The demo's settings serve what is collected, and so can't collect it themselves.
    return begin(session, folders, "Static files", *command, PORTAL_DEMO="0")


def begin(session: Session, folders: Folders, title: str, *arguments: str, **settings: str) -> Command:
    """Start a management command."""
    child = session.children.start(
        title,
        [sys.executable, ROOT / "manage.py", *arguments],
        env=session.environment | settings,
        folder=ROOT,
        log=folders.log / f"{arguments[0]}.log",
    )
    return Command(title, arguments[0], child, time.monotonic())


def finish(session: Session, command: Command) -> None:
    """Wait for a management command, and say how long it took. Raises Failed with the end of its output."""
    child = command.child
    while child.running():
        if session.parent.gone():
            raise Stop(signal.SIGTERM)
        time.sleep(0.02)
    code = child.process.returncode
    session.children.stop(child)
    if code:
        raise Failed(f"{command.title} failed (manage.py {command.name}):\n{child.log_tail(25)}")
    say(f"{command.title} done ({time.monotonic() - command.began:.1f} s).")


def start_programs(session: Session, folders: Folders, port: int) -> list[Child]:
    """Start the web server, the worker and beat. Returns them in this order."""

    def start(name: str, log: str, orphan_signal: int, *words: str | Path) -> Child:
        return session.children.start(
            name,
            [sys.executable, "-m", *words],
            env=session.environment,
            folder=ROOT,
            log=folders.log / log,
            orphan_signal=orphan_signal,
            patience=15,
            keep_open=session.keep_open,
        )

    web = start(
        "The web server", "web.log", signal.SIGTERM,
        "gunicorn", "gcc_portal.wsgi:application", "--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4",
        "--preload", "--no-control-socket", "--graceful-timeout", "10", "--access-logfile", "-",
    )  # fmt: skip
    # Killed supervisor: the broker goes with it, so a worker drops its task now (it is redelivered) and
    # does not wait for it.
    worker = start(
        "The worker", "worker.log", signal.SIGQUIT,
        "celery", "-A", "gcc_portal", "worker", "--concurrency", "2", "--loglevel", "INFO",
    )  # fmt: skip
    beat = start(
        "Beat", "beat.log", signal.SIGTERM,
        "celery", "-A", "gcc_portal", "beat", "--loglevel", "INFO", "--pidfile=",
        "--schedule", folders.data / "celerybeat-schedule",
    )  # fmt: skip
    return [web, worker, beat]


def wait_for_page(session: Session, port: int, web: Child) -> None:
    """Wait until the web server answers. Raises Failed when it ends or takes too long."""
    deadline = time.monotonic() + WEB_PATIENCE
    while not answers(f"http://{HOST}:{port}/healthz"):
        if session.parent.gone():
            raise Stop(signal.SIGTERM)
        if not web.running() or time.monotonic() > deadline:
            raise Failed(f"The web server did not start:\n{web.log_tail()}")
        time.sleep(POLL)


def answers(url: str) -> bool:
    """True when an HTTP GET of the address gets 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def watch(session: Session, programs: list[Child]) -> int:
    """Wait for a signal to stop (0) or for a process that ends by itself (1), and stop the programs."""
    try:
        while True:
            ended = session.children.ended()
            if ended is not None:
                say(f"{ended.name} ended by itself; stopping the rest. Its last lines:\n{ended.log_tail()}")
                session.children.stop_together(programs)
                return 1
            if session.parent.gone():
                break
            time.sleep(POLL)
    except Stop:
        pass
    say("Stopping ...")
    session.children.stop_together(programs)
    return 0
