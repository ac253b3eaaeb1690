"""Carts and orders through their services."""

from collections.abc import Callable

import pytest
from django.http import Http404

from customers.models import Customer
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked, NotAllowed, Stale, WrongState
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, Order, OrderLine, Subscription
from orders.services import carts, fulfilment, placing
from orders.services.carts import Change
from partners.models import Partner
from tests import factories
from tests.orders.conftest import MONTHLY, YEARLY, make_offer


def test_an_order_from_cart_to_subscriptions(
    sales_actor: Actor, county: Customer, g3: Offer, phone: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3, phone, seats=25)
    order = placing.submit(sales_actor, cart.number, cart.revision)
    assert (order.state, order.line_count) == ("submitted", 2)
    assert order.month_cents == 25 * (1000 + 800)
    assert order.due_cents == 12 * order.month_cents
    assert fulfilment.fulfil(order.pk) == "completed"
    base = Subscription.objects.get(offer=g3)
    addon = Subscription.objects.get(offer=phone)
    assert (base.state, base.quantity, base.customer, base.base) == ("active", 25, county, None)
    assert addon.base == base
    assert set(OrderLine.objects.filter(order=order).values_list("outcome", flat=True)) == {"fulfilled"}
    steps = [(each.action, each.from_state, each.to_state) for each in history_of(order).order_by("id")]
    assert steps == [
        ("submit", "cart", "submitted"),
        ("begin", "submitted", "processing"),
        ("complete", "processing", "completed"),
    ]
    assert history_of(base).get().to_state == "active"


def test_a_one_month_term_costs_a_fifth_more(g3: Offer, place: Callable[..., Order]) -> None:
    order = place(g3, plan=MONTHLY, seats=1)
    assert (order.month_cents, order.due_cents) == (1200, 1200)


def test_submitting_twice_gives_the_order_that_exists(
    sales_actor: Actor, g3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3)
    first = placing.submit(sales_actor, cart.number, cart.revision)
    again = placing.submit(sales_actor, cart.number, cart.revision)
    assert first == again
    assert Order.objects.count() == 1
    assert AuditEntry.objects.filter(action="submit").count() == 1


def test_after_the_submit_there_is_a_new_cart(
    sales_actor: Actor, g3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3)
    placing.submit(sales_actor, cart.number, cart.revision)
    assert fill(g3).pk != cart.pk


def test_a_stale_tab_does_not_submit(
    sales_actor: Actor, g3: Offer, g5: Offer, fill: Callable[..., Order]
) -> None:
    seen = fill(g3)
    fill(g5)
    with pytest.raises(Stale):
        placing.submit(sales_actor, seen.number, seen.revision)
    assert Order.objects.get().state == "cart"


def test_a_price_that_changed_is_shown_before_it_is_paid(
    sales_actor: Actor, g3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3)
    Offer.objects.filter(pk=g3.pk).update(price_cents=9999)
    with pytest.raises(Stale):
        placing.submit(sales_actor, cart.number, cart.revision, due_cents=10 * 1000 * 12)
    order = placing.submit(sales_actor, cart.number, cart.revision, due_cents=10 * 9999 * 12)
    assert order.lines.get().unit_price_cents == 9999


def test_an_order_keeps_its_text_and_price_as_sold(g3: Offer, place: Callable[..., Order]) -> None:
    order = place(g3)
    Offer.objects.filter(pk=g3.pk).update(price_cents=1, sku_title="Renamed")
    line = order.lines.get()
    assert (line.sku_title, line.unit_price_cents) == ("Office 365 G3 GCC", 1000)


def test_a_refused_submit_writes_its_reason_and_nothing_else(
    sales_actor: Actor, g3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3)
    Offer.objects.update(is_active=False)
    with pytest.raises(Blocked):
        placing.submit(sales_actor, cart.number, cart.revision)
    cart.refresh_from_db()
    assert (cart.state, cart.submitted_at) == ("cart", None)
    refusal = history_of(cart).get()
    assert refusal.refused
    assert "O1.withdrawn" in refusal.codes


def test_another_partner_meets_nothing(
    sales_actor: Actor, stranger_actor: Actor, county: Customer, g3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3)
    with pytest.raises(Http404):
        carts.add_line(stranger_actor, county.pk, g3.pk, 1, YEARLY)
    with pytest.raises(Http404):
        placing.submit(stranger_actor, cart.number, cart.revision)
    order = placing.submit(sales_actor, cart.number, cart.revision)
    with pytest.raises(Http404):
        placing.cancel(stranger_actor, order.number)
    with pytest.raises(Http404):
        placing.retry_failed_lines(stranger_actor, order.number)


def test_a_role_without_the_right_is_refused(
    reviewer_actor: Actor, county: Customer, g3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3)
    with pytest.raises(NotAllowed):
        carts.add_line(reviewer_actor, county.pk, g3.pk, 1, YEARLY)
    with pytest.raises(NotAllowed):
        placing.submit(reviewer_actor, cart.number, cart.revision)


def test_colleagues_have_carts_of_their_own(
    admin_actor: Actor, county: Customer, g3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3)
    line, _before = carts.add_line(admin_actor, county.pk, g3.pk, 1, YEARLY)
    assert line.order_id != cart.pk
    with pytest.raises(Http404):
        placing.submit(admin_actor, cart.number, cart.revision)


def test_adding_again_is_harmless(sales_actor: Actor, county: Customer, g3: Offer) -> None:
    carts.add_line(sales_actor, county.pk, g3.pk, 7, YEARLY)
    line, before = carts.add_line(sales_actor, county.pk, g3.pk, 7, YEARLY)
    assert (before, line.quantity, OrderLine.objects.count(), line.order.revision) == (7, 7, 1, 1)
    _line, before = carts.add_line(sales_actor, county.pk, g3.pk, 9, YEARLY)
    assert (before, OrderLine.objects.get().quantity) == (7, 9)
    carts.add_line(sales_actor, county.pk, g3.pk, 9, MONTHLY)
    assert OrderLine.objects.count() == 2


def test_changing_lines_is_all_or_nothing(
    sales_actor: Actor, county: Customer, g3: Offer, g5: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3, g5)
    first, second = cart.lines.all()
    wanted = {first.pk: Change(20, MONTHLY), second.pk: Change(301, YEARLY)}
    with pytest.raises(Blocked) as refused:
        carts.change_lines(sales_actor, county.pk, cart.number, cart.revision, wanted)
    assert [(each.code, each.line, each.field) for each in refused.value.blockers] == [
        ("O1.quantity", second.pk, "quantity")
    ]
    first.refresh_from_db()
    assert first.quantity == 10
    wanted[second.pk] = Change(300, YEARLY)
    carts.change_lines(sales_actor, county.pk, cart.number, cart.revision, wanted)
    first.refresh_from_db()
    assert (first.quantity, first.plan.code, first.unit_price_cents) == (20, MONTHLY, 1200)


def test_a_stale_change_is_refused_but_a_repeated_one_is_not(
    sales_actor: Actor, county: Customer, g3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3)
    line = cart.lines.get()
    carts.change_lines(sales_actor, county.pk, cart.number, cart.revision, {line.pk: Change(20, YEARLY)})
    carts.change_lines(sales_actor, county.pk, cart.number, cart.revision, {line.pk: Change(20, YEARLY)})
    with pytest.raises(Stale):
        carts.change_lines(sales_actor, county.pk, cart.number, cart.revision, {line.pk: Change(30, YEARLY)})
    line.refresh_from_db()
    assert line.quantity == 20


def test_lines_can_change_places_but_not_be_twice(
    sales_actor: Actor, county: Customer, g3: Offer, fill: Callable[..., Order]
) -> None:
    fill(g3, plan=YEARLY)
    cart = fill(g3, plan=MONTHLY)
    first, second = cart.lines.all()
    swapped = {first.pk: Change(1, MONTHLY), second.pk: Change(2, YEARLY)}
    cart = carts.change_lines(sales_actor, county.pk, cart.number, cart.revision, swapped)
    with pytest.raises(Blocked) as refused:
        carts.change_lines(sales_actor, county.pk, cart.number, cart.revision, {first.pk: Change(1, YEARLY)})
    assert [(each.code, each.line) for each in refused.value.blockers] == [("O1.twice", second.pk)]


def test_removing_and_clearing(
    sales_actor: Actor, county: Customer, g3: Offer, g5: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3, g5)
    line = cart.lines.first()
    assert carts.remove_line(sales_actor, county.pk, line.pk) == line.sku_title
    assert carts.remove_line(sales_actor, county.pk, line.pk) == ""
    with pytest.raises(Stale):
        carts.clear(sales_actor, county.pk, cart.number, cart.revision)
    cart.refresh_from_db()
    assert carts.clear(sales_actor, county.pk, cart.number, cart.revision) == 1
    assert carts.clear(sales_actor, county.pk, cart.number, cart.revision) == 0


def test_a_line_of_another_cart_is_not_removed(
    admin_actor: Actor, county: Customer, g3: Offer, fill: Callable[..., Order]
) -> None:
    line = fill(g3).lines.get()
    assert carts.remove_line(admin_actor, county.pk, line.pk) == ""
    assert OrderLine.objects.filter(pk=line.pk).exists()


def test_a_cart_has_an_end(
    sales_actor: Actor, county: Customer, g3: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.gates.order.LINES_MAX", 2)
    for each in ("One", "Two"):
        carts.add_line(sales_actor, county.pk, make_offer(each).pk, 1, YEARLY)
    with pytest.raises(Blocked) as refused:
        carts.add_line(sales_actor, county.pk, g3.pk, 1, YEARLY)
    assert refused.value.blockers[0].code == "O1.full"


def test_an_order_is_called_off_until_it_is_taken_up(
    sales_actor: Actor, g3: Offer, fill: Callable[..., Order]
) -> None:
    cart = fill(g3)
    placing.submit(sales_actor, cart.number, cart.revision)
    order = placing.cancel(sales_actor, cart.number, reason="ordered by mistake")
    assert order.state == placing.cancel(sales_actor, cart.number).state == "cancelled"
    assert fulfilment.fulfil(order.pk) == "cancelled"
    assert not Subscription.objects.exists()
    done = fill(g3)
    placing.submit(sales_actor, done.number, done.revision)
    fulfilment.fulfil(done.pk)
    with pytest.raises(WrongState):
        placing.cancel(sales_actor, done.number)


def test_an_agent_of_a_reseller_fills_no_cart(northwind: Partner, g3: Offer) -> None:
    agent = factories.actor(factories.agent(northwind).user)
    customer = factories.customer(northwind)
    with pytest.raises(Blocked) as refused:
        carts.add_line(agent, customer.pk, g3.pk, 1, YEARLY)
    assert [each.code for each in refused.value.blockers] == ["P2.reseller_orders"]
    assert "Fabrikam Distribution" in str(refused.value)
