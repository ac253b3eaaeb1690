"""A web server of one contestant, and a client that keeps its connection: what a browser or a program waits for."""

import contextlib
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0  # seconds until a server answers


class Failed(Exception):
    """A contestant did not do its work; what it says is for a person. The run ends: a ratio of failures is none."""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("127.0.0.1", timeout=600)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds its last byte; `first` is the first byte of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float
    first: float

    def json(self) -> object:
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass
class Client:
    """One who asks, over one connection that stays open, with these headers on every request."""

    path: Path
    headers: dict[str, str] = field(default_factory=dict)
    _connection: _UnixConnection | None = None

    def ask(self, verb: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer, whatever its status."""
        connection = self._connection = self._connection or _UnixConnection(self.path)
        began = time.perf_counter()
        connection.request(verb, url, body or None, {**self.headers, **(headers or {})})
        response = connection.getresponse()
        begun = response.read(1)
        first = time.perf_counter() - began
        whole = begun + response.read()
        return Answer(response.status, dict(response.headers), whole, time.perf_counter() - began, first)

    def get(self, url: str, want: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the page. Raises `Failed` when its status is not the one wanted."""
        return self._wanted(self.ask("GET", url, headers=headers), url, want)

    def post(
        self, url: str, form: Mapping[str, object], want: int = 302, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a form (with the double-submit CSRF token) and return the answer. Raises `Failed`."""
        sent = {"csrfmiddlewaretoken": CSRF, **form}
        headers = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._wanted(self.ask("POST", url, urlencode(sent).encode(), headers), url, want)

    def send(
        self, verb: str, url: str, content: object, want: int, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send JSON and return the answer. Raises `Failed`."""
        headers = {"Content-Type": "application/json", **(headers or {})}
        return self._wanted(self.ask(verb, url, json.dumps(content).encode(), headers), url, want)

    def _wanted(self, answer: Answer, url: str, want: int) -> Answer:
        if answer.status != want:
            raise Failed(
                f"{self.path.name}: {url} answered {answer.status}, not {want}:\n{answer.body[:1500]!r}"
            )
        return answer

    def timed(self, url: str) -> Callable[[int], list[float]]:
        """Return what a contestant wants as `times`: the seconds of so many GETs."""
        return lambda n: [self.get(url).seconds for _each in range(n)]

    def counted(self, url: str) -> Callable[[], dict[str, int]]:
        """Return what a contestant wants as `sql`: the statements of one GET."""
        return lambda: counts(self.get(url, headers=COUNT))


CSRF = "a" * 32
COUNT = {"X-Bench-Count": "1"}


def counts(answer: Answer) -> dict[str, int]:
    """Return the statements that an answer to `X-Bench-Count` names."""
    return dict(json.loads(answer.headers["X-Bench-Sql"]))


@dataclass(frozen=True)
class Server:
    """A running web server."""

    socket: Path
    process: "subprocess.Popen[bytes]"

    def client(self, session: str = "", token: str = "") -> Client:
        """Return one who asks, signed in by a session's key or by an API token."""
        headers = {"Host": "127.0.0.1"}
        if session:
            headers["Cookie"] = f"sessionid={session}; csrftoken={CSRF}"
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return Client(self.socket, headers)

    @property
    def memory(self) -> int:
        """Return the largest peak memory (VmHWM) of the server's workers so far, in bytes (Linux)."""
        return max(_status(pid, "VmHWM") for pid in self.workers)

    @property
    def resident(self) -> int:
        """Return the largest resident memory (VmRSS) of the server's workers now, in bytes (Linux)."""
        return max(_status(pid, "VmRSS") for pid in self.workers)

    @property
    def workers(self) -> list[int]:
        """Return the process ids of the workers (Linux)."""
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in text.split()]


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


@contextlib.contextmanager
def served(
    name: str,
    folder: Path,
    environment: Mapping[str, str],
    *,
    python: Path = Path(sys.executable),
    workers: int = 1,
    threads: int = 1,
) -> Iterator[Server]:
    """Run gunicorn with `bench.serve` under these settings while the context lasts."""
    path = folder / f"{name}.sock"
    command: Sequence[str | Path] = (
        python, "-m", "gunicorn", "bench.serve:application", "--bind", f"unix:{path}", "--workers", str(workers),
        "--worker-class", "gthread", "--threads", str(threads), "--keep-alive", "600", "--no-control-socket",
        "--timeout", "600", "--log-level", "warning",
    )  # fmt: skip
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(environment), stdout=log, stderr=log)
    try:
        _wait(name, path, process, folder)
        yield Server(path, process)
    finally:
        process.terminate()
        process.wait(30)


def _wait(name: str, path: Path, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError):
            if Client(path, {"Host": "127.0.0.1"}).ask("GET", "/bench/ready").status:
                return
        if process.poll() is not None or time.monotonic() > end:
            tail = (folder / f"{name}.log").read_text()[-2000:]
            raise Failed(f"The web server {name} did not start:\n{tail}")
        time.sleep(0.05)
