"""The table: each path of the product, its contestants, and what the ratios between them shall be."""

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

from bench import processes, rows
from bench.client import Answer, Client, Failed
from bench.measure import Contestant, Reach
from bench.processes import FLOOR, OSCAR, OSCAR_DATABASE, PEERS, PRODUCT, Bench, Worker, wait_for

NEXT = re.compile(r'href="(\?[^"]*\bafter=[^"]+)"')
OSCAR_PLACED = """
SELECT 'orders', count(*) FROM order_order UNION ALL SELECT 'order lines', count(*) FROM order_line
UNION ALL SELECT 'e-mails', count(*) FROM communication_email
"""


@dataclass(frozen=True)
class Call:
    """A function of a worker, which does the work n times and returns the seconds of each."""

    label: str
    module: str
    side: str
    function: str = "place_orders"

    def start(self, bench: Bench, scale: int) -> Contestant:
        """Return the contestant."""
        worker = oscar_shop(bench)[0] if self.side == OSCAR else bench.worker(self.module, self.side, scale)
        return Contestant(
            self.label,
            lambda n: worker.call(self.function, n=n),
            lambda: worker.statements(self.function, n=1),
            effect_of(bench, self.side, scale),
        )


@dataclass(frozen=True)
class Get:
    """A page over HTTP: its address, and a statement whose rows it must show."""

    label: str
    side: str
    url: str | Callable[[Bench, int, Client], str]
    shows: str
    who: str = rows.AGENT
    token: bool = False

    def start(self, bench: Bench, scale: int) -> Contestant:
        """Return the contestant."""
        client = bench.client(self.side, scale, self.who, token=self.token)
        url = self.url if isinstance(self.url, str) else self.url(bench, scale, client)
        shows = rows.texts(bench.connection(bench.database(scale)), self.shows)
        return Contestant(
            self.label,
            lambda n: [client.get(url, shows=shows).seconds for _each in range(n)],
            lambda: client.get(url, count=True).statements,
        )


@dataclass(frozen=True)
class Download:
    """The CSV of all customers, in seconds a thousand of them."""

    label: str
    side: str
    operations: int = 2

    def start(self, bench: Bench, scale: int) -> Contestant:
        """Return the contestant."""
        client, url = bench.client(self.side, scale, rows.EVERYONES_AGENT), "/customers/export/"

        def seconds(_number: int) -> float:
            answer = client.get(url)
            lines = answer.body.count(b"\n")
            if lines not in (scale * 1000, scale * 1000 + 1):  # with or without a line of names
                raise Failed(f"{self.label}: {lines} lines for {scale * 1000} customers")
            return answer.seconds / scale

        return Contestant(
            self.label,
            lambda n: [*map(seconds, range(n))],
            lambda: client.get(url, count=True).statements,
            operations=self.operations,
        )


@dataclass(frozen=True)
class ReviewPost:
    """The POST of the product's review page, which places an order."""

    label: str

    def start(self, bench: Bench, scale: int) -> Contestant:
        """Return the contestant."""
        client, worker = bench.client(PRODUCT, scale), bench.worker("bench.product", PRODUCT, scale)

        def post(n: int, *, count: bool = False) -> list[Answer]:
            return [client.post(cart["url"], cart["form"], count=count) for cart in worker.call("carts", n=n)]

        return Contestant(
            self.label,
            lambda n: [answer.seconds for answer in post(n)],
            lambda: post(1, count=True)[0].statements,
            effect_of(bench, PRODUCT, scale),
        )


@dataclass(frozen=True)
class OscarCheckout:
    """django-oscar's checkout as a browser goes through it: the sum of eight requests."""

    label: str

    def start(self, bench: Bench, scale: int) -> Contestant:
        """Return the contestant."""
        worker, client, address = oscar_shop(bench)
        ship_to = {"address_id": address, "action": "ship_to"}

        def checkout(*, count: bool = False) -> list[Answer]:
            worker.call("fill_basket")
            return [
                client.get("/checkout/", want=302, count=count),
                client.get("/checkout/shipping-address/", count=count),
                client.post("/checkout/shipping-address/", ship_to, count=count),
                client.get("/checkout/shipping-method/", want=302, count=count),
                client.get("/checkout/payment-method/", want=302, count=count),
                client.get("/checkout/payment-details/", count=count),
                client.get("/checkout/preview/", count=count),
                client.post("/checkout/preview/", {"action": "place_order"}, count=count),
            ]

        def statements() -> Counter[str]:
            return sum((Counter(each.statements) for each in checkout(count=True)), Counter())

        return Contestant(
            self.label,
            lambda n: [sum(each.seconds for each in checkout()) for _order in range(n)],
            statements,
            effect_of(bench, OSCAR, scale),
            operations=8,
        )


@dataclass(frozen=True)
class DueForms:
    """Answering due forms by so many processes, each run on a fresh copy of the database, in seconds a form."""

    label: str
    module: str
    forms: int = 20_000
    processes: int = 2
    counts: bool = True

    def start(self, bench: Bench, scale: int) -> Contestant:
        """Return the contestant."""

        def times(n: int) -> list[float]:
            return [self._run(bench, scale)[0] for _each in range(n)]

        def statements() -> Counter[str]:
            return self._run(bench, scale, count=True)[1]

        return Contestant(
            self.label, times, statements if self.counts and not bench.smoke else None, operations=1
        )

    def _run(self, bench: Bench, scale: int, *, count: bool = False) -> tuple[float, "Counter[str]"]:
        """Answer all forms and check the rows; return the seconds a form and the statements."""
        forms = min(self.forms, 200) if bench.smoke else self.forms
        database = bench.copy(bench.due(scale, forms), f"bench_{scale}_answered")
        with ExitStack() as stack:
            workers: list[Worker] = [
                stack.enter_context(bench.working(self.module, PRODUCT, database, scale))
                for _each in range(1 if bench.smoke else self.processes)
            ]
            for function in ("warm_up", "answer_forms"):
                for worker in workers:
                    worker.start(function, count=count)
                results = [worker.result() for worker in workers]
        self._check(bench, database, forms)
        found = sum((Counter(statements) for _seconds, statements in results), Counter[str]())
        return max(seconds[0] for seconds, _statements in results) / forms, found

    def _check(self, bench: Bench, database: str, forms: int) -> None:
        """Raise `Failed` where the rows are not those that the first run with so many forms left."""
        with contextlib.closing(bench.connect(database)) as connection:
            left = rows.counts(connection, rows.ANSWERED)
        first = bench.once(f"answers to {forms}", lambda: left)
        if differing := dict(left.items() ^ first.items()):
            raise Failed(f"{self.label} left other rows than the first: {differing}")


def launch(bench: Bench, ways: Iterable["Way"]) -> None:
    """Start the processes that the ways need at the largest scale, so that all of them load at the same time."""
    for way in ways:
        match way:
            case OscarCheckout() | Call(side=processes.OSCAR):
                bench.once("oscar starts", lambda: start_oscar(bench))
            case Call():
                bench.worker(way.module, way.side, bench.scale)
            case Get() | Download():
                bench.server(way.side, bench.scale)


def start_oscar(bench: Bench) -> bool:
    """Start the processes of the oscar shop; it is ready when its worker has a result."""
    bench.copy("", OSCAR_DATABASE)
    bench.worker("bench.oscar", OSCAR, bench.scale).start("prepare")
    return bool(bench.server(OSCAR, bench.scale))


def oscar_shop(bench: Bench) -> tuple[Worker, Client, int]:
    """Return the worker, a signed-in client and the buyer's address of the oscar shop."""

    def make() -> tuple[Worker, Client, int]:
        bench.once("oscar starts", lambda: start_oscar(bench))
        worker, path = bench.worker("bench.oscar", OSCAR, bench.scale), bench.server(OSCAR, bench.scale)
        made, _statements = worker.result()
        wait_for(path)
        return worker, Client.of(path, session=made["session"]), made["address"]

    shop: tuple[Worker, Client, int] = bench.once("oscar", make)
    return shop


def effect_of(bench: Bench, side: str, scale: int) -> Callable[[], dict[str, int]]:
    """Return a function that counts the rows that placing an order writes."""
    oscar = side == OSCAR
    connection = bench.connection(OSCAR_DATABASE if oscar else bench.database(scale))
    return lambda: rows.counts(connection, OSCAR_PLACED if oscar else rows.PLACED)


def last_but_one(bench: Bench, scale: int, client: Client) -> str:
    """Return the address of the last page of customers but one, found by the links to next pages."""
    url = "/customers/"
    total = rows.counts(bench.connection(bench.database(scale)), f"SELECT 'all', count(*) {rows.OWN}")["all"]
    for _page in range(total // rows.PAGE - 2):
        found = NEXT.search(client.get(url).body.decode())
        if found is None:
            raise Failed(f"{url} has no link to a next page")
        url = f"/customers/{unescape(found.group(1))}"
    return url


def floors_last_but_one(bench: Bench, scale: int, _client: Client) -> str:
    """Return the address of the same page of the floor."""
    with bench.connection(bench.database(scale)) as connection, connection.cursor() as cursor:
        cursor.execute(rows.BEFORE_LAST_BUT_ONE)
        name, pk = cursor.fetchone()
    return f"/customers/?{urlencode({'name': name, 'id': pk})}"


Way = Call | Get | Download | ReviewPost | OscarCheckout | DueForms


@dataclass(frozen=True)
class Path:
    """A path of the product: its contestants by the names that the reaches use."""

    title: str
    ways: Mapping[str, Way]
    reaches: Sequence[Reach]
    rounds: int = 7
    operations: int = 40
    # How the product's own path is measured at every scale, where that is not `ways["product"]`.
    growth: Way | None = None


def at_most(times: float, of: str = "product", over: str = "floor") -> Reach:
    """Return that a ratio shall be no more than this."""
    return Reach(of, over, at_most=times)


def at_least(times: float, of: str, over: str = "product") -> Reach:
    """Return that a ratio shall be no less than this."""
    return Reach(of, over, at_least=times)


FLOOR_ORDER = Call("one transaction by psycopg2", "bench.floor_orders", FLOOR)
RAW, PAGE = "bare view, raw SQL", "the page"
CUSTOMERS, QUEUE, CATALOG = "/customers/", "/review/", f"/customers/{rows.own_customer(1)}/catalog/"
CUSTOMER, LIST = f"/v1/customers/{rows.own_customer(1)}", f"/v1/customers?size={rows.API_PAGE}"
FIRST = Get(PAGE, PRODUCT, CUSTOMERS, rows.FIRST_CUSTOMERS)
ONE = f"SELECT '{rows.own_customer(1)}'"
GROWTH = 1.5

PATHS = {
    "submit": Path(
        "order submit of 3 lines, the service",
        {
            "product": Call("the submit service", "bench.product", PRODUCT),
            "floor": FLOOR_ORDER,
            "oscar": Call("django-oscar's checkout service", "bench.oscar", OSCAR),
        },
        [at_most(5), at_least(4, "oscar")],
    ),
    "submit-http": Path(
        "order submit of 3 lines, over HTTP",
        {
            "product": ReviewPost("the review page's POST"),
            "floor": FLOOR_ORDER,
            "oscar": OscarCheckout("django-oscar's checkout, 8 requests"),
        },
        [at_least(12, "oscar")],
    ),
    "customers": Path(
        "customers list, first page",
        {
            "product": FIRST,
            "floor": Get(RAW, FLOOR, CUSTOMERS, rows.FIRST_CUSTOMERS),
            "admin": Get(
                "Django admin's changelist",
                PEERS,
                "/admin/customers/customer/",
                rows.FIRST_CUSTOMERS,
                rows.OPERATOR,
            ),
        },
        [at_most(5), at_least(4, "admin")],
    ),
    "customers-deep": Path(
        "customers list, last page but one by its cursor",
        {
            "product": Get(PAGE, PRODUCT, last_but_one, rows.LAST_BUT_ONE),
            "floor": Get(RAW, FLOOR, floors_last_but_one, rows.LAST_BUT_ONE),
            "first": FIRST,
        },
        [at_most(5), at_most(1.2, over="first")],
    ),
    "queue": Path(
        "review queue, first page",
        {
            "product": Get(PAGE, PRODUCT, QUEUE, rows.QUEUE, rows.REVIEWER),
            "floor": Get(RAW, FLOOR, QUEUE, rows.QUEUE, rows.REVIEWER),
        },
        [at_most(5)],
    ),
    "catalog": Path(
        "catalogue of a customer",
        {
            "product": Get(PAGE, PRODUCT, CATALOG, rows.CATALOG),
            "floor": Get(RAW, FLOOR, CATALOG, rows.CATALOG),
        },
        [at_most(5)],
    ),
    "export": Path(
        "CSV of all customers, seconds a thousand",
        {
            "product": Download("the download", PRODUCT),
            "floor": Download("COPY TO STDOUT to a bare view", FLOOR),
            "plain": Download("queryset.iterator and csv.writer", PEERS, operations=1),
        },
        [at_most(3), at_least(1.5, "plain")],
        rounds=5,
    ),
    "api-get": Path(
        "API: get a customer",
        {
            "product": Get("with a bearer token", PRODUCT, CUSTOMER, ONE, token=True),
            "floor": Get(RAW, FLOOR, CUSTOMER, ONE, token=True),
            "drf": Get("Django REST Framework, with a session", PEERS, CUSTOMER, ONE),
        },
        [at_most(5)],
    ),
    "api-list": Path(
        "API: list 100 customers",
        {
            "product": Get("with a bearer token", PRODUCT, LIST, rows.LISTED, token=True),
            "floor": Get(RAW, FLOOR, LIST, rows.LISTED, token=True),
            "drf": Get("Django REST Framework, with a session", PEERS, LIST, rows.LISTED),
        },
        [at_most(5)],
    ),
    "forms": Path(
        "answering 20,000 due forms, seconds a form",
        {
            "product": DueForms("the sweep, 2 processes", "bench.product"),
            "floor": DueForms("batches in SQL, 2 processes", "bench.floor_forms"),
            "task": DueForms("a Celery task a form, 1,000 forms", "bench.peer_forms", 1000, 1, counts=False),
        },
        [at_most(6), at_least(10, "task")],
        rounds=3,
        operations=1,
        growth=DueForms("500 forms", "bench.product", 500, 1),
    ),
}
