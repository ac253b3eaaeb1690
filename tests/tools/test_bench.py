"""The bench: its command line names the lines of its table, each of them is complete, and the whole check runs them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import processes
from bench.__main__ import KEYS
from bench.client import Failed
from bench.table import PATHS

from .checkout import ROOT


def test_the_command_line_lists_the_lines() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert ", ".join(KEYS) in " ".join(done.stdout.split())
    assert "--smoke" in done.stdout


@pytest.mark.parametrize("key", PATHS)
def test_every_path_has_a_floor_and_reaches_between_its_contestants(key: str) -> None:
    path = PATHS[key]
    assert {"product", "floor"} <= set(path.ways)
    assert path.reaches
    assert {name for reach in path.reaches for name in (reach.of, reach.over)} <= set(path.ways)


def test_the_whole_check_ends_with_a_smoke_run() -> None:
    """After the tests, with no terminal to ask; `set -e` lets a test that fails end it before."""
    script = (ROOT / ".ci" / "run").read_text()
    assert script.index("make test </dev/null") < script.index("make bench-smoke </dev/null")
    assert "set -euo pipefail" in script


@pytest.mark.parametrize(("target", "smoke"), [("bench", False), ("bench-smoke", True)])
def test_make_runs_the_bench_on_servers_that_keep_what_they_commit(target: str, smoke: bool) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(
        ["make", "--dry-run", target, "ARGS=submit queue", f"PYTHON={sys.executable}"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    setup, run = done.stdout.strip().splitlines()[-2:]
    assert setup.endswith("tools/setup.py base assets bench")
    assert " exec --durable --redis-for scale1,scale10 -- " in run
    assert re.search(r"-m bench( --smoke)? submit queue$", run)
    assert ("--smoke" in run) == smoke


def test_peers_that_are_not_installed_are_named_with_what_installs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PEER_PYTHON", tmp_path / ".venv-bench" / "bin" / "python")
    for side in (processes.PEERS, processes.OSCAR):
        with pytest.raises(Failed, match="make setup-bench"):
            processes.python_of(side)
    assert processes.python_of(processes.FLOOR) == processes.PRODUCT_PYTHON
