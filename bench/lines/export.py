"""The CSV download of a partner that has all the customers: 100,000 of them."""

import contextlib
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

from bench import data
from bench.core import Contestant, Fact, Line, Reach
from bench.ground import PRODUCT_PYTHON, Ground
from bench.web import Client, Failed, Server, served

URL = "/customers/export/"
MEGABYTE = 1 << 20
ALL_ONE_PARTNER = """
UPDATE customers_relationship SET partner_id = (SELECT min(id) FROM partners_partner);
UPDATE customers_customeragreement SET partner_id = (SELECT min(id) FROM partners_partner);
"""


def products(ground: Ground, stack: ExitStack, scale: int) -> dict[str, Contestant]:
    """Return the product's download on a scale, for the growth: its seconds are those of a thousand customers."""
    client = _served(ground, stack, scale, "gcc_portal.settings", bare=False)[1]
    whole = _contestant("product", "the download, a thousand customers of it", client, scale)
    return {"export": replace(whole, times=lambda n: [each / scale for each in whole.times(n)], operations=5)}


def lines(ground: Ground, stack: ExitStack) -> Iterator[Line]:
    """Yield the download's line."""
    scale = ground.scale
    product = _served(ground, stack, scale, "gcc_portal.settings", bare=False)[1]
    floor = _served(ground, stack, scale, "bench.floors.settings", bare=True)[1]
    peer = _served(ground, stack, scale, "bench.peers.csv_settings", bare=True)[1]
    yield Line(
        "export",
        f"CSV export of {scale * 1000:,} customers",
        [
            _contestant("product", "the download", product, scale),
            _contestant("floor", "COPY TO STDOUT to a bare view", floor, scale),
            replace(_contestant("peer", "queryset.iterator, csv.writer", peer, scale), operations=1),
        ],
        [Reach("product", "floor", at_most=3), Reach("peer", "product", at_least=6)],
        repeats=5,
        operations=2,
        note="COPY is not among the statements counted.",
        facts=lambda: _facts(ground, scale),
    )


def _served(
    ground: Ground, stack: ExitStack, scale: int, settings: str, *, bare: bool, name: str = "export"
) -> tuple[Server, Client]:
    """Return a server on a copy of the scale's database in which all customers are the first partner's."""
    database = f"bench_export_{scale}"
    if database not in _copies(ground):
        ground.copy(ground.database(scale), database)
        with contextlib.closing(ground.connect(database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(ALL_ONE_PARTNER)
                for table in ("relationship", "customeragreement"):
                    cursor.execute(f"VACUUM FULL ANALYZE customers_{table}")
    redis = ground.redis(scale)
    backend = "django.contrib.auth.backends.ModelBackend" if bare else ""
    with ground.work_on("bench.prepare", database, REDIS_URL=redis["REDIS_URL"]) as worker:
        session = str(worker.call("session", email=data.ADMIN, backend=backend))
    environment = ground.environment(database, DJANGO_SETTINGS_MODULE=settings, **redis)
    called = f"{name}-{settings.split('.')[1]}-{scale}"
    server = stack.enter_context(served(called, ground.folder, environment, python=PRODUCT_PYTHON))
    return server, server.client(session)


def _copies(ground: Ground) -> Sequence[str]:
    with contextlib.closing(ground.connect("postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return [name for (name,) in cursor.fetchall()]


def _contestant(name: str, label: str, client: Client, scale: int) -> Contestant:
    return Contestant(name, label, _times(client, scale), client.counted(URL))


def _times(client: Client, scale: int) -> Callable[[int], list[float]]:
    """Return the seconds of whole downloads, which are thrown away. Raises `Failed` for one that is not whole."""

    def times(n: int) -> list[float]:
        found = []
        for _each in range(n):
            answer = client.get(URL)
            rows = answer.body.count(b"\n")
            if not scale * 1000 <= rows <= scale * 1000 + 1:
                raise Failed(f"{client.path.name}: {rows} lines of {scale * 1000}")
            found.append(answer.seconds)
        return found

    return times


def _facts(ground: Ground, scale: int) -> list[Fact]:
    """Return how much memory the downloads of a fresh server take, and when their first byte comes."""
    with ExitStack() as stack:
        server, client = _served(ground, stack, scale, "gcc_portal.settings", bare=False, name="memory")
        client.get(f"{URL}?q=nobody-is-called-so")
        before = server.resident
        first = [client.get(URL).first for _each in range(5)]
        rise = (server.memory - before) / MEGABYTE
    wait = statistics.median(first) * 1000
    return [
        Fact("peak memory over that before the downloads", f"{rise:.1f} MB", "<= 20 MB", rise <= 20),
        Fact("first byte", f"{wait:.1f} ms", "< 50 ms", wait < 50),
    ]
