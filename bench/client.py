"""An HTTP client over a Unix socket that keeps its connection and takes the time to the last byte of an answer."""

import http.client
import json
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

CSRF = "a" * 32
COUNT_HEADER, STATEMENTS_HEADER = "X-Bench-Count", "X-Bench-Statements"


class Failed(Exception):
    """A contestant did not do its work. The run ends, since a ratio of failures means nothing."""


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
    """A response, and the seconds from the request to its last byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def statements(self) -> dict[str, int]:
        """Return the SQL statements by kind, of an answer to a request that asked for them."""
        return dict(json.loads(self.headers[STATEMENTS_HEADER]))


@dataclass
class Client:
    """A client of one server; each request carries these headers."""

    path: Path
    headers: dict[str, str] = field(default_factory=dict)
    _connection: _UnixConnection | None = None

    @classmethod
    def of(cls, path: Path, *, session: str = "", token: str = "") -> "Client":
        """Return a client that is signed in by a session's key or by an API token."""
        headers = {"Host": "127.0.0.1"}
        if session:
            headers["Cookie"] = f"sessionid={session}; csrftoken={CSRF}"
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return cls(path, headers)

    def send(self, verb: str, url: str, body: bytes = b"", *, count: bool = False, kind: str = "") -> Answer:
        """Send a request, with a body of this content type if any; return the answer, whatever its status.

        `count` asks for its statements.
        """
        headers = {
            **self.headers,
            **({COUNT_HEADER: "1"} if count else {}),
            **({"Content-Type": kind} if kind else {}),
        }
        connection = self._connection = self._connection or _UnixConnection(self.path)
        began = time.perf_counter()
        connection.request(verb, url, body or None, headers)
        response = connection.getresponse()
        content = response.read()
        return Answer(response.status, dict(response.headers), content, time.perf_counter() - began)

    def get(self, url: str, *, shows: Sequence[bytes] = (), want: int = 200, count: bool = False) -> Answer:
        """Return a page. Raises `Failed` where its status or what it shows is not what is wanted."""
        answer = self.send("GET", url, count=count)
        self._check(answer, url, want)
        if missing := [text for text in shows if text not in answer.body]:
            raise Failed(f"{self.path.name}: {url} does not show {missing[:3]}:\n{answer.body[:1500]!r}")
        return answer

    def post(self, url: str, form: Mapping[str, object], *, count: bool = False) -> Answer:
        """Send a form with its CSRF token; return the redirect that answers it. Raises `Failed`."""
        body = urlencode({"csrfmiddlewaretoken": CSRF, **form}).encode()
        answer = self.send("POST", url, body, count=count, kind="application/x-www-form-urlencoded")
        self._check(answer, url, 302)
        return answer

    def _check(self, answer: Answer, url: str, want: int) -> None:
        if answer.status != want:
            raise Failed(
                f"{self.path.name}: {url} answered {answer.status}, not {want}:\n{answer.body[:1500]!r}"
            )
