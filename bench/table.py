"""The table in words: for the terminal, and in Markdown for README.md."""

from collections.abc import Iterable, Mapping

from bench.core import Figure, Result


def shown(seconds: float) -> str:
    """Return a time with three digits that matter: 2.31 ms, 48.2 µs, 1.27 s."""
    for size, unit in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def spread(figure: Figure) -> str:
    """Return minimum, median and maximum."""
    low, high = min(figure.repeats), max(figure.repeats)
    return f"{shown(low)} / {shown(figure.median)} / {shown(high)}"


def kinds(sql: Mapping[str, int]) -> str:
    """Return the statements by kind: 4 SELECT, 1 UPDATE."""
    return (
        ", ".join(f"{count} {kind}" for kind, count in sorted(sql.items(), key=lambda each: -each[1])) or "-"
    )


def lines_of(result: Result) -> Iterable[str]:
    """Yield a result as the terminal shows it."""
    yield f"\n{result.title} [{result.key}]" + (f"\n  {result.note}" if result.note else "")
    for figure in result.figures.values():
        yield f"  {figure.label:<58} {spread(figure):<34} {kinds(figure.sql)}"
    for reach, ratio in result.ratios:
        yield f"  {reach.of} / {reach.over} = {ratio:.2f} (reach {reach}) {'ok' if reach.met(ratio) else 'MISSED'}"
    for fact in result.facts:
        outcome = ("ok" if fact.met else "MISSED") if fact.reach else ""
        yield f"  {fact.name}: {fact.value}{f' (reach {fact.reach})' if fact.reach else ''} {outcome}"


def markdown(results: Iterable[Result]) -> str:
    """Return the table of README.md."""
    rows = [
        "| work | contestant | min / median / max | statements | ratio | reach |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for result in results:
        verdicts = [
            (
                f"{reach.of} / {reach.over} = {ratio:.2f}",
                f"{reach}{'' if reach.met(ratio) else ' **missed**'}",
            )
            for reach, ratio in result.ratios
        ] + [
            (f"{fact.name}: {fact.value}", f"{fact.reach}{'' if fact.met else ' **missed**'}")
            for fact in result.facts
        ]
        left = [(figure.label, spread(figure), kinds(figure.sql)) for figure in result.figures.values()]
        for number in range(max(len(left), len(verdicts))):
            who = left[number] if number < len(left) else ("", "", "")
            said = verdicts[number] if number < len(verdicts) else ("", "")
            rows.append(
                f"| {result.title if not number else ''} | {who[0]} | {who[1]} | {who[2]} | {said[0]} | {said[1]} |"
            )
    return "\n".join(rows) + "\n"
