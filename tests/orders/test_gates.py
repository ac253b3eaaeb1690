"""O1, O2, O3, P2 at the gate and at the transition itself: each refuses, and each lets through."""

from collections.abc import Callable

import pytest

from customers.models import Customer, CustomerAgreement, Relationship, SpecialQualification
from gcc_portal.core.gates import Blocked
from orders.gates import termination as parting
from orders.gates.order import can_add, can_submit
from orders.models import Offer, Order, OrderLine, Subscription
from partners.models import Partner
from tests import factories
from tests.orders.conftest import MONTHLY, YEARLY, make_offer

GCC = "government_community_cloud"


def codes(order: Order) -> list[str]:
    """Return the codes of all that stands against the order, asked of a fresh instance."""
    return [each.code for each in can_submit(Order.objects.get(pk=order.pk))]


def refused_by_the_transition(order: Order) -> list[str]:
    """Return the codes with which a direct call of the transition is refused; nothing is changed."""
    fresh = Order.objects.get(pk=order.pk)
    with pytest.raises(Blocked) as refused:
        fresh.submit()
    assert fresh.state == "cart"
    return [each.code for each in refused.value.blockers]


def test_a_good_cart_goes_through(g3: Offer, phone: Offer, fill: Callable[..., Order]) -> None:
    cart = fill(g3, phone)
    assert codes(cart) == []
    fresh = Order.objects.get(pk=cart.pk)
    fresh.submit()
    assert fresh.state == "submitted"


def test_o1_the_partner_is_qualified(g3: Offer, contoso: Partner, fill: Callable[..., Order]) -> None:
    cart = fill(g3)
    Partner.objects.filter(pk=contoso.pk).update(qualification="revoked")
    assert codes(cart) == refused_by_the_transition(cart) == ["O1.partner_not_qualified"]


def test_p2_a_reseller_does_not_order(g3: Offer, county: Customer, northwind: Partner) -> None:
    factories.relate(northwind, county)
    user = factories.agent(northwind).user
    cart = Order.objects.create(partner=northwind, customer=county, created_by=user)
    OrderLine.objects.create(
        order=cart,
        offer=g3,
        sku_title="x",
        quantity=1,
        term="P1Y",
        billing_cycle="annual",
        unit_price_cents=1,
    )
    assert codes(cart) == refused_by_the_transition(cart) == ["P2.reseller_orders"]


def test_o1_the_relationship_is_active(g3: Offer, fill: Callable[..., Order]) -> None:
    cart = fill(g3)
    Relationship.objects.update(state="ended")
    assert codes(cart) == refused_by_the_transition(cart) == ["O1.no_relationship"]


def test_o1_the_customer_is_gcc(g3: Offer, fill: Callable[..., Order]) -> None:
    cart = fill(g3)
    SpecialQualification.objects.update(state="revoked")
    assert codes(cart) == refused_by_the_transition(cart) == ["O1.customer_not_gcc", "O2.segment"]
    blocker = can_submit(Order.objects.get(pk=cart.pk))[0]
    assert "is None" in str(blocker.message)
    assert blocker.url.endswith(f"{cart.customer_id}/account/") or str(cart.customer_id) in blocker.url


def test_o3_there_is_an_agreement(g3: Offer, fill: Callable[..., Order]) -> None:
    cart = fill(g3)
    CustomerAgreement.objects.all().delete()
    assert codes(cart) == refused_by_the_transition(cart) == ["O3.no_agreement"]


def test_o1_every_line_is_for_sale_within_limits_and_plans(
    g3: Offer, g5: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3, g5)
    first, second = cart.lines.all()
    Offer.objects.filter(pk=g3.pk).update(is_active=False)
    Offer.objects.filter(pk=g5.pk).update(min_quantity=50, terms=["P1M"])
    found = [(each.code, each.line, each.field) for each in can_submit(Order.objects.get(pk=cart.pk))]
    assert found == [
        ("O1.withdrawn", first.pk, ""),
        ("O1.quantity", second.pk, "quantity"),
        ("O1.plan", second.pk, "plan"),
    ]
    assert refused_by_the_transition(cart) == ["O1.withdrawn", "O1.quantity", "O1.plan"]


def test_o1_all_blockers_come_at_once(g3: Offer, contoso: Partner, fill: Callable[..., Order]) -> None:
    cart = fill(g3)
    Partner.objects.filter(pk=contoso.pk).update(qualification="revoked")
    CustomerAgreement.objects.all().delete()
    Offer.objects.update(is_active=False)
    assert codes(cart) == ["O1.partner_not_qualified", "O3.no_agreement", "O1.withdrawn"]


def test_o1_an_addon_needs_its_base(
    g5: Offer, phone: Offer, fill: Callable[..., Order], place: Callable[..., Order]
) -> None:
    cart = fill(phone)
    assert codes(cart) == refused_by_the_transition(cart) == ["O1.base"]
    held = place(g5, phone)
    assert held.state == "completed"
    cart = fill(phone)
    assert codes(cart) == []


def test_o1_a_base_that_is_not_usable_does_not_count(
    g3: Offer, phone: Offer, fill: Callable[..., Order], place: Callable[..., Order]
) -> None:
    place(g3)
    cart = fill(phone)
    for state in ("suspended", "pending"):
        Subscription.objects.update(state=state)
        assert codes(cart) == ["O1.base"]
    cart = fill(g3, phone)
    assert codes(cart) == []
    Offer.objects.filter(pk=g3.pk).update(is_active=False)
    assert codes(cart) == ["O1.base", "O1.withdrawn"]


def test_o1_what_another_customer_or_partner_holds_does_not_count(
    g3: Offer, phone: Offer, contoso: Partner, place: Callable[..., Order], fill: Callable[..., Order]
) -> None:
    place(g3, customer=factories.customer(contoso, "Pinecrest Town"))
    assert codes(fill(phone)) == ["O1.base"]


def test_o1_an_empty_cart_is_no_order(g3: Offer, fill: Callable[..., Order]) -> None:
    cart = fill(g3)
    cart.lines.all().delete()
    assert codes(cart) == refused_by_the_transition(cart) == ["O1.empty"]


SEGMENTS = [
    ((), {"commercial"}),
    (("education",), {"commercial", "education"}),
    (("nonprofit",), {"commercial", "nonprofit"}),
    ((GCC,), {"government"}),
    ((GCC, "state_owned_entity"), {"government"}),
]


@pytest.mark.parametrize(("kinds", "allowed"), SEGMENTS)
def test_o2_each_qualification_allows_its_segments(
    contoso: Partner, kinds: tuple[str, ...], allowed: set[str]
) -> None:
    customer = factories.customer(contoso, kinds=kinds)
    for segment in ("government", "commercial", "education", "nonprofit"):
        offer = make_offer(segment, segment=segment)
        found = [each.code for each in can_add(offer, 1, YEARLY, contoso, customer)]
        assert found == ([] if segment in allowed else ["O2.segment"]), segment


def test_can_add_knows_limits_plans_and_what_is_withdrawn(contoso: Partner, county: Customer) -> None:
    offer = make_offer("Three years", terms=["P3Y"], billing_cycles=["triennial"], min_quantity=5)
    assert can_add(offer, 5, "P3Y:triennial", contoso, county) == []
    offer.is_active = False
    found = [each.code for each in can_add(offer, 4, MONTHLY, contoso, county)]
    assert found == ["O1.withdrawn", "O1.plan", "O1.quantity"]


@pytest.mark.parametrize(
    ("terms", "cycles", "plans"),
    [
        (["P1M"], ["monthly", "annual", "triennial"], ["P1M:monthly"]),
        (["P1Y"], ["monthly", "annual", "triennial"], ["P1Y:monthly", "P1Y:annual"]),
        (["P3Y"], ["monthly", "annual", "triennial"], ["P3Y:monthly", "P3Y:annual", "P3Y:triennial"]),
        (["P1Y", "P1M"], ["annual"], ["P1Y:annual"]),
        (["P1M"], ["annual"], []),
        ([], [], []),
    ],
)
def test_plans_follow_new_commerce(terms: list[str], cycles: list[str], plans: list[str]) -> None:
    assert [plan.code for plan in Offer(terms=terms, billing_cycles=cycles).plans] == plans


def test_a_relationship_does_not_end_under_what_runs(
    g3: Offer, county: Customer, place: Callable[..., Order], fill: Callable[..., Order]
) -> None:
    relationship = county.relationships.get()
    assert parting.nothing_runs(relationship) == []
    place(g3)
    assert [each.code for each in parting.nothing_runs(relationship)] == ["O4.subscriptions_held"]
    with pytest.raises(Blocked):
        relationship.end()
    Subscription.objects.update(state="expired", ended_at="2026-01-01T00:00Z")
    assert parting.nothing_runs(relationship) == []
    cart = fill(g3)
    assert parting.nothing_runs(relationship) == []
    fresh = Order.objects.get(pk=cart.pk)
    fresh.submit()
    fresh.save()
    assert [each.code for each in parting.nothing_runs(relationship)] == ["O1.orders_under_way"]


def test_o2_commercial_subscriptions_forbid_gcc(
    g3: Offer, e3: Offer, county: Customer, place: Callable[..., Order]
) -> None:
    place(g3)
    assert parting.no_other_commerce(county) == []
    Subscription.objects.update(offer=e3)
    assert [each.code for each in parting.no_other_commerce(county)] == ["O2.commercial_held"]
