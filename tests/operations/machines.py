"""Several machines in small: web servers, workers and beats as processes of their own, on the database of the test."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client as Django
from redis import Redis

from gcc_portal.core.people.models import User
from tests.webserver import Client, answers, cookie

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 150.0  # seconds; a busy machine is no failure
TOKEN = "what-a-scraper-sends-0123456789"


def database_url(name: str = "") -> str:
    """Return the address of the test's database."""
    found = connection.settings_dict
    host = quote(str(found["HOST"]), safe="")
    port = f":{found['PORT']}" if found["PORT"] else ""
    password = f":{quote(found['PASSWORD'], safe='')}" if found["PASSWORD"] else ""
    return f"postgresql://{found['USER']}{password}@{port}/{name or found['NAME']}?host={host}"


def until(true: Callable[[], object], what: str) -> None:
    """Wait until something is so, by looking; fail when it is not in time."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"gave up waiting until {what}"
        time.sleep(0.05)


@dataclass
class Machines:
    """The processes of one portal. Their output is kept in a file each."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    cookies: dict[int, str] = field(default_factory=dict)

    def run(self, name: str, *command: str | Path) -> "subprocess.Popen[bytes]":
        """Start a Python module as a process; the database knows its sessions by its name."""
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "PORTAL_DEMO": "1",
            "METRICS_TOKEN": TOKEN,
            "SWEEP_SECONDS": "1",
            "INTAKE_DESK_PACE": "0",
            "PGAPPNAME": name,
            **self.more,
        }
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        self.processes[name] = process
        return process

    def web(self, name: str, *, threads: int = 4) -> None:
        """Start a web server with one process."""
        self.run(
            name, "gunicorn", "gcc_portal.wsgi:application", "--bind", f"unix:{self.folder / name}.sock",
            "--workers", "1", "--worker-class", "gthread", "--threads", str(threads), "--no-control-socket",
        )  # fmt: skip

    def worker(self, name: str) -> None:
        """Start a worker that does one task at a time in its own process: killing it kills what it does."""
        self.run(
            name, "celery", "-A", "gcc_portal", "worker", "--pool=solo", "-n", f"{name}@here",
            "--without-gossip", "--without-mingle", "--loglevel", "INFO",
        )  # fmt: skip

    def beat(self, name: str) -> None:
        """Start a beat."""
        self.run(
            name, "celery", "-A", "gcc_portal", "beat", "--schedule", self.folder / f"{name}.schedule",
            "--pidfile=", "--loglevel", "INFO",
        )  # fmt: skip

    def log(self, name: str) -> str:
        """Return what a process wrote."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def ready(self, *webs: str) -> None:
        """Wait until the web servers answer."""
        for name in webs:
            until(lambda name=name: self._answers(name), f"{name} answers: {self.log(name)[-2000:]}")

    def _answers(self, name: str) -> bool:
        assert self.processes[name].poll() is None, self.log(name)[-3000:]
        return answers(self.folder / f"{name}.sock")

    def sign_in(self, user: User) -> None:
        """Begin a session, once for all who ask as this person: in threads no connection must be left open."""
        django = Django()
        django.force_login(user)
        self.cookies[user.pk] = cookie(django.cookies["sessionid"].value)

    def ask(self, web: str, url: str, user: User | None = None, **headers: str) -> bytes:
        """Return a page of a web server."""
        with self.client(web, user, **headers) as client:
            return client.get(url).body

    def send(self, web: str, url: str, form: dict[str, object], user: User) -> int:
        """Send a form to a web server; return the status of the redirect that follows."""
        with self.client(web, user) as client:
            return client.post(url, form).status

    def client(self, web: str, user: User | None = None, **headers: str) -> Client:
        """Return a client of a web server, signed in where a person is named."""
        sent = dict(headers)
        if user is not None:
            sent["Cookie"] = self.cookies[user.pk]
        return Client(self.folder / f"{web}.sock", sent)

    def stop(self) -> None:
        """End all of them; none of them has anything to lose."""
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()


@contextlib.contextmanager
def machines(folder: Path, **more: str) -> Iterator[Machines]:
    """Return a context in which processes are started and at whose end they are gone. The broker begins empty."""
    broker = Redis.from_url(settings.BROKER_REDIS_URL)
    broker.flushdb()
    started = Machines(folder, more)
    try:
        yield started
    finally:
        started.stop()
        broker.flushdb()
        broker.close()


def embedded_socket() -> Path | None:
    """Return the socket folder of the server under the tests, or None where it is reached by TCP."""
    host = urlsplit(database_url()).query.partition("host=")[2]
    found = Path(str(connection.settings_dict["HOST"]))
    return found if host and found.is_dir() else None
