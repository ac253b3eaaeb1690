"""A whole portal for the browser tests: its own database with the demo story, web server, worker and beat."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from gcc_portal.core import env
from tools.devserver import chromium

ROOT = Path(__file__).resolve().parents[2]
NAME = "portal_story"
READY = 150  # seconds; a busy machine is no failure
WAIT = 45_000  # milliseconds until something is on a page
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
BROWSER = chromium.find()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands here; skip it in one line where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if BROWSER is None:
                item.add_marker(pytest.mark.skip(reason=chromium.HOW_TO_GET_IT))


@dataclass(frozen=True)
class Story:
    """A running portal."""

    url: str
    database: str
    log: Path


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server(database: str) -> dict[str, Any]:
    """Return psycopg2's arguments for a database of the server that the tests run on."""
    given = env.database(os.environ["DATABASE_URL"])
    return {
        "dbname": database,
        "user": given["USER"],
        "password": given["PASSWORD"] or None,
        "host": given["HOST"],
        "port": given["PORT"] or None,
    }


def run_sql(database: str, *statements: str) -> None:
    """Run statements outside a transaction."""
    link = psycopg2.connect(**server(database))
    link.autocommit = True
    with link.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    link.close()


def environment(port: int, media: Path) -> dict[str, str]:
    """Return what the portal's processes are given: a demo with a desk that answers in two seconds."""
    url = os.environ["DATABASE_URL"].replace("/portal?", f"/{NAME}?")
    if url == os.environ["DATABASE_URL"]:
        url = url.rsplit("/", 1)[0] + f"/{NAME}"
    return os.environ | {
        "DATABASE_URL": url,
        "PORT": str(port),
        "PORTAL_URL": f"http://127.0.0.1:{port}/",
        "PORTAL_DEMO": "1",
        "DEBUG": "0",
        "INTAKE_DESK_PACE": "2",
        "SWEEP_SECONDS": "1",
        "MAIL_RETRY": "1",
        "MEDIA_ROOT": str(media),
        "PUBLIC_START_RATE": "1000/m/ip",
        "LOG_LEVEL": "WARNING",
    }


def programs(port: int, folder: Path) -> list[list[str]]:
    """Return the command lines of web server, worker and beat."""
    web = ["gunicorn", "gcc_portal.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    celery = ["celery", "-A", "gcc_portal"]
    return [
        [*web, "--threads", "4", "--no-control-socket"],
        [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
        [*celery, "beat", "--loglevel", "WARNING", "--pidfile=", "-s", str(folder / "beat")],
    ]


def wait_ready(url: str, started: list[subprocess.Popen[bytes]], log: Path) -> None:
    """Wait until every part of the portal says that it is ready."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + READY
    while time.monotonic() < deadline and all(each.poll() is None for each in started):
        try:
            with opener.open(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the portal did not become ready:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="package")
def story() -> Iterator[Story]:
    """Run the portal with the demo story until the last of these tests is over."""
    folder = Path(tempfile.mkdtemp(prefix="story-"))
    port, log = free_port(), folder / "log"
    given = environment(port, folder / "media")
    run_sql("postgres", f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    with log.open("wb") as out:
        common: dict[str, Any] = {"cwd": ROOT, "env": given, "stdout": out, "stderr": subprocess.STDOUT}
        for command in (["migrate", "-v0", "--skip-checks"], ["load_demo", "--skip-checks"]):
            subprocess.run([sys.executable, "manage.py", *command], check=True, **common)
        started = [
            subprocess.Popen([sys.executable, "-m", *command], start_new_session=True, **common)
            for command in programs(port, folder)
        ]
        try:
            wait_ready(f"http://127.0.0.1:{port}", started, log)
            yield Story(f"http://127.0.0.1:{port}", NAME, log)
        finally:
            for each in reversed(started):
                each.terminate()
            for each in started:
                try:
                    each.wait(15)
                except subprocess.TimeoutExpired:
                    each.kill()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def story_db(story: Story, django_db_blocker: Any) -> Iterator[None]:
    """Let the test ask the story's database through the ORM."""
    with django_db_blocker.unblock():
        before = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = story.database
        yield
        connection.close()
        connection.settings_dict["NAME"] = before


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The one browser of these tests."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Window:
    """A person's browser window: pages in it fail the test on a script error or a break of the security policy."""

    context: BrowserContext
    page: Page
    problems: list[str]


# A break is a problem of the page that it happens on, also when the next page has been loaded since.
WATCH = """
window.__csp = [];
document.addEventListener("securitypolicyviolation", (event) => {
    const broken = event.violatedDirective + " " + event.blockedURI;
    window.__csp.push(broken);
    console.error("security policy: " + broken);
});
"""


def complaint(message: ConsoleMessage) -> list[str]:
    """Return what the browser complains of. That a page was refused is no complaint: the test looks at the page."""
    return [message.text] if message.type == "error" and "status of 4" not in message.text else []


def missing_part(answer: Response) -> list[str]:
    """Return a style sheet, script, font or picture that a page asked for and did not get."""
    is_part = answer.request.resource_type not in ("document", "xhr", "fetch")
    return [f"{answer.url}: {answer.status}"] if is_part and answer.status >= 400 else []


@pytest.fixture
def window(browser: Browser, story: Story, story_db: None) -> Iterator[Any]:
    """Return a maker of windows: `window()` or `window(width=375)`; each person has one of their own."""
    opened: list[Window] = []

    def open_one(width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=story.url, **options)
        context.set_default_timeout(WAIT)
        if options.get("java_script_enabled", True):
            context.add_init_script(WATCH)
        page = context.new_page()
        made = Window(context, page, [])
        page.on("pageerror", lambda error: made.problems.append(str(error)))
        page.on("console", lambda message: made.problems.extend(complaint(message)))
        page.on("response", lambda answer: made.problems.extend(missing_part(answer)))
        opened.append(made)
        return page

    yield open_one
    for each in opened:
        problems = list(each.problems)
        each.context.close()
        assert problems == []
