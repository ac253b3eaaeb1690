"""Two web servers, three workers, two beats, one database: everything is done, and nothing twice."""

import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email, Log

from customers.models import Customer
from gcc_portal.celery import app
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from gcc_portal.intake.models import Submission
from orders.models import Offer, Order, Subscription
from orders.services import carts
from orders.states import OPEN_ORDERS
from partners.models import Partner
from tests import factories
from tests.intake import making
from tests.operations.machines import TOKEN, Machines, machines, until
from tests.orders.conftest import YEARLY, make_offer

FORMS, ORDERS = 60, 16
WEBS, WORKERS, BEATS = ("web-1", "web-2"), ("worker-1", "worker-2", "worker-3"), ("beat-1", "beat-2")
MID_WORK = """
SELECT application_name FROM pg_stat_activity
WHERE application_name = ANY(%s) AND xact_start IS NOT NULL AND datname = current_database()
  AND state = 'idle in transaction'
"""

pytestmark = [pytest.mark.slow, pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def filled_carts(of: Partner, actor: Actor, offers: list[Offer]) -> list[Order]:
    """Return carts of as many customers, with a line for each offer."""
    customers: list[Customer] = [factories.customer(of) for _each in range(ORDERS)]
    for customer in customers:
        for offer in offers:
            carts.add_line(actor, customer.pk, offer.pk, 5, YEARLY)
    return list(Order.objects.order_by("pk"))


def submit_everywhere(running: Machines, user: User, waiting: list[Order]) -> list[int]:
    """Place every order on both web servers at once; return the statuses."""

    def place(given: tuple[str, Order]) -> int:
        web, cart = given
        sent = {"number": cart.number, "revision": cart.revision, "due_cents": due[cart.pk]}
        return running.send(web, reverse("orders:review", args=[cart.customer_id]), sent, user)

    due = {cart.pk: sum(line.due_cents for line in cart.lines.all()) for cart in waiting}
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(place, [(web, cart) for cart in waiting for web in WEBS]))


def kill_one_at_work(running: Machines) -> str:
    """Kill a worker in the middle of a transaction; return its name."""
    found: list[str] = []

    def look() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(MID_WORK, [list(WORKERS)])
            found.extend(name for (name,) in cursor.fetchall())
        return bool(found)

    until(look, "a worker is in the middle of something")
    os.kill(running.processes[found[0]].pid, signal.SIGKILL)
    running.processes[found[0]].wait()
    return found[0]


def settled() -> bool:
    """Return whether nothing waits any more. What died with its worker is taken up, as it is minutes later."""
    late = timezone.now() - timedelta(minutes=5)
    lost = Order.objects.filter(state__in=OPEN_ORDERS, touched_at__lt=timezone.now() - timedelta(seconds=8))
    if lost.update(touched_at=late):
        app.send_task("orders.tasks.resume_stuck")
    return (
        not Submission.objects.filter(answer="").exists()
        and not Order.objects.filter(state__in=OPEN_ORDERS).exists()
        and not Email.objects.exclude(status=STATUS.sent).exists()
    )


def test_everything_is_done_and_nothing_twice(
    tmp_path: Path, contoso: Partner, sales: User, sales_actor: Actor
) -> None:
    offers = [make_offer("Office 365 G3 GCC"), make_offer("Exchange Online GCC")]
    waiting = filled_carts(contoso, sales_actor, offers)
    with machines(tmp_path, INTAKE_BATCH="5") as running:
        for name in WEBS:
            running.web(name)
        for name in WORKERS:
            running.worker(name)
        for name in BEATS:
            running.beat(name)
        running.ready(*WEBS)
        running.sign_in(sales)
        for name in WORKERS:
            until(lambda name=name: " ready." in running.log(name), f"{name} is ready")
        for _each in range(FORMS):
            making.due_form()
        statuses = submit_everywhere(running, sales, waiting[: ORDERS // 2])
        killed = kill_one_at_work(running)
        statuses += submit_everywhere(running, sales, waiting[ORDERS // 2 :])
        until(settled, "all is done")
        for name in BEATS:
            until(lambda name=name: "answer due intake forms" in running.log(name), f"{name} sends")
        scrapes = {name: scrape(running, name) for name in WEBS}
        ended = {name for name, process in running.processes.items() if process.poll() is not None}
        assert ended == {killed}, {name: running.log(name)[-3000:] for name in ended}

    assert Counter(statuses) == {302: 2 * ORDERS}
    each_answered_once()
    each_ordered_once(len(offers))
    each_mail_sent_once()
    assert scrapes["web-1"] == scrapes["web-2"]
    assert set(scrapes["web-1"].values()) == {"0.0"}


def scrape(running: Machines, web: str) -> dict[str, str]:
    """Return the depth of each queue as a web server tells it."""
    page = running.ask(web, "/metrics", Authorization=f"Bearer {TOKEN}").decode()
    lines = [line for line in page.splitlines() if line.startswith("portal_queue_depth{")]
    return dict(line.rsplit(" ", 1) for line in lines)  # type: ignore[misc]


def each_answered_once() -> None:
    """Every submission has one answer, one audit entry of it and one mail."""
    assert Counter(Submission.objects.values_list("answer", flat=True)) == {"approved": FORMS}
    for action in ("approve", "qualify"):
        told = AuditEntry.objects.filter(action=action).values_list("object_id", flat=True)
        assert sorted(Counter(told).values()) == [1] * FORMS
    assert OutboxMail.objects.filter(key__startswith="answer:").count() == FORMS


def each_ordered_once(lines: int) -> None:
    """Every cart became one order, every line one subscription, every order one letter."""
    assert Counter(Order.objects.values_list("state", flat=True)) == {"completed": ORDERS}
    assert Subscription.objects.count() == lines * ORDERS
    assert Subscription.objects.values("line").distinct().count() == lines * ORDERS
    for action in ("submit", "begin", "complete"):
        assert AuditEntry.objects.filter(object_type="order", action=action).count() == ORDERS
    assert OutboxMail.objects.filter(kind="order_result").count() == ORDERS


def each_mail_sent_once() -> None:
    """Every answer, every order that was placed and every one that ended has its mail, handed over once."""
    assert Email.objects.count() == OutboxMail.objects.count() == FORMS + 2 * ORDERS
    sent = Log.objects.values_list("email_id", "status")
    assert Counter(sent) == {
        (email_id, STATUS.sent): 1 for email_id in Email.objects.values_list("pk", flat=True)
    }
