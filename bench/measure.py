"""Measures a line of the table: contestants that do the same work take turns; the ratios of their medians count."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.client import Failed


@dataclass(frozen=True)
class Contestant:
    """One way of doing the work.

    `run(n)` does it n times and returns the seconds of each; what must be made ready for it is not in the seconds.
    `statements()` does it once more and returns its SQL statements by kind. `effect()` returns how many rows there are
    of each kind that the work writes.
    """

    label: str
    run: Callable[[int], Sequence[float]]
    statements: Callable[[], Mapping[str, int]] | None = None
    effect: Callable[[], Mapping[str, int]] | None = None
    operations: int = 0  # of one round; 0: as many as the line says


@dataclass(frozen=True)
class Reach:
    """What the ratio of two contestants shall be."""

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
class Figure:
    """What one contestant took: the median of each round in seconds an operation, its statements, its rows."""

    label: str
    rounds: list[float] = field(default_factory=list)
    statements: dict[str, int] = field(default_factory=dict)
    effect: dict[str, float] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """Return the median of the rounds, in seconds."""
        return statistics.median(self.rounds)


@dataclass
class Result:
    """A line as measured."""

    key: str
    title: str
    figures: dict[str, Figure]
    ratios: list[tuple[Reach, float]]
    # Growth: the same number of statements whatever the number of rows.
    same_statements: bool = True

    @property
    def met(self) -> bool:
        """Return whether everything is as it shall be."""
        return self.same_statements and all(reach.met(ratio) for reach, ratio in self.ratios)


def measure(
    key: str,
    title: str,
    contestants: Mapping[str, Contestant],
    reaches: Iterable[Reach],
    *,
    rounds: int = 7,
    operations: int = 20,
    warm: bool = True,
) -> Result:
    """Run each contestant unmeasured if `warm`, count its statements, then measure in rounds; return the figures.

    The order of the turns is reversed after each round. Raises `Failed` where contestants wrote different rows.
    """
    figures = {name: Figure(each.label) for name, each in contestants.items()}
    for name, each in contestants.items():
        if warm:
            each.run(min(2, each.operations or operations))
        if each.statements is not None:
            figures[name].statements = dict(each.statements())
    order = list(contestants)
    for _round in range(rounds):
        for name in order:
            _turn(contestants[name], figures[name], contestants[name].operations or operations)
        _compare(key, figures)
        order.reverse()
    ratios = [
        (reach, figures[reach.of].median / figures[reach.over].median)
        for reach in reaches
        if reach.of in figures and reach.over in figures
    ]
    return Result(key, title, figures, ratios)


def _turn(contestant: Contestant, figure: Figure, operations: int) -> None:
    """Measure one round of a contestant, and note the rows that one operation added."""
    before = dict(contestant.effect()) if contestant.effect else {}
    figure.rounds.append(statistics.median(contestant.run(operations)))
    after = contestant.effect() if contestant.effect else {}
    figure.effect = {kind: (count - before.get(kind, 0)) / operations for kind, count in after.items()}


def _compare(key: str, figures: Mapping[str, Figure]) -> None:
    """Raise `Failed` unless all who wrote rows of a kind wrote the same number."""
    kinds = {kind for figure in figures.values() for kind in figure.effect}
    for kind in sorted(kinds):
        wrote = {name: each.effect[kind] for name, each in figures.items() if kind in each.effect}
        if len(set(wrote.values())) > 1 or not all(wrote.values()):
            raise Failed(f"{key}: contestants wrote different numbers of {kind} an operation: {wrote}")


def shown(seconds: float) -> str:
    """Return a time with three digits: 2.31 ms, 48.2 µs, 1.27 s."""
    for size, unit in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def spread(figure: Figure) -> str:
    """Return minimum, median and maximum."""
    return f"{shown(min(figure.rounds))} / {shown(figure.median)} / {shown(max(figure.rounds))}"


def kinds_of(statements: Mapping[str, int]) -> str:
    """Return the statements by kind: 4 SELECT, 1 UPDATE."""
    most_first = sorted(statements.items(), key=lambda each: -each[1])
    return ", ".join(f"{count} {kind}" for kind, count in most_first) or "-"


def verdicts(result: Result) -> list[tuple[str, str]]:
    """Return each ratio and whether it is as it shall be, in words."""
    found = [
        (
            f"{reach.of} / {reach.over} = {ratio:.2f}",
            f"{reach}{'' if reach.met(ratio) else ' **missed**'}",
        )
        for reach, ratio in result.ratios
    ]
    if not result.same_statements:
        found.append(("statements differ", "the same **missed**"))
    return found


def markdown(results: Iterable[Result]) -> str:
    """Return the results as a Markdown table for README.md."""
    lines = [
        "| path | contestant | min / median / max | statements | ratio | reach |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for result in results:
        left = [(each.label, spread(each), kinds_of(each.statements)) for each in result.figures.values()]
        right = verdicts(result)
        for number in range(max(len(left), len(right))):
            cells = [
                result.title if not number else "",
                *(left[number] if number < len(left) else ("", "", "")),
                *(right[number] if number < len(right) else ("", "")),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
