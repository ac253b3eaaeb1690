"""The databases and the processes of one run: a database for each number of rows, web servers and workers on them."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from bench import rows
from bench.client import Client, Failed

ROOT = Path(__file__).resolve().parents[1]
# The product runs in its own environment, the peers in theirs, which holds both.
PRODUCT_PYTHON = ROOT / ".venv" / "bin" / "python"
PEER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
PRODUCT, FLOOR, PEERS, OSCAR = "product", "floor", "peers", "oscar"
READY_WITHIN = 60.0  # seconds
OSCAR_DATABASE = "bench_oscar"


def python_of(side: str) -> Path:
    """Return the Python of a side. Raises `Failed` where the peers are not installed."""
    if side not in (PEERS, OSCAR):
        return PRODUCT_PYTHON
    if not PEER_PYTHON.exists():
        raise Failed("The peers are not installed (.venv-bench): run make bench, or make setup-bench.")
    return PEER_PYTHON


@dataclass(frozen=True)
class Worker:
    """A process that calls functions of one module. They time their own work, so the way to them is in no figure."""

    name: str
    process: "subprocess.Popen[str]"

    def call(self, function: str, **arguments: Any) -> Any:
        """Return what a function returns. Raises `Failed` with its trace when it raises."""
        self.start(function, **arguments)
        return self.result()[0]

    def statements(self, function: str, **arguments: Any) -> dict[str, int]:
        """Call a function; return its SQL statements by kind."""
        self.start(function, count=True, **arguments)
        return self.result()[1]

    def start(self, function: str, *, count: bool = False, **arguments: Any) -> None:
        """Begin a call whose result `result` returns, so that several workers can work at the same time."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([function, arguments, count]) + "\n")
        self.process.stdin.flush()

    def result(self) -> tuple[Any, dict[str, int]]:
        """Return what the call begun with `start` returns, and its statements. Raises `Failed`."""
        assert self.process.stdout is not None
        answer = json.loads(self.process.stdout.readline() or '{"error": "The process ended; see its log."}')
        if "error" in answer:
            raise Failed(f"{self.name}:\n{answer['error']}")
        return answer["result"], answer["statements"]


@dataclass
class Bench:
    """What is started in one run; all of it ends with the stack. The folder holds sockets and logs."""

    folder: Path
    stack: ExitStack
    smoke: bool = False
    _secret: str = field(default_factory=lambda: secrets.token_urlsafe(50))
    _made: dict[str, Any] = field(default_factory=dict)

    @property
    def scale(self) -> int:
        """Return the scale at which the paths are measured, in thousands of customers."""
        return self.scales[-1]

    @property
    def scales(self) -> tuple[int, ...]:
        """Return the scales at which growth is measured."""
        return rows.SCALES[:1] if self.smoke else rows.SCALES

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what was made under a key, which is made when it is asked for the first time."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    # Databases. Nobody connects to `bench_<scale>`, so that it can be copied at any time.

    def database(self, scale: int) -> str:
        """Return the name of the database of a scale."""
        name = f"bench_{scale}_main"
        return str(self.once(name, lambda: self.copy(self._source(scale), name)))

    def due(self, scale: int, forms: int) -> str:
        """Return the name of a database of a scale with so many forms due, to be copied for each run."""
        name = f"bench_{scale}_due_{forms}"
        add = lambda connection: rows.add_due_forms(connection, forms)  # noqa: E731
        return str(self.once(name, lambda: self.copy(self._source(scale), name, add)))

    def copy(self, source: str, name: str, *prepare: Callable[[Any], None]) -> str:
        """Make a database as a copy of another, in place of one of its name; return its name."""
        with contextlib.closing(self.connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                template = f'TEMPLATE "{source}" STRATEGY FILE_COPY' if source else ""
                cursor.execute(f'CREATE DATABASE "{name}" {template}')
        for each in prepare:
            with contextlib.closing(self.connect(name)) as connection:
                connection.autocommit = True
                each(connection)
        return name

    def _source(self, scale: int) -> str:
        fill = lambda connection: rows.fill(connection, scale)  # noqa: E731
        return str(self.once(f"bench_{scale}", lambda: self.copy(self._template(), f"bench_{scale}", fill)))

    def _template(self) -> str:
        return str(self.once("bench_template", self._migrated))

    def _migrated(self) -> str:
        """Make a database with the product's tables and its catalogue, and collect the static files."""
        name = self.copy("", "bench_template")
        with ExitStack() as stack:
            workers = [self._work(stack, "bench.product", PRODUCT, name) for _each in range(2)]
            for worker, function in zip(workers, ("make_tables", "collect_static"), strict=True):
                worker.start(function)
            for worker in workers:
                worker.result()
        return name

    def connect(self, database: str) -> Any:
        """Return a new connection of psycopg2."""
        return psycopg2.connect(self.url(database))

    def connection(self, database: str) -> Any:
        """Return a connection that stays open for the run."""
        connect = lambda: self.stack.enter_context(contextlib.closing(self.connect(database)))  # noqa: E731
        return self.once(f"connection {database}", connect)

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()

    # Processes, each with the settings of a portal that others can reach.

    def environment(self, side: str, database: str, scale: int) -> dict[str, str]:
        """Return a process's environment. Each scale has a Redis of its own, so that no cache mixes them up."""
        return {
            **os.environ,
            "DATABASE_URL": self.url(database),
            "REDIS_URL": os.environ.get(f"REDIS_URL_SCALE{scale}", os.environ["REDIS_URL"]),
            "DJANGO_SETTINGS_MODULE": "gcc_portal.settings" if side == PRODUCT else "bench.settings",
            "BENCH_SIDE": side,
            "PORTAL_DEMO": "0",
            "DEBUG": "0",
            "SECRET_KEY": self._secret,
            "PORTAL_URL": "http://127.0.0.1/",
            "ALLOWED_HOSTS": "127.0.0.1",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "TENANT_DIRECTORY": "demo",
            "API_RATE": "100000000/minute",
            "INTAKE_DESK_PACE": "real",
            "STATIC_ROOT": str(self.folder / "static"),
            "MEDIA_ROOT": str(self.folder / "media"),
            "LOG_LEVEL": "WARNING",
        }

    def worker(self, module: str, side: str, scale: int) -> Worker:
        """Return the worker that calls the functions of a module on the main database of a scale."""
        database = OSCAR_DATABASE if side == OSCAR else self.database(scale)
        work = lambda: self._work(self.stack, module, side, database, scale)  # noqa: E731
        found: Worker = self.once(f"{module} {scale}", work)
        return found

    def _work(self, stack: ExitStack, module: str, side: str, database: str, scale: int = 0) -> Worker:
        return stack.enter_context(self.working(module, side, database, scale))

    @contextlib.contextmanager
    def working(self, module: str, side: str, database: str, scale: int) -> Any:
        """Run a worker on any database while the context lasts."""
        name = f"{module}-{database}"
        command: list[str | Path] = [python_of(side), "-c", f"from bench.child import main; main({module!r})"]
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(side, database, scale),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        try:
            yield Worker(name, process)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(60)

    def server(self, side: str, scale: int) -> Path:
        """Return the socket of the web server of a side: gunicorn with one process, started when it is not running."""
        database = OSCAR_DATABASE if side == OSCAR else self.database(scale)
        serve = lambda: self.stack.enter_context(self._serving(side, database, scale))  # noqa: E731
        path: Path = self.once(f"server {side} {database}", serve)
        return path

    @contextlib.contextmanager
    def _serving(self, side: str, database: str, scale: int) -> Any:
        path = self.folder / f"{side}-{database}.sock"
        command: list[str | Path] = [
            python_of(side), "-m", "gunicorn", "bench.child:wsgi()", "--bind", f"unix:{path}", "--workers", "1",
            "--worker-class", "gthread", "--threads", "1", "--keep-alive", "600", "--no-control-socket",
            "--timeout", "600", "--log-level", "warning",
        ]  # fmt: skip
        with path.with_suffix(".log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(side, database, scale), stdout=log, stderr=log
            )
        try:
            yield path
        finally:
            process.send_signal(signal.SIGINT)  # gunicorn's quick end: no client is waited for
            process.wait(30)

    def client(self, side: str, scale: int, who: str = rows.AGENT, *, token: bool = False) -> Client:
        """Return a client of a side's web server that is signed in, by a session or by an API token."""
        path = self.server(side, scale)
        self.once(f"ready {path}", lambda: wait_for(path))
        product = self.worker("bench.product", PRODUCT, scale)
        if token:
            return Client.of(path, token=self.once(f"token {scale}", lambda: product.call("token")))
        bare = side != PRODUCT
        sign_in = lambda: product.call("sign_in", email=who, bare=bare)  # noqa: E731
        return Client.of(path, session=self.once(f"session {scale} {who} {bare}", sign_in))

    def versions(self) -> Mapping[str, str]:
        """Return PostgreSQL's version and how safely it keeps what it commits."""
        with contextlib.closing(self.connect("postgres")) as connection, connection.cursor() as cursor:
            found = {}
            for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers"):
                cursor.execute(f"SHOW {name}")
                found[name] = cursor.fetchone()[0]
        return found


def wait_for(path: Path) -> bool:
    """Wait until a web server answers. Raises `Failed` with the end of its log."""
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            return bool(Client.of(path).send("GET", "/bench/ready").status)
        time.sleep(0.05)
    raise Failed(f"{path.name} did not start:\n{path.with_suffix('.log').read_text()[-2000:]}")
