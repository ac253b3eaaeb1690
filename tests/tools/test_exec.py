"""exec: one command on fresh servers, its exit code, and nothing left however it ends."""

import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from .checkout import PATIENCE, Checkout, until

pytestmark = pytest.mark.slow

USE_BOTH = """
import os, psycopg2, redis
cursor = psycopg2.connect(os.environ["DATABASE_URL"]).cursor()
cursor.execute("SELECT current_setting('server_version_num')::int / 10000, current_setting('fsync')")
print(*cursor.fetchone(), redis.Redis.from_url(os.environ["REDIS_URL"]).ping())
"""
WAIT = "import signal; print('up', flush=True); signal.pause()"


@pytest.fixture(autouse=True)
def own_temporary_folder(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="devkit-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("code", [0, 1, 5, 77])
def test_it_returns_the_exit_code_of_the_command(
    checkout: Checkout, own_temporary_folder: Path, code: int
) -> None:
    assert checkout.result("exec", "--", "sh", "-c", f"exit {code}")[0] == code
    assert left(own_temporary_folder) == []


def test_both_servers_are_there_fresh_and_quick(checkout: Checkout) -> None:
    code, said = checkout.result("exec", "--", sys.executable, "-c", USE_BOTH)
    assert (code, said.strip()) == (0, "18 off True")


def test_servers_that_the_environment_names_are_not_touched(checkout: Checkout) -> None:
    command = ("exec", "--redis-for", "gw0", "--", "env")
    _, said = checkout.result(
        *command,
        DATABASE_URL="postgresql://real/x",
        REDIS_URL="redis://real",
        EMAIL_URL="smtp://real",
        PGHOST="real",
    )
    assert "real" not in said
    assert "REDIS_URL_GW0=unix://" in said


def test_a_command_that_does_not_exist(checkout: Checkout, own_temporary_folder: Path) -> None:
    code, said = checkout.result("exec", "--", "no-such-command")
    assert code == 127
    assert "no-such-command" in said
    assert left(own_temporary_folder) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_it_ends_the_command_and_the_servers(
    checkout: Checkout, own_temporary_folder: Path, number: int
) -> None:
    running = checkout.embedded("exec", "--", sys.executable, "-c", WAIT)
    running.wait_for("up")
    assert len(running.remember()) >= 4
    running.process.send_signal(number)
    assert running.process.wait(PATIENCE) == (-number if number == signal.SIGKILL else 128 + number)
    running.nothing_left()
    until(lambda: left(own_temporary_folder) == [], "its folder is gone")


def test_when_who_started_it_is_killed_all_of_it_ends(checkout: Checkout, own_temporary_folder: Path) -> None:
    starter = (
        "import subprocess, sys\n"
        f"subprocess.run([sys.executable, '-m', 'tools.devserver', 'exec', '--', sys.executable, '-c', {WAIT!r}])"
    )
    running = checkout.start(sys.executable, "-c", starter)
    running.wait_for("up")
    assert len(running.remember()) >= 5
    running.process.kill()
    running.process.wait()
    running.nothing_left()
    until(lambda: left(own_temporary_folder) == [], "its folder is gone")


def test_a_server_that_dies_fails_the_command(checkout: Checkout) -> None:
    running = checkout.embedded("exec", "--", sys.executable, "-c", WAIT)
    running.wait_for("up")
    running.remember()
    next(p for p in psutil.Process(running.process.pid).children() if p.name().startswith("valkey")).kill()
    assert running.process.wait(PATIENCE) == 1
    assert "Valkey ended while the command ran" in running.text()
    running.nothing_left()


def test_two_at_a_time_do_not_meet(checkout: Checkout) -> None:
    both = [checkout.embedded("exec", "--", sys.executable, "-c", USE_BOTH) for _ in range(2)]
    assert [running.process.wait(PATIENCE) for running in both] == [0, 0]
