"""make run: starts, keeps its data, says what is in the way, and ends with everything that it started."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request

import psutil
import pytest

from .checkout import PATIENCE, Checkout, free_port, lives, until

pytestmark = pytest.mark.slow


def names(processes: list[psutil.Process]) -> str:
    return " ".join(" ".join(process.cmdline()) for process in processes if lives(process))


def test_it_starts_every_part_and_says_where_to_go(checkout: Checkout) -> None:
    port = free_port()
    portal = checkout.up(port=port)
    text = portal.text()
    assert (
        text.index("Services ready: PostgreSQL, Valkey")
        < text.index("Migrations done")
        < text.index("Demo story")
    )
    assert (
        f"The portal is at http://127.0.0.1:{port}/ - sign in as admin@contoso.example, password demo" in text
    )
    assert text.count("sign in as") == 1
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
        assert page.read() == b"here"
    running = names(portal.started)
    for part in (
        "postgres",
        "valkey",
        "gunicorn",
        "celery -A gcc_portal worker",
        "celery -A gcc_portal beat",
    ):
        assert part in running


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_it_started_and_nothing_else(checkout: Checkout, number: int) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        portal = checkout.up()
        portal.process.send_signal(number)
        assert portal.process.wait(PATIENCE) == 0
        assert not [process for process in portal.started if lives(process)]
        assert bystander.poll() is None
        assert not (checkout.var / "run").exists()
        assert not (checkout.var / "addresses.json").exists()
    finally:
        bystander.communicate()


def test_ctrl_c_at_the_terminal_reaches_the_whole_group_and_still_ends_in_order(checkout: Checkout) -> None:
    portal = checkout.up("make", "run")
    os.killpg(portal.process.pid, signal.SIGINT)
    portal.process.wait(PATIENCE)
    portal.nothing_left()
    assert "Stopping" in portal.text()
    assert "ended by itself" not in portal.text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_make_alone_ends_everything(checkout: Checkout, number: int) -> None:
    portal = checkout.up("make", "run")
    assert portal.process.pid != portal.started[0].pid
    portal.process.send_signal(number)
    portal.process.wait(PATIENCE)
    portal.nothing_left()


def test_killing_the_supervisor_ends_everything_and_the_next_one_starts_with_the_data(
    checkout: Checkout,
) -> None:
    portal = checkout.up()
    assert checkout.result("manage", "--", sys.executable, "manage.py", "add", "two")[0] == 0
    portal.process.kill()
    portal.process.wait()
    again = checkout.up()  # at once: it waits for what is left of the first by itself
    portal.nothing_left()
    code, chapters = checkout.result("manage", "--", sys.executable, "manage.py", "chapters")
    assert (code, chapters.strip()) == (0, "one,two")
    again.process.terminate()
    assert again.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("part", ["postgres", "valkey", "gunicorn", "celery -A gcc_portal worker"])
def test_a_part_that_dies_ends_the_rest_and_is_named(checkout: Checkout, part: str) -> None:
    portal = checkout.up()
    supervisor = psutil.Process(portal.process.pid)
    next(p for p in supervisor.children() if part in " ".join(p.cmdline())).kill()
    assert portal.process.wait(PATIENCE) == 1
    portal.nothing_left()
    named = {
        "postgres": "PostgreSQL",
        "valkey": "Valkey",
        "gunicorn": "The web server",
        "celery -A gcc_portal worker": "The worker",
    }
    assert f"{named[part]} ended by itself" in portal.text()


def test_a_second_one_at_the_same_time_says_so_and_leaves_the_first_alone(checkout: Checkout) -> None:
    first = checkout.up(port=(port := free_port()))
    code, said = checkout.result("run")
    assert code == 1
    assert said.strip().count("\n") == 0
    assert f"http://127.0.0.1:{port}/" in said
    code, said = checkout.result("reset")
    assert code == 1
    assert "Already in use" in said
    assert first.process.poll() is None
    assert not [process for process in first.started if not lives(process)]


def test_a_second_run_keeps_the_data_and_reset_starts_over(checkout: Checkout) -> None:
    add = ("manage", "--", sys.executable, "manage.py", "add", "two")
    for expected in ("one", "one,two"):
        portal = checkout.up()
        _, chapters = checkout.result("manage", "--", sys.executable, "manage.py", "chapters")
        assert chapters.strip() == expected
        portal.process.terminate()
        portal.process.wait(PATIENCE)
        if expected == "one":
            assert checkout.result(*add)[0] == 0  # on servers of its own, the portal being stopped
    assert checkout.result("reset")[0] == 0
    assert sorted(path.name for path in checkout.var.iterdir()) == ["lock", "lock.services"]
    checkout.up()
    _, chapters = checkout.result("manage", "--", sys.executable, "manage.py", "chapters")
    assert chapters.strip() == "one"


def test_a_taken_port_is_named_before_anything_is_set_up(checkout: Checkout) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = checkout.result("run", port=port)
    assert code == 1
    assert f"Port {port} is taken" in said
    assert "Migrations" not in said


@pytest.mark.parametrize("port", ["none", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(checkout: Checkout, port: str) -> None:
    code, said = checkout.result("run", PORT=port)
    assert code == 1
    assert "PORT must be a number from 1 to 65535" in said


def test_a_failing_migration_is_shown_and_nothing_is_left(checkout: Checkout) -> None:
    code, said = checkout.result("run", BREAK="migrate")
    assert code == 1
    assert "Migrations failed" in said
    assert "the table is in the way" in said
    until(lambda: not (checkout.var / "run").exists(), "the run folder is gone")


def test_static_files_are_collected_when_something_changed_and_not_each_time(checkout: Checkout) -> None:
    sheet = checkout.folder / "static" / "app.css"
    sheet.parent.mkdir()

    def collects() -> bool:
        portal = checkout.up()
        portal.process.terminate()
        portal.process.wait(PATIENCE)
        return "Static files done" in portal.text()

    assert collects()
    assert not collects()
    sheet.write_text("a {}")
    assert collects()
    sheet.write_text("b {}", encoding="utf-8")
    os.utime(sheet, (1, 1))
    assert collects()
    shutil.rmtree(checkout.var / "static")
    assert collects()
    assert not collects()


def test_static_files_that_were_not_collected_to_the_end_are_collected_again(checkout: Checkout) -> None:
    code, said = checkout.result("run", BREAK="collectstatic")
    assert code == 1
    assert "Static files failed" in said
    assert "a style sheet names a file that is not there" in said
    assert "Static files done" in checkout.up().text()


def test_the_programs_are_told_where_the_static_files_are(checkout: Checkout) -> None:
    portal = checkout.up()
    web = next(process for process in portal.started if "gunicorn" in " ".join(process.cmdline()))
    assert web.environ()["STATIC_ROOT"] == str(checkout.var / "static")
    assert web.environ()["PORTAL_DEMO"] == "1"


def test_servers_that_are_named_are_used_and_no_own_ones_started(checkout: Checkout) -> None:
    portal = checkout.up()
    addresses = json.loads((checkout.var / "addresses.json").read_text())
    other = checkout.embedded(
        "run",
        DATABASE_URL=addresses["DATABASE_URL"],
        REDIS_URL=addresses["REDIS_URL"],
        PORTAL_DATA_DIR=str(checkout.folder / "other"),
        SECRET_KEY="given",
    )
    other.wait_for("The portal is at")
    running = names(other.remember())
    assert "gunicorn" in running
    assert "postgres" not in running
    assert "valkey" not in running
    assert "Demo story" not in other.text()
    assert "sign in as" not in other.text()
    other.process.terminate()
    assert other.process.wait(PATIENCE) == 0
    assert portal.process.poll() is None, portal.text()
