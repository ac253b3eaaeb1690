"""`make bench`: measure the paths of the table, print each, and keep the whole table in `build/bench/`."""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import measure
from bench.client import Failed
from bench.measure import Reach, Result
from bench.processes import ROOT, Bench
from bench.table import GROWTH, PATHS, launch

KEYS = (*PATHS, "growth")


def main() -> int:
    """Measure what the arguments name. Returns 0 when all came to its end, whatever the figures say."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--smoke", action="store_true", help="each line once on small tables: no figures to keep"
    )
    parser.add_argument("keys", nargs="*", metavar="LINE", help=f"some of: {', '.join(KEYS)}")
    given = parser.parse_args()
    if unknown := set(given.keys) - set(KEYS):
        parser.error(f"no such lines: {', '.join(sorted(unknown))}")
    began, results = time.monotonic(), []
    try:
        with tempfile.TemporaryDirectory(prefix="gcc-bench-") as folder, ExitStack() as stack:
            bench = Bench(Path(folder), stack, smoke=given.smoke)
            about = describe(bench)
            print(about, flush=True)
            for result in run(bench, given.keys or KEYS):
                results.append(result)
                print(shown(result), f"  ({time.monotonic() - began:.0f} s)", flush=True)
                if not bench.smoke:
                    keep(results, about)
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    missed = [result.key for result in results if not result.met]
    print(f"{len(results)} lines in {time.monotonic() - began:.0f} s.", end=" ")
    print("" if given.smoke else f"Missed: {', '.join(missed) or 'none'}.")
    return 0


def run(bench: Bench, keys: Sequence[str]) -> Iterator[Result]:
    """Yield the result of each line as soon as it is there. A smoke run has one round of one operation."""
    launch(bench, [way for key, path in PATHS.items() if key in keys for way in path.ways.values()])
    for key, path in PATHS.items():
        if key in keys:
            contestants = {name: way.start(bench, bench.scale) for name, way in path.ways.items()}
            rounds, operations = (1, 1) if bench.smoke else (path.rounds, path.operations)
            warm = not bench.smoke and path.operations > 1
            yield measure.measure(
                key, path.title, contestants, path.reaches, rounds=rounds, operations=operations, warm=warm
            )
    if "growth" in keys:
        yield from growth(bench)


def growth(bench: Bench) -> Iterator[Result]:
    """Yield for each path how the product's own time and statements grow with the number of rows."""
    for key, path in PATHS.items():
        way = path.growth or path.ways["product"]
        contestants = {f"{scale}x": way.start(bench, scale) for scale in bench.scales}
        rounds, operations = (1, 1) if bench.smoke else (5, min(20, path.operations))
        reach = Reach(f"{bench.scales[-1]}x", "1x", at_most=GROWTH)
        result = measure.measure(
            f"growth-{key}", f"growth: {path.title}", contestants, [reach], rounds=rounds, operations=operations,
            warm=not bench.smoke,
        )  # fmt: skip
        for scale, figure in zip(bench.scales, result.figures.values(), strict=True):
            figure.label = f"{scale * 1000:,} customers"
        result.same_statements = len({sum(each.statements.values()) for each in result.figures.values()}) == 1
        yield result


def describe(bench: Bench) -> str:
    """Return what is measured on: the date, the machine, the versions."""
    server = bench.versions()
    return (
        f"{time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}, {os.cpu_count()} CPUs, {platform.machine()}, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"PostgreSQL {server['server_version']} (fsync {server['fsync']}, synchronous_commit "
        f"{server['synchronous_commit']}, shared_buffers {server['shared_buffers']}); "
        f"{bench.scale * 1000:,} customers, {bench.scale * 500:,} waiting forms"
    )


def shown(result: Result) -> str:
    """Return a result for the terminal."""
    lines = [f"\n{result.title} [{result.key}]"]
    for figure in result.figures.values():
        times, kinds = measure.spread(figure), measure.kinds_of(figure.statements)
        lines.append(f"  {figure.label:<40} {times:<32} {kinds}")
    return "\n".join([*lines, *(f"  {ratio} (reach {reach})" for ratio, reach in measure.verdicts(result))])


def keep(results: Sequence[Result], about: str) -> None:
    """Write the table as far as it has come to `build/bench/latest.md`."""
    file = ROOT / "build" / "bench" / "latest.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{about}\n\n{measure.markdown(results)}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
