"""django-oscar 4 as a peer of placing an order: a basket of three lines in stock becomes an order.

A shop of its own on the same PostgreSQL (`bench_oscar`): three products with stock records, a signed-in buyer with an
address, shipping free, no payment taken, the confirmation mail rendered and recorded but sent nowhere. Each request is
one transaction, so that the shop pays for one commit. Baskets are filled outside the seconds. Three contestants:

- `oscar`: the service, without HTTP and session (`oscar_work.place`): basket loaded and priced, `PaymentDetailsView`'s
  own `build_submission` and `submit`.
- `oscar-http-last`: the last POST alone, `action=place_order` to the preview, by gunicorn.
- `oscar-http`: the whole checkout, the sum of its eight requests (`walk`): its first page, the address
  page and the choice of an address, shipping, payment method, payment details, preview, and the same last POST. The
  page of thanks is left out, as is the page that the product's answer leads to.

Every round is held against the tables: so many orders, three lines each, the stock held, a mail each; else `Failed`.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench.core import Contestant
from bench.ground import Ground
from bench.peers.oscar_shop import LINES, SEATS
from bench.web import COUNT, Answer, Client, Failed, counts
from bench.worker import Worker

DATABASE, SETTINGS = "bench_oscar", "bench.peers.oscar_settings"
# Verb, address, what it sends, and what it answers: a page, or the way to the next step.
Step = tuple[str, str, dict[str, object], int]


def contestants(ground: Ground, stack: ExitStack) -> dict[str, Contestant]:
    """Return the shop's three ways to an order; its process and its web server end with the stack."""
    ground.copy("", DATABASE)
    near = ground.redis(ground.scale)
    worker = stack.enter_context(
        ground.work_on("bench.peers.oscar_work", DATABASE, settings=SETTINGS, peer=True, **near)
    )
    made = worker.call("prepare")
    server = stack.enter_context(
        ground.serve_on("oscar", DATABASE, settings=SETTINGS, peer=True, REDIS_URL=near["REDIS_URL"])
    )
    shop = _Shop(worker, server.client(made["session"]), made["address"])
    # A first order writes what later ones find: the counters of its products and of its buyer.
    shop.service(1)
    shop.walks(1)
    return {
        "oscar": Contestant("oscar", "django-oscar's checkout, service", shop.service, shop.service_sql, 20),
        "oscar-http": Contestant(
            "oscar-http", "django-oscar's checkout, 8 requests", shop.walks, shop.walk_sql, 8
        ),
        "oscar-http-last": Contestant(
            "oscar-http-last", "django-oscar's checkout, the last POST alone", shop.lasts, shop.last_sql, 8
        ),
    }


def walk(address: int) -> list[Step]:
    """Return the checkout's requests, from its channel to the order."""
    return [
        ("GET", "/checkout/", {}, 302),
        ("GET", "/checkout/shipping-address/", {}, 200),
        ("POST", "/checkout/shipping-address/", {"address_id": address, "action": "ship_to"}, 302),
        ("GET", "/checkout/shipping-method/", {}, 302),
        ("GET", "/checkout/payment-method/", {}, 302),
        ("GET", "/checkout/payment-details/", {}, 200),
        ("GET", "/checkout/preview/", {}, 200),
        ("POST", "/checkout/preview/", {"action": "place_order"}, 302),
    ]


@dataclass(frozen=True)
class _Shop:
    worker: Worker
    client: Client
    address: int

    def service(self, count: int) -> Sequence[float]:
        before = self.worker.call("placed")
        seconds: list[float] = self.worker.call("checkouts", n=count, address=self.address)
        self._check(before, count)
        return seconds

    def service_sql(self) -> dict[str, int]:
        return dict(self.worker.call("statements", address=self.address))

    def walks(self, count: int) -> Sequence[float]:
        return [sum(each.seconds for each in answers) for answers in self._walked(count)]

    def lasts(self, count: int) -> Sequence[float]:
        return [answers[-1].seconds for answers in self._walked(count)]

    def walk_sql(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for answer in self._walk(COUNT):
            found.update(counts(answer))
        return dict(found)

    def last_sql(self) -> dict[str, int]:
        return counts(self._walk(COUNT)[-1])

    def _walked(self, count: int) -> list[list[Answer]]:
        before = self.worker.call("placed")
        answers = [self._walk({}) for _each in range(count)]
        self._check(before, count)
        return answers

    def _walk(self, headers: dict[str, str]) -> list[Answer]:
        self.worker.call("fill_basket")
        return [
            self.client.get(url, want, headers)
            if verb == "GET"
            else self.client.post(url, form, want, headers)
            for verb, url, form, want in walk(self.address)
        ]

    def _check(self, before: Sequence[int], count: int) -> None:
        after = self.worker.call("placed")
        written = [now - then for now, then in zip(after, before, strict=True)]
        if written != [count, count * LINES, count * LINES * SEATS, count]:
            raise Failed(f"oscar: {count} orders wrote {written} orders, lines, units on hold, mails")
