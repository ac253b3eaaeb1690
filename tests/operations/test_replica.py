"""The replica: what may be read from it, and what never is."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from gcc_portal.core import env
from gcc_portal.core.people.models import User
from gcc_portal.operations import replica
from gcc_portal.operations.replica import ReplicaMiddleware, ReplicaRouter
from partners.models import Agent, Partner
from tests import factories
from tests.operations.machines import embedded_socket, machines, until
from tools.devserver.services import account, postgres_bin

ROUTER = ["gcc_portal.operations.replica.ReplicaRouter"]


@pytest.fixture
def copy(settings: Any, transactional_db: None, django_db_blocker: Any) -> Iterator[None]:
    """A replica whose customers are others: a schema before the real one, so that each row tells where it was read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.customers_customer (LIKE customers_customer)"
        )
    found = {**connection.settings_dict, "OPTIONS": {"options": "-c search_path=elsewhere,public"}}
    connections.settings[replica.REPLICA] = found
    settings.DATABASE_ROUTERS = ROUTER
    settings.MIDDLEWARE = ["gcc_portal.operations.replica.ReplicaMiddleware", *settings.MIDDLEWARE]
    replica._checked = (float("-inf"), False)
    # By hand: Django's tests only let databases be connected to that they know from the start.
    connections[replica.REPLICA].connect()
    try:
        yield
    finally:
        connections[replica.REPLICA].close()
        del connections[replica.REPLICA], connections.settings[replica.REPLICA]
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA elsewhere CASCADE")


@pytest.fixture
def county(copy: None, contoso: Partner) -> Customer:
    """A customer called by one name on the primary and by another on the replica."""
    made = factories.customer(contoso, "Primary County")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO elsewhere.customers_customer SELECT * FROM customers_customer")
        cursor.execute("UPDATE elsewhere.customers_customer SET name = 'Replica County'")
    return made


def seen(
    method: str = "GET", path: str = "/customers/", *, act: Any = None, **meta: str
) -> tuple[str, HttpResponse]:
    """Return which customer a request reads, after it did something of its own, and the response."""
    names: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        if act is not None:
            act()
        names.append(Customer.objects.get().name)
        return HttpResponse()

    request = RequestFactory().generic(method, path, **meta)
    request.COOKIES.update({"portal_wrote": "1"} if meta.get("HTTP_COOKIE") else {})
    response = ReplicaMiddleware(view)(request)
    return names[0].partition(" ")[0], response


def write() -> None:
    """Write a row, as a page does that notes something."""
    Customer.objects.filter(name="nobody").update(city="Springfield")


def lock() -> None:
    """Nothing but begin a transaction and read in it."""
    with transaction.atomic():
        assert Customer.objects.get().name == "Primary County"
        assert Customer.objects.select_for_update().get().name == "Primary County"


@pytest.mark.concurrency
@pytest.mark.usefixtures("county")
class TestWhereARequestReads:
    """By what it is, and by what it did."""

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_a_page_reads_the_replica(self, method: str) -> None:
        name, response = seen(method)
        assert name == "Replica"
        assert replica.COOKIE not in response.cookies

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_what_may_write_reads_the_primary_and_is_pinned(self, method: str) -> None:
        name, response = seen(method)
        assert name == "Primary"
        cookie = response.cookies[replica.COOKIE]
        assert (cookie["max-age"], cookie["httponly"]) == (10, True)

    def test_who_wrote_reads_the_primary(self) -> None:
        assert seen(HTTP_COOKIE="x")[0] == "Primary"

    def test_a_program_that_wrote_reads_the_primary_and_another_does_not(self) -> None:
        assert seen(HTTP_AUTHORIZATION="Bearer one")[0] == "Replica"
        assert replica.COOKIE not in seen("POST", HTTP_AUTHORIZATION="Bearer one")[1].cookies
        assert seen(HTTP_AUTHORIZATION="Bearer one")[0] == "Primary"
        assert seen(HTTP_AUTHORIZATION="Bearer two")[0] == "Replica"

    def test_a_page_that_writes_reads_the_primary_from_there_on(self) -> None:
        name, response = seen(act=write)
        assert name == "Primary"
        assert replica.COOKIE in response.cookies

    def test_inside_a_transaction_the_primary_answers(self) -> None:
        seen(act=lock)

    @pytest.mark.parametrize("path", ["/accounts/login/", "/operator/", "/operations/", "/readyz"])
    def test_signing_in_and_operators_are_about_the_primary(self, path: str) -> None:
        assert seen(path=path)[0] == "Primary"

    def test_outside_of_requests_the_primary_answers(self) -> None:
        assert Customer.objects.get().name == "Primary County"

    def test_a_download_is_read_where_its_page_would_be(self) -> None:
        def view(_request: HttpRequest) -> StreamingHttpResponse:
            return StreamingHttpResponse(each.name for each in Customer.objects.iterator())

        response = ReplicaMiddleware(view)(RequestFactory().get("/customers/export/"))
        assert b"".join(response) == b"Replica County"  # type: ignore[call-overload]
        assert Customer.objects.get().name == "Primary County"


@pytest.mark.concurrency
def test_rights_and_sessions_are_read_from_the_primary(county: Customer, sales: User, client: Client) -> None:
    client.force_login(sales)
    with CaptureQueriesContext(connections["replica"]) as copied, CaptureQueriesContext(connection) as own:
        page = client.get(f"/customers/{county.pk}/account/")
    assert page.status_code in (200, 404), page.status_code
    asked = " ".join(query["sql"] for query in copied)
    assert "customers_customer" in asked
    for table in ("partners_agent", "gcc_portal_user", "django_session"):
        assert f'FROM "{table}"' not in asked
    assert "partners_agent" in " ".join(query["sql"] for query in own)
    Agent.objects.update(is_active=False)
    assert client.get("/customers/").status_code == 403


@pytest.mark.concurrency
def test_a_replica_that_is_away_or_behind_is_left_out(
    county: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pinned are ten seconds, and it is looked at every five.
    for delay, name in (
        (None, "Primary"),
        (11.0, "Primary"),
        (6.0, "Primary"),
        (4.0, "Replica"),
        (0.0, "Replica"),
    ):
        monkeypatch.setattr(replica, "delay", lambda delay=delay: delay)
        monkeypatch.setattr(replica, "_checked", (float("-inf"), False))
        assert seen()[0] == name, delay


@pytest.mark.concurrency
def test_a_page_that_failed_on_the_replica_is_asked_for_again(county: Customer) -> None:
    middleware = ReplicaMiddleware(lambda _request: HttpResponse())
    request = RequestFactory().get("/customers/?page=2")
    replica._checked = (time.monotonic(), True)
    with replica._lagging(True):
        again = middleware.process_exception(request, OperationalError("canceling statement due to conflict"))
    assert again is not None
    assert (again.status_code, again.headers["Location"]) == (302, "/customers/?page=2")
    assert replica.COOKIE in again.cookies
    assert seen()[0] == "Primary", "left out until it is looked at again"
    assert middleware.process_exception(request, OperationalError("the primary's own")) is None


def test_nothing_is_made_on_the_replica() -> None:
    assert ReplicaRouter().allow_migrate("replica", "orders") is False
    assert ReplicaRouter().allow_migrate("default", "orders") is True


def test_without_the_setting_nothing_is_in_the_way(settings: Any) -> None:
    assert settings.DATABASE_ROUTERS == []
    assert not [name for name in settings.MIDDLEWARE if "replica" in name]
    assert not replica.is_configured()


def test_an_absent_replica_is_not_waited_for() -> None:
    assert env.replica("postgresql://me@copy/portal")["OPTIONS"] == {"connect_timeout": "3"}


@pytest.fixture
def standby(tmp_path: Path, transactional_db: None) -> Iterator[tuple[Path, "subprocess.Popen[bytes]"]]:
    """Run a hot standby of the test's server; return its socket folder and its process."""
    server = embedded_socket()
    if server is None:
        pytest.skip("a database server of one's own: no standby is made of it")
    folder = tmp_path / "standby"
    user = str(connection.settings_dict["USER"])
    wanted = [
        *account().prefix,
        postgres_bin() / "pg_basebackup",
        "-h",
        server,
        "-U",
        user,
        "-D",
        folder / "data",
    ]
    folder.mkdir()
    done = subprocess.run(
        [*wanted, "-R", "-X", "stream", "-c", "fast", "--no-sync"], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no base backup could be taken: {done.stderr.decode()[-200:]}")
    command = [*account().prefix, postgres_bin() / "postgres", "-D", folder / "data", "-k", folder]
    for option in (
        "listen_addresses=",
        "max_connections=100",
        "hot_standby=on",
        "fsync=off",
        "shared_buffers=64MB",
    ):
        command += ["-c", option]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until(lambda: answers(folder, user) or process.poll() is not None, "the standby answers")
        assert process.poll() is None, (folder / "log").read_text()
        yield folder, process
    finally:
        process.kill()
        process.wait()


def answers(folder: Path, user: str) -> bool:
    """Return whether a server takes connections."""
    try:
        psycopg2.connect(host=folder, user=user, dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.concurrency
def test_pages_from_a_real_standby(tmp_path: Path, standby: Any, contoso: Partner, sales: User) -> None:
    """A page is read from the standby, follows the primary, and is there when the standby is not."""
    folder, process = standby
    name = connection.settings_dict["NAME"]
    address = f"postgresql://{connection.settings_dict['USER']}@/{name}?host={folder}&application_name=pages"
    factories.customer(contoso, "Harborview County")

    def pages_there() -> int:
        with psycopg2.connect(host=folder, user=connection.settings_dict["USER"], dbname=name) as found:
            cursor = found.cursor()
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pages' AND query LIKE '%customers_%'"
            )
            return int(cursor.fetchone()[0])

    with machines(tmp_path, REPLICA_URL=address) as running:
        running.web("web-1")
        running.ready("web-1")
        running.sign_in(sales)
        until(
            lambda: b"Harborview County" in running.ask("web-1", "/customers/", sales), "the standby has it"
        )
        assert pages_there() >= 1
        factories.customer(contoso, "Cedar City")
        until(lambda: b"Cedar City" in running.ask("web-1", "/customers/", sales), "the standby follows")
        process.kill()
        process.wait()
        factories.customer(contoso, "Maple Town")
        until(lambda: b"Maple Town" in after_a_redirect(running, sales), "the primary answers instead")


def after_a_redirect(running: Any, user: User) -> bytes:
    """Return the customers list, asked for again where the portal says so."""
    with running.client("web-1", user) as client:
        answer = client.ask("GET", "/customers/")
        if answer.status == 302:
            cookie = f"{running.cookies[user.pk]}; {replica.COOKIE}=1"
            answer = client.ask("GET", "/customers/", headers={"Cookie": cookie})
        assert answer.status == 200
        return answer.body
