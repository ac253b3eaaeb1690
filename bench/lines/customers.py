"""The customers list: 25 of a partner's 10,000 among 100,000."""

import base64
import contextlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlencode

from bench import data
from bench.core import Contestant, Line, Reach
from bench.ground import Ground
from bench.web import Client

KIND = "government_community_cloud"
QUESTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "first": ("first page", {}),
    "prefix": ("name prefix", {"q": data.PREFIX}),
    "filter": ("filter", {"qualification": KIND}),
    "both": ("prefix and filter", {"q": data.PREFIX, "qualification": KIND}),
    "rare": ("a filter that few pass", {"agreement": "no"}),
    "deep": ("the last page but one, by its cursor", {}),
}
PAGE = 25
LAST_BUT_ONE = """
SELECT customer_name, customer_id FROM customers_relationship
WHERE partner_id = (SELECT min(id) FROM partners_partner) AND state = 'active'
ORDER BY customer_name DESC, customer_id DESC OFFSET %s LIMIT 1
"""


def products(ground: Ground, stack: ExitStack, scale: int) -> dict[str, Contestant]:
    """Return the product's own paths on a scale, for the growth."""
    client = stack.enter_context(ground.serve("product", scale)).client(ground.session(scale))
    return {
        f"customers-{key}": _asks("product", f"customers list, {title}", client, _url(ground, scale, key))
        for key, (title, _query) in QUESTIONS.items()
    }


def lines(ground: Ground, stack: ExitStack) -> Iterator[Line]:
    """Yield the list's lines."""
    scale = ground.scale
    product = stack.enter_context(ground.serve("product", scale)).client(ground.session(scale))
    bare = ground.session(scale, bare=True)
    floor = stack.enter_context(ground.serve("floor", scale, settings="bench.floors.settings")).client(bare)
    for key, (title, query) in QUESTIONS.items():
        contestants = [
            _asks("product", "the page", product, _url(ground, scale, key)),
            _asks("floor", "bare view, raw SQL", floor, _floor_url(ground, scale, key)),
        ]
        reaches = [Reach("product", "floor", at_most=3)]
        if key == "deep":
            contestants.append(_asks("first", "the first page", product, _url(ground, scale, "first")))
            reaches.append(Reach("product", "first", at_most=1.2))
        elif key != "rare" and (peer := _peer(ground, stack, query)):
            contestants.append(peer)
            reaches.append(Reach("peer", "product", at_least=3))
        yield Line(f"customers-{key}", f"customers list, {title}", contestants, reaches, operations=40)


def _peer(ground: Ground, stack: ExitStack, query: dict[str, str]) -> Contestant | None:
    """Return Django's admin on the same rows, asked the same."""
    try:
        from bench.peers import admin
    except ImportError:
        return None
    return admin.contestant(ground, stack, query)


def _url(ground: Ground, scale: int, key: str) -> str:
    query = QUESTIONS[key][1]
    if key == "deep":
        packed = json.dumps(_place(ground, scale), ensure_ascii=False).encode()
        query = {**query, "after": base64.urlsafe_b64encode(packed).decode().rstrip("=")}
    return f"/customers/?{urlencode(query)}"


def _floor_url(ground: Ground, scale: int, key: str) -> str:
    query = QUESTIONS[key][1]
    if key == "deep":
        name, pk = _place(ground, scale)
        query = {**query, "name": name, "id": pk}
    return f"/customers/?{urlencode(query)}"


def _place(ground: Ground, scale: int) -> tuple[str, str]:
    """Return the row after which the last page but one begins: of 10,000 customers, page 399 of 400."""
    with (
        contextlib.closing(ground.connect(ground.database(scale))) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(LAST_BUT_ONE, [2 * PAGE])
        name, pk = cursor.fetchone()
    return str(name), str(pk)


def _asks(name: str, label: str, client: Client, url: str) -> Contestant:
    return Contestant(name, label, client.timed(url), client.counted(url))
