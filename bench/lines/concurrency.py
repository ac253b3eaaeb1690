"""Orders a second: 1, 2, 4 and 8 browsers at once on two web processes, as many threads in each as `make run` gives.

The clients are threads of this process, each with an agent, a session and a connection of its own. They wait for the
portal nearly all of the time: the note says which part of a processor they took themselves.
"""

import contextlib
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from bench import carts, data
from bench.carts import Cart
from bench.core import Contestant, Fact, Line
from bench.ground import Ground
from bench.lines.orders import form, review
from bench.web import Client, Failed

CLIENTS = (1, 2, 4, 8)
MOST = 8.0  # p99 in multiples of p50, at the most clients
WORKERS, THREADS = 2, 4
AGENTS = """
WITH people AS (
    INSERT INTO gcc_portal_user (password, is_superuser, email, name, is_reviewer, is_staff, is_active, date_joined)
    SELECT '!', false, 'agent' || n || '@bench.example', 'Agent ' || n, false, false, true, now()
    FROM generate_series(1, %s) AS n WHERE NOT EXISTS
        (SELECT FROM gcc_portal_user WHERE email = 'agent' || n || '@bench.example')
    RETURNING id
)
INSERT INTO partners_agent (role, is_active, joined_at, user_id, partner_id)
SELECT 'sales_agent', true, now(), people.id, a.partner_id
FROM people, partners_agent a JOIN gcc_portal_user u ON u.id = a.user_id WHERE u.email = %s
"""


@dataclass
class Run:
    """What one number of clients had to wait for, order by order, and what it took in all."""

    waits: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    wall: float = 0.0
    own: float = 0.0  # processor time of the clients

    @property
    def rate(self) -> float:
        """Return the orders a second."""
        return len(self.waits) / self.wall if self.wall else 0.0

    def at(self, percent: int) -> float:
        """Return how long so many in a hundred waited at the most, in seconds."""
        return statistics.quantiles(self.waits, n=100, method="inclusive")[percent - 1]


def lines(ground: Ground, stack: ExitStack) -> Iterator[Line]:
    """Yield the line."""
    scale = ground.scale
    connection = stack.enter_context(contextlib.closing(ground.connect(ground.database(scale))))
    with connection.cursor() as cursor:
        cursor.execute(AGENTS, [max(CLIENTS), data.ADMIN])
    connection.commit()
    emails = [f"agent{n}@bench.example" for n in range(1, max(CLIENTS) + 1)]
    sessions = [ground.session(scale, email) for email in emails]
    server = stack.enter_context(ground.serve("rush", scale, workers=WORKERS, threads=THREADS))
    clients = [(email, server.client(session)) for email, session in zip(emails, sessions, strict=True)]
    runs = {count: Run() for count in CLIENTS}
    yield Line(
        "concurrency",
        f"orders of 3 lines placed at once by POST, {WORKERS} web processes of {THREADS} threads",
        [_contestant(connection, clients[:count], runs[count]) for count in CLIENTS],
        repeats=5,
        operations=160,
        note="Clients are threads of the bench's process, each with its own agent, session and connection.",
        facts=lambda: [*_facts(runs)],
    )


def _contestant(connection: Any, clients: Sequence[tuple[str, Client]], run: Run) -> Contestant:
    begun = False

    def times(n: int) -> list[float]:
        nonlocal begun
        each = -(-n // len(clients))
        work = [(client, carts.make(connection, each, email)) for email, client in clients]
        # The first time nobody is warm: it is in no figure.
        waits = _at_once(work, run if begun else Run())
        begun = True
        return waits

    count = len(clients)
    return Contestant(f"{count}", f"{count} client{'s' if count > 1 else ''}: wait for an order", times)


def _at_once(work: Sequence[tuple[Client, list[Cart]]], run: Run) -> list[float]:
    """Let each client place its carts one after the other, all clients at the same time; return the waits."""
    waits: list[float] = []
    barrier = threading.Barrier(len(work) + 1)

    def place(client: Client, own: list[Cart]) -> None:
        barrier.wait()
        for cart in own:
            try:
                waits.append(client.post(review(cart), form(cart)).seconds)
            except (Failed, OSError) as problem:
                run.failures.append(str(problem))

    threads = [threading.Thread(target=place, args=each) for each in work]
    for thread in threads:
        thread.start()
    barrier.wait()
    began, own = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    run.wall += time.perf_counter() - began
    run.own += time.process_time() - own
    run.waits += waits
    return waits


def _facts(runs: dict[int, Run]) -> Iterator[Fact]:
    for count, run in runs.items():
        ratio = run.at(99) / run.at(50)
        most = count == max(runs)
        yield Fact(
            f"{count} client{'s' if count > 1 else ''}",
            f"{run.rate:.0f} orders a second, p50 {run.at(50) * 1000:.1f} ms, p99 {run.at(99) * 1000:.1f} ms, "
            f"p99 / p50 = {ratio:.1f}; the clients' own part of a processor {run.own / run.wall:.0%}",
            f"p99 < {MOST:g} x p50" if most else "",
            ratio < MOST or not most,
        )
    failures = [each for run in runs.values() for each in run.failures]
    yield Fact(
        "errors", f"{len(failures)}{f': {failures[0][:200]}' if failures else ''}", "none", not failures
    )
