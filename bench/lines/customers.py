"""The customers list: 25 of a partner's 10,000 among 100,000."""

from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlencode

from bench import data
from bench.core import Contestant, Line, Reach
from bench.ground import Ground
from bench.web import Client

QUESTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "first": ("first page", {}),
    "prefix": ("name prefix", {"q": data.PREFIX}),
    "filter": ("filter", {"qualification": "government_community_cloud"}),
    "both": ("prefix and filter", {"q": data.PREFIX, "qualification": "government_community_cloud"}),
}


def products(ground: Ground, stack: ExitStack, scale: int) -> dict[str, Contestant]:
    """Return the product's own paths on a scale, for the growth."""
    client = stack.enter_context(ground.serve("product", scale)).client(ground.session(scale))
    return {
        f"customers-{key}": _asks("product", f"customers list, {title}", client, _url(query))
        for key, (title, query) in QUESTIONS.items()
    }


def lines(ground: Ground, stack: ExitStack) -> Iterator[Line]:
    """Yield the list's lines."""
    scale = ground.scale
    product = stack.enter_context(ground.serve("product", scale)).client(ground.session(scale))
    bare = ground.session(scale, bare=True)
    floor = stack.enter_context(ground.serve("floor", scale, settings="bench.floors.settings")).client(bare)
    for key, (title, query) in QUESTIONS.items():
        yield Line(
            f"customers-{key}",
            f"customers list, {title}",
            [
                _asks("product", "the page", product, _url(query)),
                _asks("floor", "bare view, raw SQL", floor, _url(query)),
            ],
            [Reach("product", "floor", at_most=3)],
            operations=40,
        )


def _url(query: dict[str, str]) -> str:
    return f"/customers/?{urlencode(query)}"


def _asks(name: str, label: str, client: Client, url: str) -> Contestant:
    return Contestant(name, label, client.timed(url), client.counted(url))
