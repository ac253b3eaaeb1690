"""`make bench`: measure every line, print it, and keep the table in `build/bench/`."""

import argparse
import contextlib
import importlib
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from bench import table
from bench.core import Line, Result, measure
from bench.ground import Ground
from bench.web import ROOT, Failed

# Each module offers `lines(ground, stack)`: it starts what it needs on the stack and yields its lines one by one.
MODULES = ("orders", "intake", "customers", "review", "catalog", "export", "api", "growth", "concurrency")
Offer = Callable[[Ground, ExitStack], Iterable[Line]]


def offered(names: Iterable[str]) -> Iterator[Offer]:
    """Yield what each module offers."""
    for name in names:
        yield importlib.import_module(f"bench.lines.{name}").lines


def main() -> int:
    """Measure what was asked for. Returns 0 when every line came to its end, whatever the figures say."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="smaller tables and one round: some four minutes"
    )
    parser.add_argument(
        "--repeats", type=int, default=0, help="rounds of each line; the lines' own number if not given"
    )
    parser.add_argument("names", nargs="*", metavar="LINES", help=f"some of: {', '.join(MODULES)}")
    given = parser.parse_args()
    began, results = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="gcc-bench-") as folder:
        ground = Ground(Path(folder), quick=given.quick)
        about = describe(ground)
        print(about, flush=True)
        try:
            for result in run(ground, given.names or MODULES, given.repeats):
                results.append(result)
                print("\n".join(table.lines_of(result)), f"  ({time.monotonic() - began:.0f} s)", flush=True)
                # As far as it has come: a run that is stopped has measured what it has.
                keep(results, about, quick=given.quick)
        except Failed as failed:
            print(failed, file=sys.stderr)
            return 1
    missed = [result.key for result in results if not result.met]
    print(
        f"\n{len(results)} lines in {time.monotonic() - began:.0f} s; missed: {', '.join(missed) or 'none'}."
    )
    return 0


def run(ground: Ground, names: Iterable[str], repeats: int) -> Iterator[Result]:
    """Yield the results, each as soon as it is there. A quick run has one round of a fourth of the operations."""
    for offer in offered(names):
        with contextlib.ExitStack() as stack:
            for line in offer(ground, stack):
                rounds = repeats or (1 if ground.quick else line.repeats)
                yield measure(line, repeats=rounds, share=0.25 if ground.quick else 1.0)


def describe(ground: Ground) -> str:
    """Return what is measured on: the machine, the date, the versions."""
    server = ground.versions()
    return (
        f"{time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}, {os.cpu_count()} CPUs, {platform.machine()}, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"PostgreSQL {server['server_version']} (fsync {server['fsync']}, synchronous_commit "
        f"{server['synchronous_commit']}, shared_buffers {server['shared_buffers']}); "
        f"{'a quick run: ' if ground.quick else ''}{ground.scale * 1000:,} customers, {ground.scale * 500:,} forms"
    )


def keep(results: Iterable[Result], about: str, *, quick: bool) -> None:
    """Write the figures to `build/bench/`: as a table, and as JSON."""
    folder = ROOT / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    name = "quick" if quick else "latest"
    found = list(results)
    (folder / f"{name}.md").write_text(f"{about}\n\n{table.markdown(found)}", encoding="utf-8")
    plain = [
        {**asdict(each), "ratios": [[asdict(reach), ratio] for reach, ratio in each.ratios]} for each in found
    ]
    (folder / f"{name}.json").write_text(
        json.dumps({"about": about, "lines": plain}, indent=1), encoding="utf-8"
    )


if __name__ == "__main__":
    sys.exit(main())
