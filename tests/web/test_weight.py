"""What pages weigh over the wire, from the web server as it stands in production."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client as DjangoClient
from django.utils import timezone

from gcc_portal.core.people.models import User
from gcc_portal.intake.models import IntakeForm
from orders.models import Order
from partners.models import Partner
from tests import factories
from tests.webserver import Client, Server, served

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Host": "127.0.0.1"}
LIST, FIRST, LATER = 40_000, 180_000, 15_000  # bytes
SHOWN = re.compile(r'(?:src|href)="(/static/[^"#]+)["#]')
NAMED = re.compile(r"url\([\"']?([^)\"']+)")
# What every page shows of the families that the style sheets name: the text's, plain and bold, and the codes'.
FONTS = ("sourcesanspro-regular-webfont", "sourcesanspro-bold-webfont", "roboto-mono-v5-latin-regular")


def _production(static: Path) -> dict[str, str]:
    """Return the settings of a portal that others can reach, on the test's database."""
    database = (
        urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    )
    return {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "gcc_portal.settings",
        "PORTAL_DEMO": "0",
        "DEBUG": "0",
        "SECRET_KEY": settings.SECRET_KEY,
        "PORTAL_URL": "http://127.0.0.1/",
        "STATIC_ROOT": str(static),
        "LOG_LEVEL": "WARNING",
    }


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the static files, named by their content and compressed."""
    if not (ROOT / "build" / "assets" / "portal.js").is_file():
        pytest.skip("the front-end assets are not built: make setup")
    folder = tmp_path_factory.mktemp("static")
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=_production(folder), check=True)
    return folder


@pytest.fixture(scope="module")
def running(
    static: Path, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Server]:
    """A gunicorn in production settings."""
    with django_db_blocker.unblock():
        environment = _production(static)
    with served(tmp_path_factory.mktemp("weight"), environment) as server:
        yield server


@pytest.fixture
def server(running: Server, transactional_db: None) -> Server:
    """The gunicorn, on what the test writes."""
    return running


def _transferred(client: Client, url: str) -> tuple[int, str]:
    """Return the bytes of an answer as sent, head and body, and its encoding."""
    answer = client.get(url, headers=BROWSER)
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    return head + len(answer.body), answer.headers.get("Content-Encoding", "")


def _files(client: Client, page: str) -> set[str]:
    """Return the static files that a browser fetches for a page: those it names, and the fonts it shows."""
    files = set(SHOWN.findall(page))
    for sheet in [name for name in files if name.endswith(".css")]:
        named = NAMED.findall(client.get(sheet).body.decode())
        files |= {urljoin(sheet, name) for name in named if Path(name).name.startswith(FONTS)}
    return files


@pytest.fixture
def list_of_25(contoso: Partner, admin: User, client_of: Callable[[User], object]) -> str:
    """Return the session of an agent with a full page of customers."""
    for number in range(30):
        customer = factories.customer(contoso, name=f"Department of Water and Power of County {number}")
        factories.agreement(contoso, customer)
    return str(client_of(admin).cookies["sessionid"].value)  # type: ignore[attr-defined]


def test_a_list_page_is_light_and_the_next_one_lighter(server: Server, list_of_25: str) -> None:
    with server.client(list_of_25) as client:
        _is_light(client)


def _is_light(client: Client) -> None:
    """Hold the limits of a list's page, the next one, and the files that it needs."""
    page = client.get("/customers/").body.decode()
    assert page.count("<tr>") == 26
    assert len(page.encode()) < LIST
    later, encoding = _transferred(client, "/customers/?sort=-name")
    assert encoding == "gzip"
    assert later < LATER
    files = {name: _transferred(client, name) for name in _files(client, page)}
    assert {Path(name).suffix for name in files} == {".css", ".js", ".svg", ".woff2"}
    assert later + sum(size for size, _encoding in files.values()) < FIRST
    packed = {name: encoding for name, (_size, encoding) in files.items() if not name.endswith(".woff2")}
    assert set(packed.values()) <= {"br", ""}
    assert [name for name, encoding in packed.items() if not encoding and "favicon" not in name] == []
    for name in files:
        kept = client.get(name, headers=BROWSER).headers["Cache-Control"]
        assert "immutable" in kept
        assert "max-age=315360000" in kept


def test_the_catalog_the_orders_and_the_review_queue_are_light(
    server: Server, contoso: Partner, admin: User, reviewer: User, client_of: Callable[[User], DjangoClient]
) -> None:
    customer = factories.customer(contoso, name="Department of Water and Power of County 1")
    call_command("import_catalog", str(ROOT / "orders" / "data" / "gcc-catalog.csv"), stdout=StringIO())
    Order.objects.bulk_create(
        Order(
            partner=contoso,
            customer=customer,
            created_by=admin,
            state="completed",
            submitted_at=timezone.now(),
        )
        for _number in range(30)
    )
    IntakeForm.objects.bulk_create(
        IntakeForm(
            kind="customer",
            state="in_review",
            reviewer=reviewer,
            submitted_at=timezone.now(),
            respond_by=timezone.now(),
            organization_name=f"Department of Water and Power of County {number}",
            contact_name="Robin Office",
        )
        for number in range(30)
    )
    agent, reviews = (str(client_of(user).cookies["sessionid"].value) for user in (admin, reviewer))
    catalog = f"/customers/{customer.pk}/catalog/"
    for session, url, row, rows in (
        (agent, catalog, "<article", 15),
        (agent, f"{catalog}?kind=addon", "<article", 15),
        (agent, "/orders/", "<tr>", 26),
        (reviews, "/review/", "<tr>", 26),
    ):
        with server.client(session) as client:
            page = client.get(url).body
        assert page.decode().count(row) == rows, url
        assert len(page) < LIST, url


def test_the_demo_serves_what_was_collected_as_production_does(
    static: Path, tmp_path: Path, transactional_db: None
) -> None:
    with served(tmp_path, _production(static) | {"PORTAL_DEMO": "1"}) as running, running.client() as client:
        shown = SHOWN.findall(client.get("/accounts/login/").body.decode())
        sheets = [name for name in shown if name.endswith(".css")]
        assert sheets
        for sheet in sheets:
            assert re.search(r"\.[0-9a-f]{12}\.css$", sheet)
            answer = client.get(sheet, headers=BROWSER)
            assert answer.headers["Content-Encoding"] == "br"
            assert "immutable" in answer.headers["Cache-Control"]


def test_a_demo_for_which_nothing_was_collected_serves_the_files_where_they_are(
    tmp_path: Path, transactional_db: None
) -> None:
    with (
        served(tmp_path, _production(tmp_path / "none") | {"PORTAL_DEMO": "1"}) as running,
        running.client() as client,
    ):
        assert "/static/portal/app.css" in SHOWN.findall(client.get("/accounts/login/").body.decode())
        client.get("/static/portal/app.css")


def test_a_page_goes_out_as_it_is_to_who_reads_no_compression(server: Server) -> None:
    with server.client() as client:
        plain = client.get("/accounts/login/")
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert plain.body.startswith(b"<!DOCTYPE html>")


def test_programs_answers_are_not_compressed(server: Server) -> None:
    with server.client() as client:
        answer = client.ask("GET", "/v1/customers", headers=BROWSER)
    assert answer.status == 401
    assert "Content-Encoding" not in answer.headers


def test_the_same_page_has_another_length_each_time(server: Server) -> None:
    """Padding: what a page's length says of a secret in it is lost among random bytes (BREACH)."""
    with server.client() as client:
        lengths = {len(client.get("/accounts/login/", headers=BROWSER).body) for _time in range(20)}
    assert len(lengths) > 5
