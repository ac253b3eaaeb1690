#!/usr/bin/env python3
"""Mutation tests: whether the tests notice changes in the gates, the services and the state machine.

``make mutants`` changes one place at a time (a condition negated, a bound moved, ``and`` and ``or`` swapped, an item or
a starred rule left out, a return emptied), runs the tests that call the changed function, fastest first, until one
fails, and prints for each change which test failed. ``N=200 SEED=9 TESTS=tests`` are the defaults. Which tests call
which function is measured once, by running all that need no process of their own, and kept in build/mutants/;
``--fresh`` measures it again.

The changes are made in memory: existing functions get other code, so that nothing is imported or collected again.
"""

import argparse
import ast
import gc
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "mutants"
TARGETS = ("*/gates/**/*.py", "*/services/**/*.py", "gcc_portal/*/gates.py", "gcc_portal/core/machine.py")
QUICK = "not slow and not browser and not concurrency"
WORKERS, ENOUGH = 2, 95  # processes; per cent of the mutants that the tests must notice
PATIENCE, ALL_TESTS = 60, 90.0  # seconds for one test, and for all tests of one mutant
BOUNDS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
BOUNDS |= {ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
Change = Callable[[], None]


def changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Yield the changes that can be made at a node: a name, and a function that makes the change."""
    if isinstance(node, ast.If | ast.IfExp):
        yield "condition negated", lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.comprehension) and node.ifs:
        yield "filter dropped", lambda: node.ifs.clear()
    if isinstance(node, ast.BoolOp):
        swapped = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and/or swapped", lambda: setattr(node, "op", swapped)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in BOUNDS:
        other = BOUNDS[type(node.ops[0])]()
        yield "comparison moved", lambda: node.ops.__setitem__(0, other)
    if isinstance(node, ast.List) and node.elts and isinstance(node.ctx, ast.Load):
        place = next((n for n, each in enumerate(node.elts) if isinstance(each, ast.Starred)), 0)
        yield "item dropped", lambda: node.elts.pop(place)
    if isinstance(node, ast.Return) and node.value is not None and not is_empty(node.value):
        empty: ast.expr = ast.List([], ast.Load()) if is_list(node.value) else ast.Constant(None)
        yield "return emptied", lambda: setattr(node, "value", empty)


def is_list(node: ast.expr) -> bool:
    """Return whether this is written as a list."""
    return isinstance(node, ast.List | ast.ListComp)


def is_empty(node: ast.expr) -> bool:
    """Return whether this is the constant None or an empty list."""
    return (isinstance(node, ast.Constant) and node.value is None) or (
        isinstance(node, ast.List) and not node.elts
    )


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield each function and method of a module with its qualified name."""
    for node in tree.body:
        for each in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (f"{node.name}.{each.name}" if isinstance(node, ast.ClassDef) else each.name), each


def targets() -> list[str]:
    """Return the paths of the files that are mutated."""
    return sorted({str(path.relative_to(ROOT)) for glob in TARGETS for path in ROOT.glob(glob)})


def sites(path: str, tree: ast.Module) -> Iterator[tuple[dict[str, Any], Change]]:
    """Yield every mutant of a file, each with the function that makes it in this tree."""
    for name, function in functions(tree):
        found = [(node, *each) for node in body_nodes(function) for each in changes(node)]
        for index, (node, what, change) in enumerate(found):
            line = getattr(node, "lineno", function.lineno)  # type: ignore[attr-defined]
            yield {"file": path, "function": name, "index": index, "line": line, "what": what}, change


def body_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body; changed defaults, annotations and decorators would have no effect."""
    for statement in function.body:  # type: ignore[attr-defined]
        yield from ast.walk(statement)


def codes(code: CodeType) -> Iterator[CodeType]:
    """Yield a code object and those inside it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from codes(inner)


class Swapper:
    """Replaces the code of existing functions."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, str, int], list[FunctionType]] = defaultdict(list)
        paths = {str(ROOT / path): path for path in targets()}
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and (path := paths.get(each.__code__.co_filename)):
                self.functions[path, each.__code__.co_qualname, each.__code__.co_firstlineno].append(each)

    def swap(
        self, path: str, tree: ast.Module, only: str | None = None
    ) -> list[tuple[FunctionType, CodeType]]:
        """Put a file's code in place, or that of the function `only`. Returns the functions with their old code."""
        before = []
        for code in codes(compile(ast.fix_missing_locations(tree), str(ROOT / path), "exec")):
            if only is None or code.co_qualname == only or code.co_qualname.startswith(f"{only}.<locals>"):
                for function in self.functions.get((path, code.co_qualname, code.co_firstlineno), []):
                    if len(function.__code__.co_freevars) == len(code.co_freevars):
                        before.append((function, function.__code__))
                        function.__code__ = code
        return before


class Plugin:
    """Takes the place of pytest's own loop: makes the map of one half of the tests, or runs one half of the mutants."""

    def __init__(self, mode: str, number: int, mutants: list[dict[str, Any]]) -> None:
        self.mode, self.number, self.mutants = mode, number, mutants
        self.hits: set[str] = set()
        self.failed = False

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note whether something failed."""
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: Any) -> bool:
        """Do the work of this process."""
        signal.signal(signal.SIGALRM, too_long)
        self.anchor = next(item for item in session.items if "test_architecture" in item.nodeid)
        found = self.map(session) if self.mode == "map" else self.run(session)
        (KEPT / f"{self.mode}-{self.number}.json").write_text(json.dumps(found))
        session._setupstate.teardown_exact(None)
        return True

    def passes(self, item: Any, following: Any) -> bool:
        """Return whether a test passes; `following` is the one after it, whose fixtures stay."""
        from _pytest.runner import runtestprotocol

        self.failed = False
        item._initrequest()
        signal.alarm(PATIENCE)
        runtestprotocol(item, nextitem=following, log=True)
        signal.alarm(0)
        return not self.failed

    def map(self, session: Any) -> dict[str, list[tuple[str, float]]]:
        """Return the tests that call each function, with their seconds."""
        import builtins

        builtins.__hit__ = self.hits.add  # type: ignore[attr-defined]
        swapper = Swapper()
        for path in targets():
            tree = ast.parse((ROOT / path).read_text())
            for name, function in functions(tree):
                function.body.insert(0, ast.parse(f"__hit__({f'{path}:{name}'!r})").body[0])  # type: ignore[attr-defined]
            swapper.swap(path, tree)
        found: dict[str, list[tuple[str, float]]] = defaultdict(list)
        modules = sorted({item.path for item in session.items})
        items = [item for item in session.items if modules.index(item.path) % WORKERS == self.number]
        for item, following in zip(items, [*items[1:], self.anchor], strict=True):
            self.hits.clear()
            began = time.monotonic()
            if self.passes(item, following):
                for hit in self.hits:
                    found[hit].append((item.nodeid, round(time.monotonic() - began, 3)))
        return found

    def run(self, session: Any) -> list[dict[str, Any]]:
        """Return the mutants of this process with the test that noticed each, "" for none."""
        covering = json.loads((KEPT / "map.json").read_text())
        results: list[dict[str, Any]] = []
        items, swapper = {item.nodeid: item for item in session.items}, Swapper()
        for mutant in self.mutants[self.number :: WORKERS]:
            tree = ast.parse((ROOT / mutant["file"]).read_text())
            next(change for found, change in sites(mutant["file"], tree) if found == mutant)()
            before = swapper.swap(mutant["file"], tree, mutant["function"])
            named = covering.get(f"{mutant['file']}:{mutant['function']}", [])
            tests = [name for name, _seconds in named if name in items] if before else []
            killer, ran = self.first_to_fail([items[name] for name in tests])
            for function, code in before:
                function.__code__ = code
            result = {**mutant, "killer": killer, "ran": ran, "of": len(tests)}
            results.append(result)
            print(f"{'killed' if killer else 'ALIVE '} {report_line(result)}", flush=True)
        return results

    def first_to_fail(self, items: list[Any]) -> tuple[str, int]:
        """Return the name of the first test that fails, "" for none, and how many were run."""
        end = time.monotonic() + ALL_TESTS
        killer = ""
        for number, item in enumerate(items, 1):
            if not self.passes(item, items[number] if number < len(items) else self.anchor):
                killer = item.nodeid
            if killer or time.monotonic() > end:
                # Module fixtures may have been made by the changed code.
                item.session._setupstate.teardown_exact(self.anchor)
                return killer, number
        return "", len(items)


def too_long(_number: int, _frame: FrameType | None) -> None:
    """Fail a test that runs too long, such as one in an endless loop made by a change."""
    raise TimeoutError("the test takes too long")


def report_line(result: dict[str, Any]) -> str:
    """Return the report's line of a mutant."""
    by = (
        f"by {result['killer']}"
        if result["killer"]
        else f"though {result['ran']} of {result['of']} tests ran"
    )
    return f"{result['file']}:{result['line']} {result['function']}: {result['what']} {by}"


def in_processes(mode: str) -> list[Any]:
    """Run each half of the work in a process with its own database and Redis. Returns the results of both."""
    running = []
    for number in range(WORKERS):
        environment = os.environ | {
            "DATABASE_URL": os.environ["DATABASE_URL"].replace("/portal?", f"/mutants{number}?"),
            "REDIS_URL": os.environ.get(f"REDIS_URL_GW{number}", os.environ["REDIS_URL"]),
        }
        command = [sys.executable, "-m", "tools.mutants", "--inside", mode, str(number)]
        with (KEPT / f"{mode}-{number}.log").open("w") as log:
            running.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log))
    if any([process.wait() for process in running]):
        raise SystemExit("a process of the mutants failed")
    return [json.loads((KEPT / f"{mode}-{number}.json").read_text()) for number in range(WORKERS)]


def inside(mode: str, number: int) -> int:
    """Do the work of one of those processes. Returns 0 when it was done, whether tests failed or not."""
    import pytest

    plugin = Plugin(mode, number, json.loads((KEPT / "chosen.json").read_text()))
    tests = os.environ.get("TESTS", "tests").split()
    options = [*tests, "-m", QUICK, "-q", "--create-db"]
    return 0 if pytest.main(options, plugins=[plugin]) in (0, 1) else 1


def main() -> int:
    """Choose, find the map, run, print. Returns 1 when too few mutants were noticed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--inside", nargs=2)
    given = parser.parse_args()
    if given.inside:
        return inside(given.inside[0], int(given.inside[1]))
    KEPT.mkdir(parents=True, exist_ok=True)
    every = [
        site for path in targets() for site, _change in sites(path, ast.parse((ROOT / path).read_text()))
    ]
    chosen = random.Random(given.seed).sample(every, min(given.n, len(every)))  # noqa: S311
    (KEPT / "chosen.json").write_text(json.dumps(chosen))
    # Names and lines of another state of the code would match no test.
    digest = hashlib.sha256(b"".join((ROOT / path).read_bytes() for path in targets())).hexdigest()
    made_for = KEPT / "map.digest"
    if given.fresh or not made_for.exists() or made_for.read_text() != digest:
        found: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for half in in_processes("map"):
            for name, tests in half.items():
                found[name] += tests
        ordered = {name: sorted(tests, key=lambda each: each[1]) for name, tests in found.items()}
        (KEPT / "map.json").write_text(json.dumps(ordered))
        made_for.write_text(digest)
    results = sorted(
        [each for half in in_processes("run") for each in half], key=lambda each: (each["file"], each["line"])
    )
    killed = [each for each in results if each["killer"]]
    lines = [f"{'killed' if each in killed else 'ALIVE '} {report_line(each)}" for each in results]
    lines.append(
        f"{len(killed)} of {len(results)} mutants were noticed (of {len(every)} there are; seed {given.seed})."
    )
    (KEPT / "report.txt").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    return 0 if len(killed) * 100 >= ENOUGH * len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
