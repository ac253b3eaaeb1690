"""What the bench says of its measurements: turns, medians, ratios, the rows written, and what is missed."""

from collections.abc import Callable, Sequence

import pytest

from bench import measure
from bench.client import Failed
from bench.measure import Contestant, Reach, Result
from bench.table import at_least, at_most


def contestant(seconds: Sequence[float], ran: Callable[[], None] = lambda: None) -> Contestant:
    def run(n: int) -> list[float]:
        ran()
        return list(seconds[:n])

    return Contestant("a label", run, lambda: {"SELECT": 2})


def result(*, most: float = 3, turns: list[str] | None = None) -> Result:
    turns = [] if turns is None else turns
    contestants = {
        "product": contestant([0.009, 0.004, 0.004], lambda: turns.append("product")),
        "floor": contestant([0.002, 0.002, 0.002], lambda: turns.append("floor")),
    }
    return measure.measure(
        "k", "a line", contestants, [at_most(most), at_least(3, "peer")], rounds=3, operations=3
    )


def test_contestants_take_turns_and_the_first_is_not_always_the_same() -> None:
    turns: list[str] = []
    result(turns=turns)
    assert turns[2:] == ["product", "floor", "floor", "product", "product", "floor"]


def test_a_ratio_is_one_of_medians_and_a_slow_outlier_does_not_move_it() -> None:
    assert result().ratios == [(Reach("product", "floor", at_most=3), pytest.approx(2.0))]


@pytest.mark.parametrize(("most", "met"), [(3.0, True), (1.5, False)])
def test_a_reach_that_is_missed_is_marked(most: float, met: bool) -> None:
    found = result(most=most)
    assert found.met is met
    assert ("**missed**" in measure.markdown([found])) is not met


def test_statements_that_grow_are_a_miss() -> None:
    found = Result("growth", "a line", {}, [], same_statements=False)
    assert not found.met
    assert "**missed**" in measure.markdown([found])


def writer(rows: dict[str, int], **adds: int) -> Contestant:
    def run(n: int) -> list[float]:
        for kind, count in adds.items():
            rows[kind] = rows.get(kind, 0) + n * count
        return [0.001] * n

    return Contestant("a label", run, effect=lambda: dict(rows))


def test_contestants_that_write_the_same_rows_are_compared() -> None:
    one, other = writer({"orders": 7, "audit": 3}, orders=1, audit=1), writer({"orders": 0}, orders=1)
    found = measure.measure("k", "a line", {"product": one, "peer": other}, [], rounds=1, operations=4)
    assert found.figures["product"].effect == {"orders": 1, "audit": 1}


@pytest.mark.parametrize("other", [{"orders": 2}, {}], ids=["more", "none"])
def test_a_contestant_that_writes_other_rows_ends_the_run(other: dict[str, int]) -> None:
    contestants = {"product": writer({"orders": 0}, orders=1), "peer": writer({"orders": 0}, **other)}
    with pytest.raises(Failed, match="orders"):
        measure.measure("k", "a line", contestants, [], rounds=1, operations=4)


@pytest.mark.parametrize(("seconds", "words"), [(2.5, "2.5 s"), (0.00231, "2.31 ms"), (0.0000482, "48.2 µs")])
def test_times_are_shown_with_three_digits(seconds: float, words: str) -> None:
    assert measure.shown(seconds) == words
