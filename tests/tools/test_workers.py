"""Tests in parallel: each worker has a Redis of its own, and the demanding tests are all in one worker."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .checkout import ROOT

pytestmark = pytest.mark.slow

SUITE = """
import os, pytest

@pytest.mark.parametrize("number", range(6))
@pytest.mark.{mark}
def test_it(number):
    worker = os.environ["PYTEST_XDIST_WORKER"]
    assert os.environ["REDIS_URL"] == f"redis://{{worker}}"
"""


def test_marked_tests_and_the_browser_folder_go_to_one_worker(tmp_path: Path) -> None:
    for folder, mark in {
        "one": "slow",
        "two": "concurrency",
        "browser": "filterwarnings",
        "rest": "filterwarnings",
    }.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"test_{folder}.py").write_text(SUITE.format(mark=mark))
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  slow\n  concurrency\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment |= {"PYTHONPATH": str(ROOT), "REDIS_URL_GW0": "redis://gw0", "REDIS_URL_GW1": "redis://gw1"}
    plugins = ("-p", "no:valkey", "-p", "no:django", "-p", "tools.devserver.pytest_workers")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-n", "2", "--dist", "loadgroup", *plugins, str(tmp_path)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    ran = re.findall(r"\[(gw\d)\].*PASSED (\w+)/", done.stdout)
    assert len(ran) == 24
    assert len({worker for worker, folder in ran if folder != "rest"}) == 1
    assert len({worker for worker, _ in ran}) == 2
