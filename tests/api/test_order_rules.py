"""Each reason of O1 to O3 and P2 at the API: refused by its code, nothing stored, and let through without it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from customers.models import Customer, CustomerAgreement, Relationship, SpecialQualification
from gcc_portal.core.people.models import User
from orders.models import Offer, Subscription
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal
from tests.api.ordering import (
    NOTHING,
    cart_of,
    carts_at,
    item,
    last_refusal,
    line,
    open_carts,
    order_of,
    orders_at,
    stored,
)

Answer = tuple[int, int]

BREAKS: list[tuple[str, Answer, Answer, Callable[[], Any]]] = [
    # rule, the order's answer, the checkout's answer, what breaks it
    (
        "O1.partner_not_qualified",
        (403, 2006),
        (403, 2006),
        lambda: Partner.objects.update(qualification="revoked"),
    ),
    (
        "O1.customer_not_gcc",
        (400, 800086),
        (400, 800086),
        lambda: SpecialQualification.objects.update(state="revoked"),
    ),
    ("O2.segment", (400, 800086), (400, 800009), lambda: Offer.objects.update(segment="commercial")),
    ("O3.no_agreement", (403, 13605), (403, 13605), lambda: CustomerAgreement.objects.all().delete()),
    ("O1.withdrawn", (403, 2085), (400, 800009), lambda: Offer.objects.update(is_active=False)),
    ("O1.quantity", (400, 2002), (400, 800009), lambda: Offer.objects.update(max_quantity=5)),
    ("O1.plan", (400, 800002), (400, 800009), lambda: Offer.objects.update(terms=["P1M"])),
    (
        "P2.reseller_orders",
        (403, 600006),
        (403, 600006),
        lambda: Partner.objects.update(role="indirect_reseller", qualification="none"),
    ),
]


@pytest.fixture(params=["App-only", "App+User"])
def caller(request: pytest.FixtureRequest, program: Program, seller: Program) -> Program:
    """Each of the two kinds of programs."""
    return program if request.param == "App-only" else seller


@pytest.mark.parametrize(
    ("code", "answer", "_checkout", "break_it"), BREAKS, ids=[each[0] for each in BREAKS]
)
def test_an_order_is_refused(
    caller: Program,
    county: Customer,
    g3: Offer,
    code: str,
    answer: Answer,
    _checkout: Answer,
    break_it: Callable[[], Any],
) -> None:
    break_it()
    refused = caller.post(orders_at(county), order_of(line(g3, termDuration="P1Y"), billingCycle="annual"))
    assert refusal(refused) == answer
    assert code in refused.json()["data"]
    assert stored() == NOTHING
    entry = last_refusal(county)
    assert (entry.action, entry.channel) == ("place_order", "api")
    assert code in entry.codes


@pytest.mark.parametrize(("code", "_order", "answer", "break_it"), BREAKS, ids=[each[0] for each in BREAKS])
def test_a_checkout_is_refused(
    caller: Program,
    county: Customer,
    g3: Offer,
    code: str,
    _order: Answer,
    answer: Answer,
    break_it: Callable[[], Any],
) -> None:
    cart = caller.post(carts_at(county), cart_of(item(g3))).json()
    break_it()
    refused = caller.post(f"{carts_at(county)}/{cart['id']}/checkout")
    assert refusal(refused) == answer
    assert code in refused.json()["data"]
    assert (stored(), open_carts()) == (NOTHING, 1)
    assert code in last_refusal(county).codes


def test_with_all_of_it_in_order_both_go_through(caller: Program, county: Customer, g3: Offer) -> None:
    assert caller.post(orders_at(county), order_of(line(g3))).status_code == 201
    cart = caller.post(carts_at(county), cart_of(item(g3))).json()
    assert caller.post(f"{carts_at(county)}/{cart['id']}/checkout").status_code == 201
    assert stored() == {"Order": 2, "OrderLine": 2, "Subscription": 2}


def test_a_relationship_that_ends_while_the_order_is_sent(
    program: Program, county: Customer, g3: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orders.services import api_orders as programs

    def end_and_hold(*_parties: Any) -> None:
        Relationship.objects.all().delete()

    monkeypatch.setattr(programs, "lock_parties", end_and_hold)
    assert refusal(program.post(orders_at(county), order_of(line(g3)))) == (403, 20002)
    assert stored() == NOTHING


@pytest.mark.parametrize("quantity", [0, -1, 301, 2**31 - 1])
def test_a_quantity_outside_the_offer_s(program: Program, county: Customer, g3: Offer, quantity: int) -> None:
    answer = program.post(orders_at(county), order_of(line(g3, quantity=quantity)))
    assert refusal(answer) == (400, 2002)
    assert stored() == NOTHING


def test_the_same_offer_and_plan_twice(program: Program, county: Customer, g3: Offer) -> None:
    answer = program.post(orders_at(county), order_of(line(g3), line(g3, 1, 4)))
    assert refusal(answer) == (400, 800002)
    assert answer.json()["data"] == ["O1.twice"]
    assert stored() == NOTHING
    with_other_plan = order_of(line(g3, termDuration="P1Y"), line(g3, 1, 4, termDuration="P1M"))
    assert program.post(orders_at(county), with_other_plan).status_code == 201


def test_an_add_on_needs_its_base(program: Program, county: Customer, g3: Offer, phone: Offer) -> None:
    answer = program.post(orders_at(county), order_of(line(phone)))
    assert refusal(answer) == (400, 4018)
    assert answer.json()["data"] == ["O1.base"]
    assert program.post(orders_at(county), order_of(line(g3), line(phone, 1))).status_code == 201
    assert program.post(orders_at(county), order_of(line(phone))).status_code == 201


def test_a_parent_is_the_customer_s_own_active_base(
    program: Program, foreign: Program, contoso: Partner, tailspin: Partner, county: Customer,
    g3: Offer, g5: Offer, phone: Offer,
) -> None:  # fmt: skip
    def held_by(customer: Customer, caller: Program, offer: Offer = g3) -> str:
        made = caller.post(orders_at(customer), order_of(line(offer))).json()
        return str(made["lineItems"][0]["subscriptionId"])

    own, other = held_by(county, program), held_by(factories.customer(contoso), program)
    theirs = held_by(factories.customer(tailspin), foreign)
    factories.relate(tailspin, county)
    through_another = held_by(county, foreign)
    before = stored()

    def ask(parent: str, offer: Offer = phone) -> Answer:
        return refusal(program.post(orders_at(county), order_of(line(offer, parentSubscriptionId=parent))))

    for each in (other, theirs, through_another):
        assert ask(each) == (404, 20003)
    assert ask(own, g5) == (400, 4018)
    Subscription.objects.filter(pk=own).update(auto_renew=False)
    program.patch(f"customers/{county.pk}/subscriptions/{own}", {"status": "suspended"})
    assert Subscription.objects.get(pk=own).state == "suspended"
    assert ask(own)[0] in (400, 409)
    assert stored() == before


def test_the_partner_on_record_is_a_reseller_of_this_provider(
    fabrikam: Partner, northwind: Partner, contoso: Partner, g3: Offer
) -> None:
    Partner.objects.filter(pk=fabrikam.pk).update(qualification="qualified")
    program = Program(access_token(application(fabrikam)))
    customer = factories.customer(fabrikam)

    def ask(mpn_id: str) -> Any:
        return program.post(orders_at(customer), order_of(line(g3, partnerIdOnRecord=mpn_id)))

    assert refusal(ask(fabrikam.mpn_id)) == (404, 2072)
    assert refusal(ask("404404")) == (404, 800015)
    assert refusal(ask(contoso.mpn_id)) == (400, 800016)
    assert refusal(ask("1" * 21)) == (400, 3000)
    assert stored() == NOTHING
    made = ask(northwind.mpn_id)
    assert made.status_code == 201, made.content
    assert made.json()["lineItems"][0]["partnerIdOnRecord"] == northwind.mpn_id
    assert Subscription.objects.get().partner_on_record == northwind.mpn_id
    assert ask("").status_code == 201


def test_for_a_reseller_s_customer_a_person_orders(fabrikam: Partner, northwind: Partner, g3: Offer) -> None:
    Partner.objects.filter(pk=fabrikam.pk).update(qualification="qualified")
    customer = factories.customer(fabrikam)
    Relationship.objects.update(reseller=northwind)
    alone = Program(access_token(application(fabrikam)))
    user: User = factories.agent(fabrikam).user
    person = Program(access_token(application(fabrikam, "app_user"), user))
    cart = alone.post(carts_at(customer), cart_of(item(g3))).json()
    checkout = f"{carts_at(customer)}/{cart['id']}/checkout"
    assert refusal(alone.post(orders_at(customer), order_of(line(g3)))) == (403, 900329)
    assert refusal(alone.post(checkout)) == (403, 900329)
    assert stored() == NOTHING
    assert person.post(orders_at(customer), order_of(line(g3))).status_code == 201
    assert person.post(checkout).status_code == 201


def test_a_commercial_customer_is_refused_government_and_all_else(
    program: Program, bakery: Customer, e3: Offer, g3: Offer
) -> None:
    for offer in (g3, e3):
        assert refusal(program.post(orders_at(bakery), order_of(line(offer)))) == (400, 800086)
    assert stored() == NOTHING


def test_all_reasons_are_named_at_once(program: Program, county: Customer, g3: Offer, e3: Offer) -> None:
    CustomerAgreement.objects.all().delete()
    answer = program.post(orders_at(county), order_of(line(g3, quantity=0), line(e3, 1), line("a:b:c", 2)))
    assert refusal(answer) == (403, 13605)
    assert answer.json()["data"] == ["O3.no_agreement", "O1.quantity", "O2.segment", "O1.unknown_offer"]


def test_a_refusal_is_told_in_the_audit_records(program: Program, county: Customer, g3: Offer) -> None:
    program.post(orders_at(county), order_of(line(g3, quantity=0)))
    program.post(orders_at(county), order_of(line(g3)))
    today = timezone.now().date().isoformat()
    records = program.get(f"auditrecords?startDate={today}").json()["items"]
    told = [
        (each["operationStatus"], each["customerId"])
        for each in records
        if each["operationType"] == "create_order"
    ]
    assert told == [("succeeded", str(county.pk)), ("failed", str(county.pk))]
