"""A checkout with the real tools/devserver, a portal of a few lines, and what the tests need to look at processes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0

MANAGE = """
import os, pathlib, sys, psycopg2
connection = psycopg2.connect(os.environ["DATABASE_URL"])
connection.autocommit = True
cursor = connection.cursor()
if sys.argv[1] == "migrate":
    if os.environ.get("BREAK") == "migrate":
        raise SystemExit("the table is in the way")
    cursor.execute("CREATE TABLE IF NOT EXISTS story (chapter text UNIQUE)")
if sys.argv[1] == "load_demo":
    cursor.execute("INSERT INTO story VALUES ('one') ON CONFLICT DO NOTHING")
if sys.argv[1] == "collectstatic":
    if os.environ["PORTAL_DEMO"] == "1":
        raise SystemExit("the demo's settings collect nothing")
    root = pathlib.Path(os.environ["STATIC_ROOT"])
    root.mkdir()
    (root / "staticfiles.json").write_text("{}")
    if os.environ.get("BREAK") == "collectstatic":
        raise SystemExit("a style sheet names a file that is not there")
if sys.argv[1] == "add":
    cursor.execute("INSERT INTO story VALUES (%s)", [sys.argv[2]])
if sys.argv[1] == "chapters":
    cursor.execute("SELECT chapter FROM story ORDER BY 1")
    print(",".join(row[0] for row in cursor))
"""
CELERY = """
import os
from celery import Celery
socket = os.environ["REDIS_URL"].removeprefix("unix://")
app = Celery("gcc_portal", broker=f"redis+socket://{socket}?virtual_host=0")
"""
# Celery reads Django's settings where their name is in the environment, as the supervisor puts it.
SETTINGS = """
SECRET_KEY = "stub"
USE_TZ = True
"""
WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"here"]
"""


def until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait for the condition, at most ``patience`` seconds; fails the test with ``what`` after that."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"not within {patience} s: {what}"
        time.sleep(0.02)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def lives(process: psutil.Process) -> bool:
    """True while the process runs; one that has ended and waits to be reaped does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@dataclass
class Running:
    """A started program, its output so far, and everything that it has started."""

    process: subprocess.Popen[str]
    output: Path
    started: list[psutil.Process] = field(default_factory=list)

    def text(self) -> str:
        """What it has printed."""
        return self.output.read_text(encoding="utf-8")

    def remember(self) -> list[psutil.Process]:
        """Note every process below it, to see later that it is gone."""
        self.started = psutil.Process(self.process.pid).children(recursive=True)
        return self.started

    def wait_for(self, words: str) -> None:
        """Wait until it prints the words; it must not end before."""
        until(lambda: words in self.text() or self.process.poll() is not None, f"{words!r} in its output")
        assert words in self.text(), self.text()

    def nothing_left(self) -> None:
        """Wait until all that it started has ended."""
        assert self.started
        until(lambda: not [p for p in self.started if lives(p)], f"{self.started} have ended")


@dataclass
class Checkout:
    """The folder, and the programs started in it."""

    folder: Path
    running: list[Running] = field(default_factory=list)

    @classmethod
    def make(cls, folder: Path) -> "Checkout":
        """Copy tools/devserver and write the little portal."""
        package = folder / "gcc_portal"
        package.mkdir(parents=True)
        shutil.copytree(ROOT / "tools" / "devserver", folder / "tools" / "devserver")
        (folder / "tools" / "__init__.py").write_text("")
        (folder / "tools" / "setup.py").write_text("")
        shutil.copy(ROOT / "Makefile", folder)
        (folder / ".venv").symlink_to(Path(sys.prefix))
        (package / "__init__.py").write_text("")
        (package / "celery.py").write_text(CELERY)
        (package / "settings.py").write_text(SETTINGS)
        (package / "wsgi.py").write_text(WSGI)
        (folder / "manage.py").write_text(MANAGE)
        return cls(folder)

    @property
    def var(self) -> Path:
        """The data folder."""
        return self.folder / "var"

    def start(self, *command: str, port: int | None = None, **variables: str) -> Running:
        """Start a command in the checkout, in a session of its own and no terminal."""
        skipped = (
            "DATABASE_URL",
            "REDIS_URL",
            "PORT",
            "PORTAL",
            "MEDIA",
            "SECRET",
            "MAKE",
            "MFLAGS",
            "PYTEST",
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith(skipped)}
        environment |= {"PORT": str(port or free_port())} | variables
        output = self.folder / f"output-{len(self.running)}"
        with output.open("w") as file:
            process = subprocess.Popen(
                command, cwd=self.folder, env=environment, text=True, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
            )  # fmt: skip
        running = Running(process, output)
        self.running.append(running)
        return running

    def embedded(self, *words: str, port: int | None = None, **variables: str) -> Running:
        """Start ``python -m tools.devserver WORDS``."""
        return self.start(sys.executable, "-m", "tools.devserver", *words, port=port, **variables)

    def result(self, *words: str, port: int | None = None, **variables: str) -> tuple[int, str]:
        """Run it to its end: the exit code and what it printed."""
        running = self.embedded(*words, port=port, **variables)
        return running.process.wait(PATIENCE), running.text()

    def up(self, *command: str, port: int | None = None) -> Running:
        """Start the portal (by the command, else by run) and wait for the line that says where it is."""
        running = self.start(*command, port=port) if command else self.embedded("run", port=port)
        running.wait_for("The portal is at")
        running.remember()
        return running

    def end(self) -> None:
        """Leave nothing behind, whatever the test did."""
        for running in self.running:
            if running.process.poll() is None:
                running.remember()
                running.process.send_signal(signal.SIGTERM)
                try:
                    running.process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    for process in (*running.started, psutil.Process(running.process.pid)):
                        process.kill()
                    running.process.wait()
