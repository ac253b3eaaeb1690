"""The API over HTTP with a bearer token: get a customer, list a hundred, fill a cart and check it out."""

import importlib
import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import count

from bench import data
from bench.core import Contestant, Line, Reach
from bench.ground import Ground
from bench.web import COUNT, Answer, Client, counts

LIST = "/v1/customers?size=100"
ITEMS = """
SELECT product_id || ':' || sku_id || ':' || availability_id FROM orders_offer
WHERE is_active AND kind = 'base' AND segment = 'government' ORDER BY id LIMIT 3
"""
TITLES = {
    "get": "API: get a customer",
    "list": "API: list 100 of the customers",
    "cart": "API: create a cart of 3 lines and check it out",
}


def products(ground: Ground, stack: ExitStack, scale: int) -> dict[str, Contestant]:
    """Return the product's own paths on a scale, for the growth."""
    client = stack.enter_context(ground.serve("product", scale)).client(token=ground.token(scale))
    return {f"api-{key}": each for key, each in _asks(ground, scale, "product", "", client).items()}


def lines(ground: Ground, stack: ExitStack) -> Iterator[Line]:
    """Yield the API's lines."""
    scale = ground.scale
    token = ground.token(scale)
    product = stack.enter_context(ground.serve("product", scale)).client(token=token)
    floor = stack.enter_context(ground.serve("floor", scale, settings="bench.floors.api_settings")).client(
        token=token
    )
    ours = _asks(ground, scale, "product", "over HTTP, with a bearer token", product)
    least = _asks(ground, scale, "floor", "bare view, the same SQL by hand", floor)
    peers = _peers(ground, stack)
    for key, title in TITLES.items():
        contestants = [ours[key], least[key], *([peers[key]] if key in peers else [])]
        yield Line(
            f"api-{key}",
            title,
            contestants,
            [Reach("product", "floor", at_most=3), Reach("peer", "product", at_least=1)],
            operations=20 if key == "cart" else 40,
            note="One operation is both calls." if key == "cart" else "",
        )


def _peers(ground: Ground, stack: ExitStack) -> Mapping[str, Contestant]:
    """Return the same resources in Django REST Framework, where its environment is there."""
    try:
        drf = importlib.import_module("bench.peers.drf")
    except ModuleNotFoundError:
        return {}
    found: Mapping[str, Contestant] = drf.contestants(ground, stack)
    return found


def _asks(ground: Ground, scale: int, name: str, label: str, client: Client) -> dict[str, Contestant]:
    """Return the three contestants of one server."""
    one = f"/v1/customers/{data.own_customer(1)}"
    buyer = Buyer(client, _items(ground, scale), scale)
    titles = {key: label or title for key, title in TITLES.items()}
    return {
        "get": Contestant(name, titles["get"], client.timed(one), client.counted(one)),
        "list": Contestant(name, titles["list"], client.timed(LIST), client.counted(LIST)),
        "cart": Contestant(name, titles["cart"], buyer.times, buyer.counted),
    }


def _items(ground: Ground, scale: int) -> list[str]:
    """Return three offers that stand on no other."""
    connection = ground.connect(ground.database(scale))
    try:
        with connection.cursor() as cursor:
            cursor.execute(ITEMS)
            return [row[0] for row in cursor.fetchall()]
    finally:
        connection.close()


class Buyer:
    """A program that fills a cart and checks it out, for another customer each time."""

    def __init__(self, client: Client, items: list[str], scale: int) -> None:
        self.client = client
        self.lines = [
            {
                "id": number,
                "catalogItemId": item,
                "quantity": 25,
                "billingCycle": "annual",
                "termDuration": "P1Y",
            }
            for number, item in enumerate(items)
        ]
        # Of ten customers in turn the last is qualified and has an agreement (see `data`).
        self.customers = (data.own_customer(10 + 10 * (number % (scale * 10 - 1))) for number in count())

    def times(self, n: int) -> list[float]:
        """Return the seconds of so many carts with their checkouts."""
        return [sum(answer.seconds for answer in self.buy({})) for _each in range(n)]

    def counted(self) -> dict[str, int]:
        """Return the statements of both calls."""
        return dict(sum((Counter(counts(answer)) for answer in self.buy(COUNT)), Counter()))

    def buy(self, headers: Mapping[str, str]) -> tuple[Answer, Answer]:
        """Return the answers to a new cart and to its checkout, each a call of its own id."""
        place = f"/v1/customers/{next(self.customers)}/carts"
        cart = self.client.send("POST", place, {"lineItems": self.lines}, 201, {**headers, **_named()})
        made = json.loads(cart.body)["id"]
        return cart, self.client.send("POST", f"{place}/{made}/checkout", {}, 201, {**headers, **_named()})


def _named() -> dict[str, str]:
    return {"MS-RequestId": str(uuid.uuid4())}
