"""Imports go down: between the apps, between the parts of gcc_portal, and between the parts of each app.

The layers stand in pyproject.toml; import-linter reads every import, also those inside functions.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ["apps", "gcc_portal", "partners", "customers", "orders"]
ALL_KEPT = re.compile(r"^(?P<name>\S+) (?P<how>KEPT|BROKEN)", re.MULTILINE)


@pytest.fixture(scope="module")
def report() -> str:
    """What import-linter says of all contracts."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", CONTRACTS)
def test_imports_go_down(report: str, name: str) -> None:
    kept = dict(ALL_KEPT.findall(report))
    assert set(kept) == set(CONTRACTS), report
    broken = report.partition("Broken contracts")[2]
    mine = re.search(rf"^{name}\n-+\n(.*?)(?=^\w+\n-+$|\Z)", broken, re.MULTILINE | re.DOTALL)
    assert kept[name] == "KEPT", mine.group(1) if mine else broken
