"""Sign-in hosts on 127.0.0.1 that answer as the documented ones do, and as failing ones do."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

Answer = Callable[[BaseHTTPRequestHandler], None]

WORLDWIDE, US_GOVERNMENT, CHINA = "microsoftonline.com", "microsoftonline.us", "partner.microsoftonline.cn"


class SignInHost:
    """One host: its answers by identifier, and the identifiers and paths of its requests."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requested: list[str] = []
        self.paths: list[str] = []
        self.url = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        identifier = unquote(handler.path.split("/")[1])
        self.requested.append(identifier)
        self.paths.append(handler.path)
        self.answers.get(identifier, refusal(90002))(handler)


@contextmanager
def serving() -> Iterator[SignInHost]:
    """Run one host until the block ends."""
    host = SignInHost()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                host.answer(self)
            except OSError:
                # The portal closes the connection after a time-out or too long an answer.
                self.close_connection = True

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    host.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def raw(status: int, body: bytes, **headers: str) -> Answer:
    """Return an answer with this body."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return send


def as_json(status: int, value: Any) -> Answer:
    return raw(status, json.dumps(value).encode())


def document(
    tenant_id: str,
    cloud: str = WORLDWIDE,
    region: str | None = "NA",
    sub_region: str | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Return an answer with a discovery document; a field of None is left out."""
    host = f"https://login.{cloud.removeprefix('partner.')}/{tenant_id}"
    fields: dict[str, Any] = {
        "issuer": f"{host}/v2.0",
        "authorization_endpoint": f"{host}/oauth2/v2.0/authorize",
        "token_endpoint": f"{host}/oauth2/v2.0/token",
        "tenant_region_scope": region,
        "tenant_region_sub_scope": sub_region,
        "cloud_instance_name": cloud,
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def tenant(*arguments: Any, **changes: Any) -> Answer:
    return as_json(200, document(*arguments, **changes))


def refusal(*codes: Any, error: str = "invalid_tenant") -> Answer:
    """Return an answer with error codes, as the sign-in service sends it."""
    return as_json(
        400,
        {
            "error": error,
            "error_description": f"AADSTS{codes[0] if codes else ''}: ...",
            "error_codes": list(codes),
            "timestamp": "2026-01-01 00:00:00Z",
        },
    )


def silence(released: threading.Event) -> Answer:
    """Return an answer that sends nothing until the event is set."""

    def wait(_handler: BaseHTTPRequestHandler) -> None:
        released.wait(10)

    return wait


def dripping(released: threading.Event) -> Answer:
    """A byte now and then, each soon enough for a time-out between two packets."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not released.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    return drip


def nobody_listens() -> str:
    """Return the URL of a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
