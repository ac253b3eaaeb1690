"""All that a program can do to two customers, at once and in no order: no fault, and no rule broken afterwards."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from customers.models import Customer, Relationship, SpecialQualification, ValidationId, ValidationUse
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, Subscription
from orders.states import LIVE, OrderState
from partners.models import Partner
from tests import factories
from tests.api.holdings import address, sold
from tests.api.kit import Program, new_customer
from tests.api.ordering import cart_of, carts_at, item, line, order_of, orders_at
from tests.orders.conftest import MONTHLY
from tests.orders.test_together import at_once

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

THREADS, CALLS = 6, 10
KINDS = ("government_community_cloud", "education", "state_owned_entity")
Call = Callable[[Program, random.Random], Any]


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Keep the broker and the limit out."""
    from orders import tasks

    monkeypatch.setattr(tasks.fulfil, "delay", lambda _order_id: None)
    settings.API_RATES = {"*": "1000000/minute"}


@pytest.fixture
def town(contoso: Partner) -> Customer:
    """A customer without a special qualification."""
    return factories.customer(contoso, "Harborview County", kinds=())


@pytest.fixture
def code(contoso: Partner) -> ValidationId:
    """A code by which the town can be qualified."""
    return factories.validation_id(contoso, "Harborview County", max_creates=50)


@pytest.fixture
def calls(
    county: Customer,
    town: Customer,
    code: ValidationId,
    g3: Offer,
    g5: Offer,
    phone: Offer,
    sales_actor: Actor,
) -> list[Call]:
    """What is called."""
    base, addon = sold(sales_actor, county, g3, phone)
    second = sold(sales_actor, county, g5, plan=MONTHLY)[0]
    held = [base, addon, second]

    def checked_out(program: Program, _draw: random.Random) -> Any:
        cart = program.post(carts_at(county), cart_of(item(g3), item(phone, 1)))
        if cart.status_code != 201:
            return cart
        return program.post(f"{carts_at(county)}/{cart.json()['id']}/checkout")  # type: ignore[attr-defined]

    def named(draw: random.Random) -> Any:
        return line(phone, parentSubscriptionId=str(draw.choice([base, second]).pk))

    def let_go(draw: random.Random) -> str:
        return f"customers/{draw.choice([county, town]).pk}"

    return [
        lambda p, draw: p.patch(address(draw.choice(held)), {"status": draw.choice(["suspended", "active"])}),
        lambda p, draw: p.patch(address(draw.choice(held)), {"quantity": draw.randrange(1, 99)}),
        lambda p, draw: p.patch(address(draw.choice(held)), {"status": "deleted"}),
        lambda p, draw: p.patch(address(draw.choice(held)), {"autoRenewEnabled": draw.random() < 0.5}),
        lambda p, draw: p.post(orders_at(county), order_of(named(draw))),
        lambda p, draw: p.post(orders_at(county), order_of(line(g3), line(phone, 1))),
        checked_out,
        lambda p, draw: p.put(f"customers/{town.pk}/qualification?code={code.number}", draw.choice(KINDS)),
        lambda p, draw: p.patch(let_go(draw), {"relationshipToPartner": "none"}),
        lambda p, draw: p.post("customers", new_customer(f"harborview{draw.randrange(4)}")),
        lambda p, _draw: p.get("customers/relationshiprequests"),
    ]


@pytest.mark.parametrize("seed", range(2))
def test_no_fault_and_no_rule_broken(
    person: Program, town: Customer, code: ValidationId, phone: Offer, calls: list[Call], seed: int
) -> None:
    def run(number: int) -> list[Any]:
        program, draw = Program("", **person.headers), random.Random(f"{seed} {number}")
        return [draw.choice(calls)(program, draw) for _each in range(CALLS)]

    answers = [answer for each in at_once(THREADS, run) for answer in each]
    assert len(answers) == THREADS * CALLS
    assert {answer.status_code for answer in answers} <= {200, 201, 400, 403, 404, 409}
    # O1: no add-on without a base that is held; and no order that was taken and then failed.
    addons = Subscription.objects.filter(offer=phone, state__in=LIVE)
    assert not addons.exclude(base__state__in=LIVE).exists()
    assert set(addons.model.objects.values_list("line__order__state", flat=True)) <= {OrderState.COMPLETED}
    # A2, A3, O2: a create for each grant, and never what excludes each other.
    code.refresh_from_db()
    granted = SpecialQualification.objects.filter(customer=town, state="granted").values_list(
        "kind", flat=True
    )
    assert code.used == ValidationUse.objects.count() == list(granted).count(factories.GCC)
    assert code.reserved == 0
    assert not {factories.GCC, "education"} <= set(granted)
    # R1: one open link; and nobody's customer holds anything.
    assert Relationship.objects.filter(is_request=True).count() <= 1
    ended = Relationship.objects.filter(state="ended").values("customer")
    assert not Subscription.objects.filter(customer__in=ended, state__in=LIVE).exists()
    domains = list(Customer.objects.values_list("domain", flat=True))
    assert len(domains) == len(set(domains))
