"""What the bench says of its measurements: turns, medians, ratios, and that what is missed is called so."""

from collections.abc import Sequence

import pytest

from bench import table
from bench.core import Contestant, Fact, Line, Reach, Result, measure
from bench.counting import kind_of


def contestant(name: str, seconds: Sequence[float], said: list[str]) -> Contestant:
    def times(n: int) -> list[float]:
        said.append(name)
        return list(seconds[:n]) if n <= len(seconds) else list(seconds)

    return Contestant(name, name, times, lambda: {"SELECT": 2})


def line(said: list[str], *, most: float) -> Line:
    slow = contestant("product", [0.009, 0.004, 0.004], said)
    return Line(
        "k",
        "a line",
        [slow, contestant("floor", [0.002, 0.002, 0.002], said)],
        [Reach("product", "floor", at_most=most), Reach("peer", "product", at_least=3)],
        repeats=3,
        operations=3,
    )


def test_contestants_take_turns_and_the_first_is_not_always_the_same() -> None:
    said: list[str] = []
    measure(line(said, most=3))
    assert said[2:] == ["product", "floor", "floor", "product", "product", "floor"]


def test_a_ratio_is_one_of_medians_and_a_slow_outlier_does_not_move_it() -> None:
    result = measure(line([], most=3))
    assert [(str(reach), ratio) for reach, ratio in result.ratios] == [("<= 3", pytest.approx(2.0))]


def test_a_reach_of_a_contestant_who_is_not_there_is_left_out() -> None:
    assert all(reach.of != "peer" for reach, _ratio in measure(line([], most=3)).ratios)


@pytest.mark.parametrize(("most", "met"), [(3.0, True), (1.5, False)])
def test_what_is_missed_is_called_so(most: float, met: bool) -> None:
    result = measure(line([], most=most))
    assert result.met is met
    assert ("MISSED" in "\n".join(table.lines_of(result))) is not met
    assert ("**missed**" in table.markdown([result])) is not met


def test_a_fact_that_is_not_so_misses_too() -> None:
    fact = Fact("peak memory over the start", "31 MB", "<= 20 MB", met=False)
    result = Result("k", "a line", "", {}, [], [fact])
    assert not result.met
    assert "31 MB" in table.markdown([result])


def test_a_quick_run_does_a_part_of_the_operations_and_at_least_one() -> None:
    asked: list[int] = []

    def times(n: int) -> list[float]:
        asked.append(n)
        return [0.001] * n

    one = Line("k", "a line", [Contestant("product", "product", times, operations=2)], repeats=1)
    measure(one, share=0.25)
    assert asked[-1] == 1


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT 1", "SELECT"),
        ('SELECT "a" FROM t WHERE id = 1 FOR UPDATE OF "t" SKIP LOCKED', "SELECT FOR UPDATE"),
        ("SELECT 1 FROM t FOR SHARE", "SELECT FOR SHARE"),
        ("RELEASE SAVEPOINT s1", "SAVEPOINT"),
        ("  insert into t values (1)", "INSERT"),
        ("COPY (SELECT 1) TO STDOUT", "COPY"),
    ],
)
def test_statements_are_told_apart_by_kind(sql: str, kind: str) -> None:
    assert kind_of(sql) == kind


@pytest.mark.parametrize(("seconds", "words"), [(2.5, "2.5 s"), (0.00231, "2.31 ms"), (0.0000482, "48.2 µs")])
def test_times_are_shown_with_three_digits(seconds: float, words: str) -> None:
    assert table.shown(seconds) == words
