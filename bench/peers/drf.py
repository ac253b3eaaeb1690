"""Django REST Framework as a peer of the API: the same resources on the same rows, as its users write them.

`ModelViewSet`s with nested model serializers, the framework's own token table under `Bearer`, `IsAuthenticated`, its
throttle in the same Redis, pages that are counted; what belongs to a row is fetched with it. It answers the
members that the product answers. Three contestants:

- `get`: a customer.
- `list`: a hundred customers of the partner's, and how many there are.
- `cart`: a cart of three lines is made and checked out, both calls in one figure. The rules are asked as plain
  conditions, under locks, in one transaction; the order, its lines and its subscriptions are written one by one, as the
  framework's guide writes what is nested, with an entry in the log for the order and for each subscription, and a mail
  in the queue. There is no machine of states, no repeat of a call by its id, and four entries in the place of six: the
  peer does somewhat less.

Every answer's status and what was written is checked; else `Failed`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from bench import data
from bench.core import Contestant
from bench.ground import Ground
from bench.web import COUNT, Answer, Client, Failed, counts
from bench.worker import Worker

SETTINGS = "bench.peers.drf_settings"
LIST = "/v1/customers/?size=100"
LABEL = "Django REST Framework"
SEATS = 25
ITEMS = """
SELECT product_id || ':' || sku_id || ':' || availability_id FROM orders_offer
WHERE is_active AND kind = 'base' AND segment = 'government' ORDER BY id LIMIT 3
"""
# Of the partner's own customers those that may be ordered for: every tenth row is its own, some lack something.
FIT = """
SELECT c.id FROM customers_customer c
JOIN customers_relationship r ON r.customer_id = c.id AND r.state = 'active'
JOIN partners_agent a ON a.partner_id = r.partner_id JOIN gcc_portal_user u ON u.id = a.user_id AND u.email = %s
WHERE EXISTS (SELECT 1 FROM customers_customeragreement g WHERE g.customer_id = c.id)
  AND EXISTS (SELECT 1 FROM customers_specialqualification q WHERE q.customer_id = c.id AND q.state = 'granted')
ORDER BY c.id DESC LIMIT 500
"""


def contestants(ground: Ground, stack: ExitStack) -> dict[str, Contestant]:
    """Return the framework's three ways; its process and its web server end with the stack."""
    scale = ground.scale
    worker = stack.enter_context(ground.work("bench.peers.drf_work", scale, settings=SETTINGS, peer=True))
    token = worker.call("token")
    client = stack.enter_context(ground.serve("drf", scale, settings=SETTINGS, peer=True)).client(token=token)
    with closing(ground.connect(ground.database(scale))) as connection, connection.cursor() as cursor:
        cursor.execute(ITEMS)
        items = [str(row[0]) for row in cursor.fetchall()]
        cursor.execute(FIT, [data.ADMIN])
        fit = [str(row[0]) for row in cursor.fetchall()]
    one = f"/v1/customers/{fit[-1]}/"
    _expect(client.get(one).json(), "id", fit[-1])
    listed: Any = client.get(LIST).json()
    _expect({"items": len(listed["results"])}, "items", 100)
    buyer = _Buyer(client, worker, items, cycle(fit))
    return {
        "get": Contestant("peer", LABEL, client.timed(one), client.counted(one)),
        "list": Contestant("peer", LABEL, client.timed(LIST), client.counted(LIST)),
        "cart": Contestant("peer", LABEL, buyer.times, buyer.counted),
    }


def _expect(answer: Any, member: str, wanted: object) -> None:
    if answer[member] != wanted:
        raise Failed(f"drf: {member} is {answer[member]!r}, not {wanted!r}")


@dataclass(frozen=True)
class _Buyer:
    client: Client
    worker: Worker
    items: Sequence[str]
    customers: Iterator[str]

    def times(self, count: int) -> list[float]:
        before = self.worker.call("written")
        seconds = [sum(answer.seconds for answer in self._buy({})) for _each in range(count)]
        written = [now - then for now, then in zip(self.worker.call("written"), before, strict=True)]
        if written != [count, 3 * count, 3 * count]:
            raise Failed(f"drf: {count} checkouts wrote {written} orders, lines, subscriptions")
        return seconds

    def counted(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for answer in self._buy(COUNT):
            found.update(counts(answer))
        return dict(found)

    def _buy(self, headers: Mapping[str, str]) -> tuple[Answer, Answer]:
        place = f"/v1/customers/{next(self.customers)}/carts/"
        plan = {"quantity": SEATS, "billing_cycle": "annual", "term_duration": "P1Y"}
        lines = [{"id": number, "catalog_item_id": item, **plan} for number, item in enumerate(self.items)]
        cart = self.client.send("POST", place, {"line_items": lines}, 201, headers)
        made: Any = cart.json()
        return cart, self.client.send("POST", f"{place}{made['id']}/checkout/", {}, 201, headers)
