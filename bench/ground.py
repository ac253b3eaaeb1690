"""What every line stands on: one PostgreSQL that keeps what it commits, a database for each scale, processes."""

import contextlib
import os
import secrets
import subprocess
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from bench import data
from bench.web import ROOT, Failed, Server, served
from bench.worker import Worker, working

# The product runs in its own environment, the peers in theirs, which holds both.
PRODUCT_PYTHON = ROOT / ".venv" / "bin" / "python"
PEER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"


def python_of(*, peer: bool) -> Path:
    """Return the Python of the peers or of the product. Raises `Failed` where the peers were never installed."""
    if peer and not PEER_PYTHON.exists():
        raise Failed("The peers are not installed (.venv-bench): run make bench, or make setup-bench.")
    return PEER_PYTHON if peer else PRODUCT_PYTHON


@dataclass
class Ground:
    """The servers and the databases of one run; folders hold sockets and logs."""

    folder: Path
    quick: bool = False
    _made: dict[str, str] = field(default_factory=dict)
    _secret: str = field(default_factory=lambda: secrets.token_urlsafe(50))

    @property
    def scale(self) -> int:
        """Return the scale at which lines are measured: 100, or 10 for a quick run."""
        return 10 if self.quick else 100

    @property
    def scales(self) -> tuple[int, ...]:
        """Return the scales at which growth is measured: they end with `scale`."""
        return tuple(each for each in data.SCALES if each <= self.scale)

    def url(self, database: str) -> str:
        """Return the address of a database on the server."""
        return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()

    def connect(self, database: str) -> Any:
        """Return psycopg2's connection to a database; the caller commits and closes it."""
        return psycopg2.connect(self.url(database))

    def environment(self, database: str, **more: str) -> dict[str, str]:
        """Return the settings of a contestant on a database: those of a portal that others can reach."""
        return {
            **os.environ,
            "DATABASE_URL": self.url(database),
            "DJANGO_SETTINGS_MODULE": "gcc_portal.settings",
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
            **more,
        }

    def database(self, scale: int) -> str:
        """Return the name of the filled database of a scale; it is made when it is first asked for."""
        name = f"bench_{scale}"
        if name not in self._made:
            self.copy(self._template(), name)
            with contextlib.closing(self.connect(name)) as connection:
                connection.autocommit = True
                data.fill(connection, scale)
        return name

    def copy(self, source: str, name: str) -> str:
        """Make a database as a copy of another that nobody is connected to, in place of one of its name; return it."""
        with contextlib.closing(self.connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                template = f'TEMPLATE "{source}"' if source else ""
                cursor.execute(f'CREATE DATABASE "{name}" {template}')
        self._made[name] = name
        return name

    def _template(self) -> str:
        """Return the name of a migrated database with the catalogue; also collects the static files."""
        name = "bench_template"
        if name not in self._made:
            self.copy("", name)
            self.manage(name, "migrate", "--noinput", "--verbosity", "0", "--skip-checks")
            self.manage(name, "import_catalog", "orders/data/gcc-catalog.csv")
            self.manage(name, "collectstatic", "--noinput", "--verbosity", "0")
        return name

    def manage(self, database: str, *arguments: str) -> None:
        """Run a management command of the product on a database. Raises `Failed` with what it printed."""
        done = subprocess.run(
            [PRODUCT_PYTHON, "manage.py", *arguments],
            cwd=ROOT, env=self.environment(database), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Failed(f"manage.py {arguments[0]} failed:\n{done.stdout}{done.stderr}")

    def redis(self, scale: int) -> dict[str, str]:
        """Return the setting that gives each scale a Redis of its own: caches of one say nothing of another."""
        return {"REDIS_URL": os.environ.get(f"REDIS_URL_SCALE{scale}", os.environ["REDIS_URL"])}

    def serve(
        self,
        name: str,
        scale: int,
        *,
        settings: str = "gcc_portal.settings",
        peer: bool = False,
        workers: int = 1,
        threads: int = 1,
    ) -> AbstractContextManager[Server]:
        """Return a context in which a web server with these settings answers on the database of a scale."""
        return self.serve_on(
            f"{name}-{scale}", self.database(scale), settings=settings, peer=peer, workers=workers, threads=threads,
            **self.redis(scale),
        )  # fmt: skip

    def serve_on(
        self,
        name: str,
        database: str,
        *,
        settings: str = "gcc_portal.settings",
        peer: bool = False,
        workers: int = 1,
        threads: int = 1,
        **more: str,
    ) -> AbstractContextManager[Server]:
        """Return a context in which a web server with these settings answers on a database of any name."""
        environment = self.environment(database, DJANGO_SETTINGS_MODULE=settings, **more)
        python = python_of(peer=peer)
        return served(name, self.folder, environment, python=python, workers=workers, threads=threads)

    def work(
        self,
        module: str,
        scale: int,
        *,
        settings: str = "gcc_portal.settings",
        peer: bool = False,
        **more: str,
    ) -> AbstractContextManager[Worker]:
        """Return a context in which a child with the functions of `module` works on the database of a scale."""
        return self.work_on(
            module, self.database(scale), settings=settings, peer=peer, **self.redis(scale), **more
        )

    def work_on(
        self,
        module: str,
        database: str,
        *,
        settings: str = "gcc_portal.settings",
        peer: bool = False,
        **more: str,
    ) -> AbstractContextManager[Worker]:
        """Return a context in which a child with the functions of `module` works on a database of any name."""
        environment = self.environment(database, DJANGO_SETTINGS_MODULE=settings, **more)
        return working(module, self.folder, environment, python=python_of(peer=peer))

    def session(self, scale: int, email: str = data.ADMIN, *, bare: bool = False) -> str:
        """Return the key of a session of one of the bench's people on a scale; `bare` for Django's own sign-in."""
        backend = "django.contrib.auth.backends.ModelBackend" if bare else ""
        with self.work("bench.prepare", scale) as worker:
            return str(worker.call("session", email=email, backend=backend))

    def token(self, scale: int, *, app_only: bool = False) -> str:
        """Return an API token of the first partner on a scale, App+User unless told otherwise."""
        with self.work("bench.prepare", scale) as worker:
            return str(worker.call("token", email=data.ADMIN, app_only=app_only))

    def versions(self) -> Mapping[str, str]:
        """Return what was measured on: PostgreSQL's version and how safely it keeps what it commits."""
        with contextlib.closing(self.connect("postgres")) as connection, connection.cursor() as cursor:
            found = {}
            for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers"):
                cursor.execute(f"SHOW {name}")
                found[name] = cursor.fetchone()[0]
        return found
