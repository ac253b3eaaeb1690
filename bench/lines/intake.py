"""Answering what is due: 20,000 forms at once, by two processes, on a copy of the database for each run."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

from bench import data, due_forms
from bench.core import Contestant, Line, Reach, Times
from bench.ground import Ground
from bench.web import Failed
from bench.worker import Worker

PROCESSES = 2
Start = Callable[[str], AbstractContextManager[Worker]]
# Texts of mails differ by what a clock says; all else must be the same.
TOLERANCE = 0.01


def products(ground: Ground, stack: ExitStack, scale: int) -> dict[str, Contestant]:
    """Return the sweep of 500 due forms among the rows of a scale, by one process, for the growth."""
    due = Due(ground, scale, 500)
    return {
        "intake-sweep": Contestant(
            "product",
            "500 due forms, seconds a form",
            due.times(due.product, processes=1),
            due.statements,
            operations=1,
        )
    }


def lines(ground: Ground, stack: ExitStack) -> Iterator[Line]:
    """Yield the sweep's line."""
    forms = 500 if ground.quick else 20_000
    due = Due(ground, ground.scale, forms)
    few = Due(ground, ground.scale, 50 if ground.quick else 1000)
    few.run(few.product)  # what the peer has to leave, too
    yield Line(
        "intake-sweep",
        f"answering {forms:,} due forms, seconds a form",
        [
            Contestant("product", "the sweep, 2 processes", due.times(due.product)),
            Contestant("floor", "batches of 500 in SQL, 2 processes", due.times(due.floor)),
            Contestant(
                "peer",
                f"a Celery task a form, 2 processes, {few.forms:,} forms",
                few.times(few.peer, processes=1),
            ),
        ],
        [Reach("product", "floor", at_most=5), Reach("peer", "product", at_least=15)],
        repeats=5,
        operations=1,
        note="Each run works on a copy of the database of its own; all must leave the same rows, or the run fails.",
    )


@dataclass
class Due:
    """Databases with so many due forms among the rows of a scale."""

    ground: Ground
    scale: int
    forms: int
    expected: dict[str, int] | None = None
    source: str = ""

    def times(self, contestant: Start, processes: int = PROCESSES) -> Times:
        """Return what a contestant wants as `times`: the seconds a form of so many runs."""
        return lambda n: [self.run(contestant, processes) for _each in range(n)]

    def run(self, contestant: Start, processes: int = PROCESSES) -> float:
        """Answer what is due with so many processes at once; return the seconds a form. Raises `Failed`."""
        database = self.fresh()
        with ExitStack() as stack:
            workers = [stack.enter_context(contestant(database)) for _each in range(processes)]
            for worker in workers:
                worker.start("answer_all")
            spans = [worker.result() for worker in workers]
        self.check(database)
        return float(max(end for _begin, end in spans) - min(begin for begin, _end in spans)) / self.forms

    def statements(self) -> dict[str, int]:
        """Return the statements of the product's sweep of all that is due, by one process."""
        with self.product(self.fresh()) as worker:
            return dict(worker.call("statements"))

    def product(self, database: str) -> AbstractContextManager[Worker]:
        """Return a process of the product."""
        return self.ground.work_on(
            "bench.sweeping", database, REDIS_URL=self.ground.redis(self.scale)["REDIS_URL"]
        )

    def floor(self, database: str) -> AbstractContextManager[Worker]:
        """Return a process of the floor."""
        return self.ground.work_on("bench.floors.intake", database)

    def peer(self, database: str) -> AbstractContextManager[Worker]:
        """Return a process that runs the usual pattern's Celery worker."""
        return self.ground.work_on(
            "bench.peers.intake_run", database, REDIS_URL=self.ground.redis(self.scale)["REDIS_URL"]
        )

    def fresh(self) -> str:
        """Return the name of a new copy of the database in which the forms are due."""
        if not self.source:
            self.source = self.ground.copy(
                self.ground.database(self.scale), f"bench_due_{self.scale}_{self.forms}"
            )
            with contextlib.closing(self.ground.connect(self.source)) as connection:
                connection.autocommit = True
                due_forms.fill(connection, list(data.WORDS), self.forms)
        return self.ground.copy(self.source, f"bench_answered_{self.scale}")

    def check(self, database: str) -> None:
        """Compare the rows that a run left with those of the runs before. Raises `Failed` when they differ."""
        with contextlib.closing(self.ground.connect(database)) as connection:
            found = due_forms.left(connection)
        if self.expected is None:
            self.expected = found
        differing = {
            name: (self.expected.get(name, 0), found.get(name, 0))
            for name in self.expected.keys() | found.keys()
            if abs(self.expected.get(name, 0) - found.get(name, 0))
            > (TOLERANCE * found.get(name, 0) if name.startswith("text") else 0)
        }
        if differing:
            raise Failed(f"The answers differ (before, now): {differing}")
