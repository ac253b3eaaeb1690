"""The catalogue of one customer: all that it can be sold, and a search of it."""

from collections.abc import Iterator
from contextlib import ExitStack

from bench import data
from bench.core import Contestant, Line, Reach
from bench.ground import Ground
from bench.web import Client

URL = f"/customers/{data.own_customer(1)}/catalog/"
QUESTIONS = {"plain": ("whole", URL), "searched": ("searched", f"{URL}?q=microsoft+365")}


def products(ground: Ground, stack: ExitStack, scale: int) -> dict[str, Contestant]:
    """Return the product's own paths on a scale, for the growth."""
    client = stack.enter_context(ground.serve("product", scale)).client(ground.session(scale))
    return {
        f"catalog-{key}": _asks("product", f"catalogue page, {title}", client, url)
        for key, (title, url) in QUESTIONS.items()
    }


def lines(ground: Ground, stack: ExitStack) -> Iterator[Line]:
    """Yield the catalogue's lines."""
    scale = ground.scale
    product = stack.enter_context(ground.serve("product", scale)).client(ground.session(scale))
    bare = ground.session(scale, bare=True)
    floor = stack.enter_context(ground.serve("floor", scale, settings="bench.floors.settings")).client(bare)
    for key, (title, url) in QUESTIONS.items():
        yield Line(
            f"catalog-{key}",
            f"catalogue page, {title}",
            [
                _asks("product", "the page", product, url),
                _asks("floor", "bare view, raw SQL", floor, url),
            ],
            [Reach("product", "floor", at_most=3)],
            operations=40,
        )


def _asks(name: str, label: str, client: Client, url: str) -> Contestant:
    return Contestant(name, label, client.timed(url), client.counted(url))
