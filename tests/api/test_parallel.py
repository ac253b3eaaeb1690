"""Two hundred identical calls at once, each thread on a database connection of its own: one effect, one answer."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpResponse

from customers.models import Customer, CustomerCreation, SpecialQualification, ValidationUse
from gcc_portal.api.models import RepeatableCall
from gcc_portal.core.audit.models import AuditEntry
from orders.models import ApiCart, Order, Subscription
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, new_customer
from tests.api.ordering import cart_of, item
from tests.orders.conftest import make_offer

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

THREADS, CALLS = 20, 200


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Keep the broker and the limit out."""
    from orders import tasks

    monkeypatch.setattr(tasks.fulfil, "delay", lambda _order_id: None)
    settings.API_RATES = {"*": "1000000/minute"}


def at_once(act: Callable[[], HttpResponse], calls: int = CALLS) -> list[tuple[int, bytes]]:
    """Make the call so many times, twenty side by side at any moment; return statuses and bodies."""
    barrier = threading.Barrier(THREADS)
    answers: list[tuple[int, bytes]] = []

    def run() -> None:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            for _each in range(calls // THREADS):
                answer = act()
                answers.append((answer.status_code, answer.content))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _each in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


def ask(token: Program, verb: str, path: str, body: Any) -> list[tuple[int, bytes]]:
    """Return the answers to two hundred identical calls, having seen that they are one."""
    request_id = str(uuid.uuid4())

    def act() -> HttpResponse:
        # A browser of its own for each call: Django's test client is no thread's but one's.
        return Program("", **token.headers).send(verb, path, body, MS_RequestId=request_id)

    answers = at_once(act)
    assert len(answers) == CALLS
    assert len(set(answers)) == 1, {status for status, _body in answers}
    assert RepeatableCall.objects.count() == 1
    return answers


def test_one_customer_is_created(program: Program) -> None:
    answers = ask(program, "POST", "customers", new_customer())
    assert answers[0][0] == 201
    assert Customer.objects.count() == CustomerCreation.objects.count() == 1


def test_one_customer_is_qualified_by_one_code(person: Program, contoso: Partner) -> None:
    customer = factories.customer(contoso, "Harborview County", kinds=())
    code = factories.validation_id(contoso, "Harborview County", max_creates=3)
    body = {"qualification": "GovernmentCommunityCloud", "validationCode": code.number}
    answers = ask(person, "POST", f"customers/{customer.pk}/qualifications", body)
    assert answers[0][0] == 201
    assert SpecialQualification.objects.filter(customer=customer, state="granted").count() == 1
    assert ValidationUse.objects.count() == 1
    code.refresh_from_db()
    assert (code.used, code.reserved) == (1, 0)


def test_one_order_is_placed(program: Program, contoso: Partner) -> None:
    customer, offer = factories.customer(contoso), make_offer("Office 365 G3 GCC")
    line = {"lineItemNumber": 0, "offerId": offer.catalog_item_id, "quantity": 5, "termDuration": "P1Y"}
    body = {"billingCycle": "annual", "lineItems": [line]}
    answers = ask(program, "POST", f"customers/{customer.pk}/orders", body)
    assert answers[0][0] == 201
    assert Order.objects.count() == Subscription.objects.count() == 1
    assert AuditEntry.objects.filter(action="submit").count() == 1


def test_one_cart_is_checked_out(program: Program, contoso: Partner) -> None:
    customer, offer = factories.customer(contoso), make_offer("Office 365 G3 GCC")
    made = program.post(f"customers/{customer.pk}/carts", cart_of(item(offer)))
    at = f"customers/{customer.pk}/carts/{made.json()['id']}/checkout"  # type: ignore[attr-defined]
    answers = ask(program, "POST", at, "success")
    assert answers[0][0] == 201
    assert ApiCart.objects.exclude(order=None).count() == Order.objects.count() == 1


def test_without_an_id_each_is_a_call_and_the_gates_still_hold(program: Program) -> None:
    """One domain is one customer, however many ask for it at once."""
    answers = at_once(lambda: Program("", **program.headers).post("customers", new_customer()), 2 * THREADS)
    statuses = [status for status, _body in answers]
    assert statuses.count(201) == 1
    assert set(statuses) <= {201, 400, 409}
    assert Customer.objects.count() == 1
