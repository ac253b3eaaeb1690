"""The review queue: 25 of 50,000 open forms by deadline."""

import base64
import contextlib
import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from urllib.parse import urlencode

from bench import data
from bench.core import Contestant, Line, Reach
from bench.ground import Ground
from bench.web import Client

PAGE = 25
DEEP = 400
QUEUE = "/review/?"
AT = "SELECT respond_by, id FROM gcc_portal_intakeform ORDER BY respond_by, id OFFSET %s LIMIT 1"


def products(ground: Ground, stack: ExitStack, scale: int) -> dict[str, Contestant]:
    """Return the product's own paths on a scale, for the growth; the deep page is the middle one there."""
    client = stack.enter_context(ground.serve("product", scale)).client(ground.session(scale, data.REVIEWER))
    place = _place(ground, scale, scale * 250)
    return {
        "review-first": _asks("product", "review queue, first page", client, QUEUE),
        "review-kind": _asks("product", "review queue, one kind", client, f"{QUEUE}kind=customer"),
        "review-deep": _asks("product", "review queue, page in the middle", client, _after(place)),
    }


def lines(ground: Ground, stack: ExitStack) -> Iterator[Line]:
    """Yield the queue's lines."""
    scale = ground.scale
    product = stack.enter_context(ground.serve("product", scale)).client(ground.session(scale, data.REVIEWER))
    bare = ground.session(scale, data.REVIEWER, bare=True)
    floor = stack.enter_context(ground.serve("floor", scale, settings="bench.floors.settings")).client(bare)
    page = min(DEEP, scale * 500 // PAGE // 2)
    place = _place(ground, scale, (page - 1) * PAGE)
    due = urlencode({"due": place[0].isoformat(), "id": place[1]})
    for key, title, url, floor_url in (
        ("first", "first page", QUEUE, QUEUE),
        ("kind", "one kind of form", f"{QUEUE}kind=customer", f"{QUEUE}kind=customer"),
        ("deep", f"page {page}", _after(place), f"{QUEUE}{due}"),
    ):
        yield Line(
            f"review-{key}",
            f"review queue, {title}",
            [
                _asks("product", "the page", product, url),
                _asks("floor", "bare view, raw SQL", floor, floor_url),
            ],
            [Reach("product", "floor", at_most=3)],
            operations=40,
        )


def _asks(name: str, label: str, client: Client, url: str) -> Contestant:
    return Contestant(name, label, client.timed(url), client.counted(url))


def _place(ground: Ground, scale: int, rows: int) -> tuple[datetime, int]:
    """Return deadline and key of the row before which so many stand."""
    with (
        contextlib.closing(ground.connect(ground.database(scale))) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(AT, [rows - 1])
        due, pk = cursor.fetchone()
    return due, pk


def _after(place: tuple[datetime, int]) -> str:
    """Return the address of the page past a place, with a cursor as the product writes it."""
    packed = json.dumps([0, place[0].isoformat(), place[1]]).encode()
    return f"{QUEUE}after={base64.urlsafe_b64encode(packed).decode().rstrip('=')}"
