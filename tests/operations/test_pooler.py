"""Behind pgbouncer in transaction mode: two server connections for many clients, and everything goes on."""

import contextlib
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.urls import reverse
from post_office.models import STATUS, Email

from gcc_portal.core import env
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.intake.models import Submission
from orders.models import Order, Subscription
from partners.models import Partner
from tests.api.kit import access_token, application
from tests.intake import making
from tests.operations.machines import Machines, embedded_socket, machines, until
from tests.operations.test_several_machines import filled_carts
from tests.orders.conftest import make_offer
from tools.devserver.services import account

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/local/sbin")
PORT, POOL, FORMS = 6432, 2, 20
CONFIGURATION = """
[databases]
* = host={server} user={user}
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = {pool}
max_client_conn = 200
logfile = {folder}/pgbouncer.log
"""


class TestSetting:
    """`?pooler=transaction` in DATABASE_URL."""

    def test_without_a_pooler_nothing_changes(self) -> None:
        found = env.database("postgresql://me@db/portal?sslmode=require")
        assert found["DISABLE_SERVER_SIDE_CURSORS"] is False
        assert found["OPTIONS"] == {"sslmode": "require"}

    def test_a_pooler_takes_what_lives_between_transactions(self) -> None:
        found = env.database("postgresql://me@db:6432/portal?pooler=transaction&sslmode=require")
        assert found["DISABLE_SERVER_SIDE_CURSORS"] is True
        assert found["OPTIONS"] == {"sslmode": "require"}, "libpq does not know the word"

    def test_another_word_stops_the_start(self) -> None:
        with pytest.raises(ImproperlyConfigured, match="must be transaction"):
            env.database("postgresql://me@db/portal?pooler=statement")


@pytest.fixture
def pooler(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    """Run pgbouncer on the test's server; return the database's address through it."""
    server = embedded_socket()
    if PGBOUNCER is None or server is None:
        pytest.skip("no pgbouncer on PATH, or a database of one's own: not tried behind a pooler")
    folder = tmp_path / "pool"
    folder.mkdir()
    user = connection.settings_dict["USER"]
    (folder / "pgbouncer.ini").write_text(
        CONFIGURATION.format(server=server, user=user, port=PORT, folder=folder, pool=POOL)
    )
    process = subprocess.Popen(
        [*account().prefix, PGBOUNCER, "-q", str(folder / "pgbouncer.ini")], stderr=subprocess.DEVNULL
    )
    name = connection.settings_dict["NAME"]
    try:
        until(
            lambda: process.poll() is not None or (folder / f".s.PGSQL.{PORT}").exists(), "pgbouncer listens"
        )
        assert process.poll() is None, (folder / "pgbouncer.log").read_text()
        yield f"postgresql://{user}@:{PORT}/{name}?host={quote(str(folder), safe='')}&pooler=transaction"
    finally:
        process.kill()
        process.wait()


def servers_in_use(running: Machines) -> int:
    """Return how many connections the pooler has to the test's database, at most: asked again and again."""
    folder = running.folder / "pool"
    found = psycopg2.connect(host=folder, port=PORT, user="pgbouncer", dbname="pgbouncer")
    with contextlib.closing(found) as console:
        console.autocommit = True
        with console.cursor() as cursor:
            cursor.execute("SHOW SERVERS")
            names = [column.name for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return sum(row["database"] == connection.settings_dict["NAME"] for row in rows)


@pytest.mark.slow
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_pages_orders_sweep_export_and_api(
    tmp_path: Path, pooler: str, contoso: Partner, sales: User, admin: User, sales_actor: Actor
) -> None:
    offers = [make_offer("Office 365 G3 GCC"), make_offer("Exchange Online GCC")]
    waiting = filled_carts(contoso, sales_actor, offers)
    token = access_token(application(contoso, "app_user"), admin)
    for _each in range(FORMS):
        making.due_form()
    with machines(tmp_path, DATABASE_URL=pooler, INTAKE_BATCH="5") as running:
        running.web("web-1", threads=8)
        running.worker("worker-1")
        running.worker("worker-2")
        running.beat("beat-1")
        running.ready("web-1")
        running.sign_in(sales)
        running.sign_in(admin)
        due = {cart.pk: sum(line.due_cents for line in cart.lines.all()) for cart in waiting}

        def order(cart: Order) -> int:
            sent = {"number": cart.number, "revision": cart.revision, "due_cents": due[cart.pk]}
            return running.send("web-1", reverse("orders:review", args=[cart.customer_id]), sent, sales)

        def read(url: str) -> int:
            return len(running.ask("web-1", url, sales))

        urls = [
            reverse("customers:list"),
            reverse("orders:list"),
            reverse("orders:catalog", args=[waiting[0].customer_id]),
            reverse("customers:account", args=[waiting[0].customer_id]),
        ]
        with ThreadPoolExecutor(12) as pool:
            pages = pool.map(read, urls * 4)
            placed = pool.map(order, waiting)
            assert Counter(placed) == {302: len(waiting)}
            assert min(pages) > 1000
        assert servers_in_use(running) <= POOL
        exported = running.ask("web-1", reverse("customers:export"), sales).decode()
        assert exported.count("\r\n") == 1 + len(waiting)
        audit = running.ask("web-1", reverse("audit:export"), admin).decode()
        assert audit.count("\r\n") > len(waiting)
        told = json.loads(running.ask("web-1", "/v1/customers", Authorization=f"Bearer {token}"))
        assert told["totalCount"] == len(waiting)
        until(
            lambda: (
                not Submission.objects.filter(answer="").exists()
                and set(Order.objects.values_list("state", flat=True)) == {"completed"}
                and not Email.objects.exclude(status=STATUS.sent).exists()
            ),
            "all is answered, fulfilled and sent",
        )
        for name in ("web-1", "worker-1", "worker-2"):
            assert "Traceback" not in running.log(name)
    assert Subscription.objects.count() == len(offers) * len(waiting)
    assert Counter(Submission.objects.values_list("answer", flat=True)) == {"approved": FORMS}


def test_a_lock_between_transactions_would_not_hold_so_none_is_used() -> None:
    """The code takes no lock, setting or cursor that outlives its transaction: words that would do so are not in it."""
    root = Path(env.__file__).parents[1]
    forbidden = (
        "pg_advisory_lock(",
        "pg_try_advisory_lock(",
        "WITH HOLD",
        "LISTEN ",
        "SET SESSION",
        "PREPARE ",
    )
    found = [
        f"{path.relative_to(root)}: {word}"
        for room in ("gcc_portal", "partners", "customers", "orders")
        for path in (root / room).rglob("*.py")
        for word in forbidden
        if word in path.read_text() and "embedded" not in path.parts and path.name != "env.py"
    ]
    assert found == []
