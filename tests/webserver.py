"""The portal's web server as a process of its own, and a client that keeps its connection to it."""

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 150.0  # seconds; a busy machine is no failure
CSRF = "a" * 32


class UnixConnection(http.client.HTTPConnection):
    """An HTTP connection to a socket in the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("127.0.0.1", timeout=PATIENCE)
        self.path = path

    def connect(self) -> None:
        """Connect. Raises OSError, and leaves nothing open then."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.sock.settimeout(self.timeout)
            self.sock.connect(str(self.path))
        except OSError:
            self.close()
            raise


@dataclass(frozen=True)
class Answer:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Client:
    """Asks over one connection, with these headers on every request. A context manager: it closes at the end."""

    path: Path
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = UnixConnection(self.path)

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def ask(self, verb: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer, whatever its status."""
        sent = {"Host": "127.0.0.1", **self.headers, **(headers or {})}
        self.connection.request(verb, url, body or None, sent)
        response = self.connection.getresponse()
        return Answer(response.status, dict(response.headers), response.read())

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return a page; fail where there is none."""
        answer = self.ask("GET", url, headers=headers)
        assert answer.status == 200, f"{url}: {answer.status}\n{answer.body[:1500]!r}"
        return answer

    def post(self, url: str, form: Mapping[str, object]) -> Answer:
        """Send a form with the CSRF token of the cookie; fail where the answer is no redirect."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.ask("POST", url, urlencode({"csrfmiddlewaretoken": CSRF, **form}).encode(), kind)
        assert answer.status == 302, f"{url}: {answer.status}\n{answer.body[:1500]!r}"
        return answer


def cookie(session: str) -> str:
    """Return the header that signs in by a session's key."""
    return f"sessionid={session}; csrftoken={CSRF}"


@dataclass(frozen=True)
class Server:
    """A running web server."""

    socket: Path

    def client(self, session: str = "") -> Client:
        """Return a client, signed in by a session's key where one is given."""
        return Client(self.socket, {"Cookie": cookie(session)} if session else {})


@contextlib.contextmanager
def served(folder: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """Run gunicorn with one process under these settings while the context lasts."""
    path, log = folder / "web.sock", folder / "web.log"
    command = [sys.executable, "-m", "gunicorn", "gcc_portal.wsgi:application", "--bind", f"unix:{path}"]
    command += ["--worker-class", "gthread", "--no-control-socket", "--log-level", "warning"]
    with log.open("ab") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(environment), stdout=output, stderr=output)
    try:
        end = time.monotonic() + PATIENCE
        while not answers(path):
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < end, log.read_text()[-2000:]
            time.sleep(0.05)
        yield Server(path)
    finally:
        process.terminate()
        process.wait(30)


def answers(path: Path) -> bool:
    """Return whether a web server answers at a socket."""
    with contextlib.suppress(OSError), Client(path) as client:
        return client.ask("GET", "/healthz").status == 200
    return False
