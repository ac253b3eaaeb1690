"""One supervisor: takes the folder, starts the services, and stops everything however it is ended."""

import contextlib
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from .children import Child, Children
from .folders import ROOT, FolderLock, Folders
from .parent import Parent
from .services import Postgres, Redis

# The settings that would point a process at other servers than the ones started for it.
OTHERS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "PORT")


class Stop(BaseException):
    """A signal asked this process to end. ``code`` is the exit code a shell expects of it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.code = 128 + number


def _raise_stop(number: int, _frame: FrameType | None) -> None:
    # The first one stops us; others while we clear up must not cut that short.
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise Stop(number)


def stop_on_signals() -> None:
    """Turn Ctrl-C, SIGTERM and SIGHUP into Stop, so that everything is stopped in order."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _raise_stop)


def portal_defaults(environment: dict[str, str], data: Path) -> None:
    """The settings that a portal run from the checkout gets where the environment says nothing.

    The demo story unless the database is one that was named; a secret key of this folder's own.
    """
    for name in (*OTHERS, "PORTAL_DEMO", "SECRET_KEY", "MEDIA_ROOT", "STATIC_ROOT"):
        if not environment.get(name):
            environment.pop(name, None)
    environment.setdefault("PORTAL_DEMO", "0" if os.environ.get("DATABASE_URL") else "1")
    environment.setdefault("DJANGO_SETTINGS_MODULE", "gcc_portal.settings")
    environment.setdefault("MEDIA_ROOT", str(data / "media"))
    if "SECRET_KEY_FILE" not in environment:
        environment.setdefault("SECRET_KEY", _kept_secret(data / "secret-key"))


def _kept_secret(path: Path) -> str:
    """The secret in the file, made when there is none: sessions outlive a restart."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()


def say(line: str) -> None:
    """Print a line of progress at once. A closed terminal or pipe is no reason to stop."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


@dataclass
class Session:
    """What runs under one supervisor: its children, the environment they get, the lock they hold open."""

    children: Children = field(default_factory=Children)
    parent: Parent = field(default_factory=Parent)
    environment: dict[str, str] = field(default_factory=dict)
    services: list[Child] = field(default_factory=list)
    keep_open: tuple[int, ...] = ()

    def start_services(self, folders: Folders, *, database: bool, redis: bool, quick: bool = False) -> None:
        """Start the servers that are needed and put their addresses in the environment.

        Raises ServiceError when one does not start.
        """
        if database:
            for name in [name for name in os.environ if name.startswith("PG")]:
                del os.environ[name]  # libpq's and the server's own settings would redirect both
        self.environment = with_our_python(dict(os.environ))
        valkey = self.start_redis(folders, "redis", quick) if redis else None
        if database:
            postgres = Postgres(folders, quick)
            postgres.prepare()
            child = postgres.start(self.children, self.keep_open)
            self.services.insert(0, child)
            self.environment["DATABASE_URL"] = postgres.url
            postgres.wait(child)
        if valkey:
            valkey.wait(self.services[-1])
            self.environment["REDIS_URL"] = valkey.url

    def start_redis(self, folders: Folders, name: str, quick: bool) -> Redis:
        """Start one Redis-protocol server; the caller waits for it."""
        valkey = Redis(folders, quick, name)
        self.services.append(valkey.start(self.children, self.keep_open))
        return valkey


def with_our_python(environment: dict[str, str]) -> dict[str, str]:
    """The environment with this Python's programs first on PATH, output not held back, compiled code kept in build/.

    A process that has to compile everything it imports needs three seconds longer to start.
    """
    programs = str(Path(sys.executable).parent)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / "build" / "pycache"))
    environment["PATH"] = os.pathsep.join(filter(None, [programs, environment.get("PATH", "")]))
    environment["PYTHONUNBUFFERED"] = "1"
    return environment


@contextlib.contextmanager
def temporary_services(redis_for: Sequence[str] = (), *, quick: bool = True) -> Iterator[Session]:
    """Fresh servers in a folder of their own, for one command; nothing of them stays.

    Each name in ``redis_for`` gets one more Redis, its address in REDIS_URL_NAME.
    """
    session = Session()
    for name in (*OTHERS, "MEDIA_ROOT", "PORTAL_DATA_DIR"):
        os.environ.pop(name, None)
    folder = Path(tempfile.mkdtemp(prefix="gcc-portal-"))
    try:
        session.children.remove_when_killed(folder)
        folders = Folders.make(folder)
        session.start_services(folders, database=True, redis=True, quick=quick)
        for name in redis_for:
            valkey = session.start_redis(folders, name, quick)
            valkey.wait(session.services[-1])
            session.environment[f"REDIS_URL_{name.upper()}"] = valkey.url
        session.environment["MEDIA_ROOT"] = str(folder / "media")
        yield session
    finally:
        session.children.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def lasting_services(data: Path, about: str) -> Iterator[tuple[Session, Folders]]:
    """The servers of ``make run`` on the folder ``data``, except those that the environment names.

    Raises InUse when another supervisor has the folder, ServiceError when a server does not start.
    """
    lock = FolderLock(data)
    try:
        lock.acquire(about)
        folders = Folders.make(data)
        session = Session(keep_open=(lock.inherited,))
        try:
            if folders.run.parent != data:
                session.children.remove_when_killed(folders.run)
            session.start_services(
                folders,
                database=not os.environ.get("DATABASE_URL"),
                redis=not os.environ.get("REDIS_URL"),
            )
            yield session, folders
        finally:
            session.children.stop_all()
            folders.clear_run()
    finally:
        lock.release()
