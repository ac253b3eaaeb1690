"""Growth: the product's own paths at 1, 10 and 100 times the rows. What is asked of the database must not grow at all.

A module of lines takes part by offering `products(ground, stack, scale)`: its paths on the database of a scale.
"""

import importlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace

from bench.core import Contestant, Fact, Line, Reach
from bench.ground import Ground

MODULES = ("orders", "intake", "customers", "review", "catalog", "export", "api")
QUICK = ("review",)  # enough to see that the line runs
MOST = 1.5


def lines(ground: Ground, stack: ExitStack) -> Iterator[Line]:
    """Yield a line for each path of each module; a module's servers end before the next one's begin."""
    for name in QUICK if ground.quick else MODULES:
        module = importlib.import_module(f"bench.lines.{name}")
        if not hasattr(module, "products"):
            continue
        with ExitStack() as servers:
            found: dict[int, Mapping[str, Contestant]] = {
                scale: module.products(ground, servers, scale) for scale in ground.scales
            }
            for key in found[ground.scale]:
                yield _line(key, {scale: paths[key] for scale, paths in found.items()})


def _line(key: str, paths: Mapping[int, Contestant]) -> Line:
    least, most = min(paths), max(paths)
    named = [
        replace(path, name=f"{scale}x", label=f"{scale:,},000 customers") for scale, path in paths.items()
    ]
    return Line(
        f"growth-{key}",
        f"growth: {paths[most].label}",
        named,
        [Reach(f"{most}x", f"{least}x", at_most=MOST)],
        repeats=5,
        facts=lambda: [_statements(paths)],
    )


def _statements(paths: Mapping[int, Contestant]) -> Fact:
    asked = {scale: sum(path.sql().values()) for scale, path in paths.items() if path.sql is not None}
    said = ", ".join(f"{count} at {scale}x" for scale, count in asked.items()) or "not counted"
    return Fact("statements", said, "the same", len(set(asked.values())) <= 1)
