"""The bench: its command line names its lines, each of them is there, and the whole check runs them."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import ground
from bench.__main__ import MODULES
from bench.web import Failed

from .checkout import ROOT


def test_the_command_line_lists_the_lines() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bench", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert ", ".join(MODULES) in " ".join(told.stdout.split())
    assert "--quick" in told.stdout


@pytest.mark.parametrize("name", MODULES)
def test_every_module_of_lines_offers_them(name: str) -> None:
    """Importing one starts nothing: no server is there yet."""
    assert callable(importlib.import_module(f"bench.lines.{name}").lines)


def test_every_file_of_lines_is_named_on_the_command_line() -> None:
    there = {path.stem for path in (ROOT / "bench" / "lines").glob("[!_]*.py")}
    assert there >= set(MODULES)
    offering = {name for name in there if hasattr(importlib.import_module(f"bench.lines.{name}"), "lines")}
    assert offering == set(MODULES)


def test_the_whole_check_ends_with_a_quick_bench() -> None:
    """After the tests, with no terminal to ask; `set -e` lets a test that fails end it before."""
    script = (ROOT / ".ci" / "run").read_text()
    assert script.index("make test </dev/null") < script.index("make bench-quick </dev/null")
    assert "set -euo pipefail" in script


@pytest.mark.parametrize(("target", "quick"), [("bench", False), ("bench-quick", True)])
def test_make_runs_the_bench_on_servers_that_keep_what_they_commit(target: str, quick: bool) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    told = subprocess.run(
        ["make", "--dry-run", target, "ARGS=orders api", f"PYTHON={sys.executable}"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    setup, run = told.stdout.strip().splitlines()[-2:]
    assert setup.endswith("tools/setup.py base assets bench")
    assert " exec --durable --redis-for scale1,scale10 -- " in run
    assert re.search(r"-m bench( --quick)? orders api$", run)
    assert ("--quick" in run) == quick


def test_a_peer_that_was_never_installed_is_told_with_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ground, "PEER_PYTHON", tmp_path / ".venv-bench" / "bin" / "python")
    with pytest.raises(Failed, match="make setup-bench"):
        ground.python_of(peer=True)
    assert ground.python_of(peer=False) == ground.PRODUCT_PYTHON
