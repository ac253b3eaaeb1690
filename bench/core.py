"""A line of the table: contestants that do the same work, measured in turns, and the ratios between them.

Contestants take turns within each repeat, so that whatever slows the machine for a while slows all of them alike.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Times = Callable[[int], Sequence[float]]
Counts = Callable[[], Mapping[str, int]]


@dataclass(frozen=True)
class Contestant:
    """One way of doing the work. `times(n)` does it n times and returns the seconds of each; `sql()` does it once more
    and returns how many statements of which kind that took. What must be made ready for it is not in the seconds."""

    name: str  # product, floor, peer, or a longer name that a reach speaks of
    label: str
    times: Times
    sql: Counts | None = None
    operations: int = 0  # of one repeat; 0: as many as the line says


@dataclass(frozen=True)
class Reach:
    """What a ratio shall be: `Reach("product", "floor", at_most=3)`, `Reach("peer", "product", at_least=10)`."""

    of: str
    over: str
    at_most: float = 0.0
    at_least: float = 0.0

    def met(self, ratio: float) -> bool:
        """Return whether the ratio is as it shall be."""
        return (not self.at_most or ratio <= self.at_most) and (not self.at_least or ratio >= self.at_least)

    def __str__(self) -> str:
        return f"<= {self.at_most:g}" if self.at_most else f">= {self.at_least:g}"


@dataclass
class Line:
    """One line of the table. `facts` are figures of another kind (bytes, MB), measured after the times."""

    key: str
    title: str
    contestants: Sequence[Contestant]
    reaches: Sequence[Reach] = ()
    repeats: int = 7
    operations: int = 20
    note: str = ""
    facts: Callable[[], Sequence["Fact"]] | None = None


@dataclass(frozen=True)
class Fact:
    """A figure beside the times: `Fact("peak memory over the start", "12.4 MB", "<= 20 MB", True)`."""

    name: str
    value: str
    reach: str = ""
    met: bool = True


@dataclass
class Figure:
    """What one contestant took: the median of each repeat, in seconds an operation, and its statements."""

    label: str
    repeats: list[float] = field(default_factory=list)
    sql: dict[str, int] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """Return the median of the repeats, in seconds."""
        return statistics.median(self.repeats)


@dataclass
class Result:
    """A line as measured."""

    key: str
    title: str
    note: str
    figures: dict[str, Figure]
    ratios: list[tuple[Reach, float]]
    facts: list[Fact]

    @property
    def met(self) -> bool:
        """Return whether everything is as it shall be."""
        return all(reach.met(ratio) for reach, ratio in self.ratios) and all(fact.met for fact in self.facts)


def measure(line: Line, *, repeats: int = 0, share: float = 1.0) -> Result:
    """Run a line: once unmeasured, then `repeats` rounds in which the contestants take turns; return the figures.

    `share` shortens a round: that part of the operations, at least one.
    """
    figures = {each.name: Figure(each.label) for each in line.contestants}

    def operations(each: Contestant) -> int:
        return max(1, round((each.operations or line.operations) * share))

    for each in line.contestants:
        if each.sql is not None:
            figures[each.name].sql = dict(each.sql())
        if share == 1.0 or line.operations > 1:  # a quick run has no time for long work that is in no figure
            each.times(min(2, operations(each)))
    order = list(line.contestants)
    for _round in range(repeats or line.repeats):
        for each in order:
            figures[each.name].repeats.append(statistics.median(each.times(operations(each))))
        order.reverse()
    ratios = [
        (reach, figures[reach.of].median / figures[reach.over].median)
        for reach in line.reaches
        if reach.of in figures and reach.over in figures
    ]
    return Result(line.key, line.title, line.note, figures, ratios, list(line.facts() if line.facts else []))
