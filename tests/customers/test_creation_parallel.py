"""Many at once, each on a database connection of its own (A2)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from customers.models import CustomerCreation, ValidationId, ValidationUse
from customers.services import creation as creations
from customers.services import provisioning
from customers.states import CreationState
from gcc_portal.core.gates import Blocked, Refusal
from gcc_portal.core.people.actors import Actor
from tests import factories
from tests.customers.conftest import Drafter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def attempt(job: tuple[Actor, int]) -> str:
    actor, creation_id = job
    try:
        creations.start_provisioning(actor, creation_id)
    except Blocked as blocked:
        return blocked.blockers[0].code
    except Refusal as refusal:
        return type(refusal).__name__
    finally:
        connection.close()
    return "begun"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creations, "enqueue", lambda _task, _creation_id: None)


def test_twenty_parallel_creations_of_an_id_with_five_creates_give_five(
    sales_actor: Actor, validation: ValidationId, draft: Drafter
) -> None:
    jobs = [
        (sales_actor, draft(sales_actor, validation.number, prefix=f"harborview{number}").pk)
        for number in range(20)
    ]
    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(attempt, jobs))
    assert outcomes.count("begun") == 5
    assert outcomes.count("A2.exhausted") == 15
    validation.refresh_from_db()
    assert (validation.reserved, validation.used) == (5, 0)
    for creation in CustomerCreation.objects.filter(state=CreationState.PROVISIONING):
        assert provisioning.provision(creation.pk) == "active"
    validation.refresh_from_db()
    assert (validation.reserved, validation.used, validation.state) == (0, 5, "exhausted")
    assert ValidationUse.objects.filter(state="used").count() == 5


def test_a_double_click_begins_once(sales_actor: Actor, validation: ValidationId, draft: Drafter) -> None:
    job = (sales_actor, draft(sales_actor, validation.number).pk)
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attempt, [job] * 6))
    assert sorted(outcomes) == ["WrongState"] * 5 + ["begun"]
    validation.refresh_from_db()
    assert validation.reserved == 1


def test_two_creations_with_one_domain_begin_once(sales_actor: Actor, draft: Drafter) -> None:
    jobs = [(sales_actor, draft(sales_actor).pk) for _n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attempt, jobs))
    assert sorted(outcomes) == ["begun"] + ["domain.taken"] * 5


def test_the_task_run_by_several_workers_makes_one_customer(
    sales_actor: Actor, validation: ValidationId, draft: Drafter
) -> None:
    creation = creations.start_provisioning(sales_actor, draft(sales_actor, validation.number).pk)

    def work(_number: int) -> str:
        try:
            return provisioning.provision(creation.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == ["active"] * 4
    validation.refresh_from_db()
    assert (validation.reserved, validation.used) == (0, 1)
    assert factories.Customer.objects.count() == 1
