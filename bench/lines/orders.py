"""Placing an order of three lines: by the service, and as the browser does it."""

import contextlib
import importlib
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from bench import carts, data, web
from bench.carts import Cart
from bench.core import Contestant, Line, Reach
from bench.floors import orders as floor
from bench.ground import Ground
from bench.web import Client

NOTE = "All gates and locks, the audit, and the mail in the outbox."


def products(ground: Ground, stack: ExitStack, scale: int) -> dict[str, Contestant]:
    """Return the product's own paths on a scale, for the growth."""
    connection = _connection(ground, stack, scale)
    service = _service(ground, stack, scale, connection)
    return {"submit": service, "submit-http": _post(ground, stack, scale, connection)}


def lines(ground: Ground, stack: ExitStack) -> Iterator[Line]:
    """Yield the service's line and the browser's."""
    scale = ground.scale
    connection = _connection(ground, stack, scale)
    service = _service(ground, stack, scale, connection)
    post = _post(ground, stack, scale, connection)
    by_hand = _floor(connection)
    peers = _peers(ground, stack)
    yield Line(
        "submit",
        "order submit, 3 lines: the service",
        [service, by_hand, *(peers[name] for name in peers if name == "oscar")],
        [Reach("product", "floor", at_most=4), Reach("oscar", "product", at_least=10)],
        operations=40,
        note=NOTE,
    )
    yield Line(
        "submit-http",
        "order submit, 3 lines: the POST of the review page",
        [post, by_hand, *(peers[name] for name in peers if name.startswith("oscar-http"))],
        [Reach("product", "floor", at_most=6), Reach("oscar-http", "product", at_least=18)],
        operations=40,
        note=f"{NOTE} The floor is the service's, without HTTP. `oscar-http-last` is POST against POST.",
    )


def _peers(ground: Ground, stack: ExitStack) -> dict[str, Contestant]:
    """Return django-oscar's checkout, where its environment is installed."""
    with contextlib.suppress(ModuleNotFoundError):
        return dict(importlib.import_module("bench.peers.oscar").contestants(ground, stack))
    return {}


def _connection(ground: Ground, stack: ExitStack, scale: int) -> Any:
    return stack.enter_context(contextlib.closing(ground.connect(ground.database(scale))))


def _service(ground: Ground, stack: ExitStack, scale: int, connection: Any) -> Contestant:
    worker = stack.enter_context(ground.work("bench.placing", scale))

    def made(count: int) -> list[dict[str, Any]]:
        return [each.plain() for each in carts.make(connection, count)]

    return Contestant(
        "product",
        "the submit service",
        lambda n: list(worker.call("submit", carts=made(n))),
        lambda: dict(worker.call("statements", cart=made(1)[0])),
    )


def _post(ground: Ground, stack: ExitStack, scale: int, connection: Any) -> Contestant:
    client = stack.enter_context(ground.serve("orders", scale)).client(ground.session(scale))

    def counted() -> dict[str, int]:
        cart = carts.make(connection, 1)[0]
        return web.counts(client.post(review(cart), form(cart), headers=web.COUNT))

    return Contestant(
        "product", "the review page's POST, session and CSRF", _posts(client, connection), counted
    )


def _posts(client: Client, connection: Any) -> Any:
    def times(n: int) -> list[float]:
        return [client.post(review(each), form(each)).seconds for each in carts.make(connection, n)]

    return times


def review(cart: Cart) -> str:
    """Return the address that places the cart."""
    return f"/customers/{cart.customer}/cart/review/"


def form(cart: Cart) -> dict[str, object]:
    """Return what the review page's button sends."""
    return {"number": cart.number, "revision": cart.revision, "due_cents": cart.due_cents}


def _floor(connection: Any) -> Contestant:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM gcc_portal_user WHERE email = %s", [data.ADMIN])
        user = cursor.fetchone()[0]
    connection.commit()
    return Contestant(
        "floor",
        "one transaction by psycopg2",
        lambda n: floor.times(connection, user, carts.make(connection, n)),
        lambda: floor.statements(connection, user, carts.make(connection, 1)[0]),
    )
