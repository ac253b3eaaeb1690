"""Fulfilment: twice, killed, in part, and tried again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked, WrongState
from gcc_portal.core.mail.models import OutboxMail
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from orders import tasks
from orders.models import Offer, Order, OrderLine, Subscription
from orders.services import fulfilment, placing
from tests.orders.conftest import make_offer


@pytest.fixture
def submitted(sales_actor: Actor, fill: Callable[..., Order]) -> Callable[..., Order]:
    """Return a function that submits a cart of offers without fulfilling it."""

    def submit(*offers: Offer) -> Order:
        cart = fill(*offers)
        return placing.submit(sales_actor, cart.number, cart.revision)

    return submit


def outcomes(order: Order) -> dict[str, str]:
    """Return the outcome of each line by title."""
    return dict(order.lines.values_list("sku_title", "outcome"))


def test_twice_is_once(submitted: Callable[..., Order], g3: Offer, g5: Offer) -> None:
    order = submitted(g3, g5)
    assert [fulfilment.fulfil(order.pk) for _time in range(3)] == ["completed"] * 3
    assert Subscription.objects.count() == 2
    assert OutboxMail.objects.filter(kind="order_result").count() == 1


def test_an_order_that_does_not_exist_is_nothing(db: None) -> None:
    assert tasks.fulfil(4711) == ""


def test_a_worker_that_dies_leaves_nothing_half_done(
    submitted: Callable[..., Order], g3: Offer, g5: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = submitted(g3, g5)

    def dies(*_arguments: Any, **_options: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(fulfilment, "build_email", dies)
        with pytest.raises(MemoryError):
            fulfilment.fulfil(order.pk)
    order.refresh_from_db()
    assert order.state == "processing"
    assert set(outcomes(order).values()) == {"pending"}
    assert not Subscription.objects.exists()
    assert fulfilment.stuck_orders() == []
    later = timezone.now() + timedelta(minutes=3)
    assert fulfilment.stuck_orders(later) == [order.pk]
    assert fulfilment.fulfil(order.pk) == "completed"
    assert Subscription.objects.count() == 2
    assert fulfilment.stuck_orders(later) == []


def test_stuck_orders_are_taken_up(submitted: Callable[..., Order], g3: Offer, eager: None) -> None:
    order = submitted(g3)
    assert tasks.resume_stuck() == 0
    Order.objects.update(touched_at=timezone.now() - timedelta(minutes=5))
    assert tasks.resume_stuck() == 1
    order.refresh_from_db()
    assert order.state == "completed"


def test_a_broker_that_is_away_does_not_lose_the_order(
    sales_actor: Actor,
    g3: Offer,
    g5: Offer,
    fill: Callable[..., Order],
    commits: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_arguments: Any) -> None:
        raise ConnectionError("no broker")

    with monkeypatch.context() as broken:
        broken.setattr(tasks.fulfil_waiting, "delay", away)
        cart = fill(g3)
        with commits():
            order = placing.submit(sales_actor, cart.number, cart.revision)
    order.refresh_from_db()
    assert order.state == "submitted"
    # The next order finds a broker, and its worker takes both.
    sent: list[None] = []
    monkeypatch.setattr(tasks.fulfil_waiting, "delay", lambda: sent.append(None))
    cart = fill(g5)
    with commits():
        placing.submit(sales_actor, cart.number, cart.revision)
    assert len(sent) == 1
    assert tasks.fulfil_waiting() == 2
    assert set(Order.objects.values_list("state", flat=True)) == {"completed"}


def test_what_fails_says_why_and_the_rest_is_fulfilled(
    submitted: Callable[..., Order], g3: Offer, g5: Offer, sales: User
) -> None:
    order = submitted(g3, g5)
    Offer.objects.filter(pk=g5.pk).update(is_active=False)
    assert fulfilment.fulfil(order.pk) == "failed"
    assert outcomes(order) == {"Office 365 G3 GCC": "fulfilled", "Office 365 G5 GCC": "failed"}
    assert order.lines.get(offer=g5).cause == "Office 365 G5 GCC is no longer sold."
    mail = OutboxMail.objects.get(kind="order_result").email
    assert mail.to == [sales.email]
    assert "Office 365 G5 GCC is no longer sold." in mail.message
    assert order.number in mail.message


def test_an_addon_falls_with_its_base(submitted: Callable[..., Order], g3: Offer, phone: Offer) -> None:
    calls = make_offer("Calling plan", needs=(phone,))
    order = submitted(calls, phone, g3)
    Offer.objects.filter(pk=g3.pk).update(is_active=False)
    fulfilment.fulfil(order.pk)
    assert set(outcomes(order).values()) == {"failed"}
    assert "needs one of Office 365 G3 GCC or Office 365 G5 GCC" in order.lines.get(offer=phone).cause
    assert "needs Teams Phone GCC" in order.lines.get(offer=calls).cause


def test_a_chain_of_addons_in_one_order(submitted: Callable[..., Order], g3: Offer, phone: Offer) -> None:
    calls = make_offer("Calling plan", needs=(phone,))
    order = submitted(calls, phone, g3)
    assert fulfilment.fulfil(order.pk) == "completed"
    by_offer = {each.offer_id: each for each in Subscription.objects.all()}
    assert by_offer[calls.pk].base == by_offer[phone.pk]
    assert by_offer[phone.pk].base == by_offer[g3.pk]


def test_a_base_that_went_meanwhile(
    place: Callable[..., Order], submitted: Callable[..., Order], g3: Offer, phone: Offer
) -> None:
    place(g3)
    order = submitted(phone)
    Subscription.objects.update(state="cancelled", ended_at=timezone.now())
    assert fulfilment.fulfil(order.pk) == "failed"
    assert Subscription.objects.count() == 1


def test_retry_touches_the_failed_lines_alone(
    submitted: Callable[..., Order], sales_actor: Actor, g3: Offer, g5: Offer
) -> None:
    order = submitted(g3, g5)
    Offer.objects.filter(pk=g5.pk).update(is_active=False)
    fulfilment.fulfil(order.pk)
    kept = Subscription.objects.get()
    with pytest.raises(Blocked) as refused:
        placing.retry_failed_lines(sales_actor, order.number)
    assert [each.code for each in refused.value.blockers] == ["O1.withdrawn"]
    assert history_of(order).first().refused
    Offer.objects.update(is_active=True)
    assert placing.retry_failed_lines(sales_actor, order.number).state == "processing"
    assert placing.retry_failed_lines(sales_actor, order.number).state == "processing"
    assert outcomes(order) == {"Office 365 G3 GCC": "fulfilled", "Office 365 G5 GCC": "pending"}
    assert fulfilment.fulfil(order.pk) == "completed"
    assert Subscription.objects.count() == 2
    assert Subscription.objects.get(offer=g3).pk == kept.pk
    assert OutboxMail.objects.filter(kind="order_result").count() == 2
    with pytest.raises(WrongState):
        placing.retry_failed_lines(sales_actor, order.number)


def test_retry_goes_on_when_one_of_the_failed_lines_can(
    submitted: Callable[..., Order], sales_actor: Actor, g3: Offer, g5: Offer
) -> None:
    order = submitted(g3, g5)
    Offer.objects.update(is_active=False)
    fulfilment.fulfil(order.pk)
    Offer.objects.filter(pk=g3.pk).update(is_active=True)
    placing.retry_failed_lines(sales_actor, order.number)
    assert fulfilment.fulfil(order.pk) == "failed"
    assert outcomes(order) == {"Office 365 G3 GCC": "fulfilled", "Office 365 G5 GCC": "failed"}


def test_the_page_of_a_failed_order(
    submitted: Callable[..., Order], client_of: Any, sales: User, g3: Offer, eager: None, commits: Any
) -> None:
    order = submitted(g3)
    Offer.objects.update(is_active=False)
    fulfilment.fulfil(order.pk)
    page = client_of(sales)
    url, retry = reverse("orders:order", args=[order.number]), reverse("orders:retry", args=[order.number])
    shown = page.get(url)
    assert "is no longer sold" in shown.content.decode()
    assert not shown.context["can_retry"]
    assert page.post(retry).status_code == 409
    Offer.objects.update(is_active=True)
    assert page.get(url).context["can_retry"]
    with commits():
        assert page.post(retry).url == url
    done = page.get(url)
    assert "Every line is fulfilled" in done.content.decode()
    assert OrderLine.objects.get().cause == ""


def test_direct_transitions_meet_their_gates(submitted: Callable[..., Order], g3: Offer) -> None:
    order = submitted(g3)
    assert fulfilment._take_up(1) == [order.pk]
    order = Order.objects.get(pk=order.pk)
    with pytest.raises(Blocked):
        order.complete()
    order.fail()
    with pytest.raises(Blocked):
        order.retry()
