"""O4 at the gate, the service, the page and the transition itself; what is sold more is sold under O1 and O2."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Relationship, SpecialQualification
from gcc_portal.core.audit.record import history_of
from gcc_portal.core.gates import Blocked, NotAllowed, Stale, WrongState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from orders.gates.parties import may_be_on_record
from orders.gates.seats import can_cancel, can_change_seats
from orders.models import Offer, Order, Subscription
from orders.services import subscriptions as services
from partners.models import Partner
from tests import factories
from tests.orders.conftest import MONTHLY, make_offer

BOUGHT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
LAST = datetime(2026, 3, 8, 23, 59, 59, tzinfo=UTC)
OVER = datetime(2026, 3, 9, 0, 0, 0, tzinfo=UTC)


@pytest.fixture
def held(buy: Callable[..., Subscription], g3: Offer) -> Subscription:
    """Ten seats for a year, bought late on 1 March."""
    with time_machine.travel(BOUGHT, tick=False):
        return buy(g3)


def codes(refused: Any) -> list[str]:
    """Return the codes of a refusal."""
    return [each.code for each in refused.value.blockers]


def test_the_window_is_seven_calendar_days_in_utc(held: Subscription) -> None:
    assert held.cancel_until == date(2026, 3, 8)
    assert held.is_in_window(BOUGHT)
    assert held.is_in_window(LAST)
    assert not held.is_in_window(OVER)
    # 8 March 20:30 in New York is 9 March in UTC.
    assert not held.is_in_window(datetime.fromisoformat("2026-03-08T20:30:00-04:00"))
    assert held.is_in_window(datetime.fromisoformat("2026-03-09T05:00:00+09:00"))


@pytest.mark.parametrize(("now", "found"), [(LAST, []), (OVER, ["O4.window"])])
def test_o4_fewer_seats_and_cancel(
    held: Subscription, sales_actor: Actor, now: datetime, found: list[str]
) -> None:
    """The gate, the transition and the service give one answer on both sides of midnight."""
    with time_machine.travel(now, tick=False):
        assert [each.code for each in can_change_seats(held, 5)] == found
        assert [each.code for each in can_cancel(held)] == found
        for act in ("seats", "cancel"):
            fresh = Subscription.objects.get()
            direct: dict[str, Callable[[], Any]] = {
                "seats": lambda fresh=fresh: fresh.change_seats(quantity=5),
                "cancel": fresh.cancel,
            }
            service: dict[str, Callable[[], Any]] = {
                "seats": lambda: services.change_seats(sales_actor, held.pk, 0, 5),
                "cancel": lambda: services.cancel(sales_actor, held.pk, 1),
            }
            if found:
                with pytest.raises(Blocked) as refused:
                    direct[act]()
                assert codes(refused) == found
                with pytest.raises((Blocked, Stale)):
                    service[act]()
            else:
                direct[act]()
                service[act]()
    held.refresh_from_db()
    assert (held.quantity, held.state) == ((10, "active") if found else (5, "cancelled"))


def test_o4_the_refusal_names_the_day_on_which_it_takes_effect(
    held: Subscription, sales_actor: Actor
) -> None:
    with time_machine.travel(OVER, tick=False), pytest.raises(Blocked) as refused:
        services.change_seats(sales_actor, held.pk, 0, 5)
    assert "until Mar 8, 2026 (UTC)" in str(refused.value)
    assert "takes effect on Mar 1, 2027" in str(refused.value)
    entry = history_of(held).first()
    assert entry.refused
    assert "O4.window" in entry.codes


def test_o4_more_seats_at_any_time(held: Subscription, sales_actor: Actor) -> None:
    with time_machine.travel(OVER + timedelta(days=100), tick=False):
        assert services.change_seats(sales_actor, held.pk, 0, 300).quantity == 300
        with pytest.raises(Blocked) as refused:
            services.change_seats(sales_actor, held.pk, 1, 301)
    assert codes(refused) == ["O1.quantity"]


def test_more_seats_are_a_sale(held: Subscription, sales_actor: Actor, contoso: Partner) -> None:
    SpecialQualification.objects.update(state="revoked")
    Partner.objects.filter(pk=contoso.pk).update(qualification="revoked")
    with pytest.raises(Blocked) as refused:
        services.change_seats(sales_actor, held.pk, 0, 11)
    assert codes(refused) == ["O1.partner_not_qualified", "O2.segment"]


def test_fewer_seats_wait_for_the_renewal(held: Subscription, sales_actor: Actor) -> None:
    changed = services.schedule_seats(sales_actor, held.pk, 0, 4)
    assert (changed.quantity, changed.scheduled_quantity) == (10, 4)
    assert services.unschedule_seats(sales_actor, held.pk, 1).scheduled_quantity is None
    assert services.unschedule_seats(sales_actor, held.pk, 1).revision == 2
    with pytest.raises(Blocked) as refused:
        services.schedule_seats(sales_actor, held.pk, 2, 10)
    assert codes(refused) == ["O4.not_fewer"]
    services.set_auto_renew(sales_actor, held.pk, 2, on=False)
    with pytest.raises(Blocked) as refused:
        services.schedule_seats(sales_actor, held.pk, 3, 4)
    assert codes(refused) == ["O4.no_renewal"]


def test_turning_off_the_renewal_drops_what_waits_for_it(held: Subscription, sales_actor: Actor) -> None:
    services.schedule_seats(sales_actor, held.pk, 0, 4)
    changed = services.set_auto_renew(sales_actor, held.pk, 1, on=False)
    assert (changed.auto_renew, changed.scheduled_quantity) == (False, None)
    assert services.set_auto_renew(sales_actor, held.pk, 1, on=False).revision == 2
    with pytest.raises(Blocked) as refused:
        Subscription.objects.get().set_auto_renew(on=False)
    assert codes(refused) == ["O4.unchanged"]


def test_a_trial_is_not_renewed(buy: Callable[..., Subscription], sales_actor: Actor) -> None:
    trial = buy(make_offer("Trial", kind="trial", price_cents=0))
    assert not trial.auto_renew
    with pytest.raises(Blocked) as refused:
        services.set_auto_renew(sales_actor, trial.pk, 0, on=True)
    assert codes(refused) == ["O4.trial"]


def test_suspend_resume_cancel(held: Subscription, sales_actor: Actor) -> None:
    assert services.suspend(sales_actor, held.pk, 0).state == "suspended"
    assert services.suspend(sales_actor, held.pk, 0).revision == 1
    with pytest.raises(WrongState):
        services.change_seats(sales_actor, held.pk, 1, 20)
    assert services.resume(sales_actor, held.pk, 1).state == "active"
    with time_machine.travel(LAST, tick=False):
        ended = services.cancel(sales_actor, held.pk, 2)
    assert (ended.state, ended.ended_at) == ("cancelled", LAST)
    assert services.cancel(sales_actor, held.pk, 2).revision == 3
    with pytest.raises(WrongState):
        services.resume(sales_actor, held.pk, 3)


def test_a_base_is_not_cancelled_under_its_addons(
    place: Callable[..., Order], g3: Offer, phone: Offer, sales_actor: Actor
) -> None:
    place(g3, phone)
    base, addon = Subscription.objects.get(offer=g3), Subscription.objects.get(offer=phone)
    with pytest.raises(Blocked) as refused:
        services.cancel(sales_actor, base.pk, 0)
    assert codes(refused) == ["O4.addons"]
    services.cancel(sales_actor, addon.pk, 0)
    assert services.cancel(sales_actor, base.pk, 0).state == "cancelled"


def test_an_addon_is_not_resumed_without_its_base(
    place: Callable[..., Order], g3: Offer, phone: Offer, sales_actor: Actor, page: Client
) -> None:
    place(g3, phone)
    base, addon = Subscription.objects.get(offer=g3), Subscription.objects.get(offer=phone)
    for each in (base, addon):
        services.suspend(sales_actor, each.pk, 0)
    with pytest.raises(Blocked) as refused:
        services.resume(sales_actor, addon.pk, 1)
    assert codes(refused) == ["O1.base_not_active"]
    shown = page.get(reverse("orders:subscription", args=[addon.pk]))
    assert [each.code for each in shown.context["resume_blockers"]] == ["O1.base_not_active"]
    assert 'data-code="O1.base_not_active"' in shown.content.decode()
    sent = page.post(reverse("orders:act", args=[addon.pk, "resume"]), {"revision": 1})
    assert sent.status_code == 409
    services.resume(sales_actor, base.pk, 1)
    assert page.get(reverse("orders:subscription", args=[addon.pk])).context["resume_blockers"] == []
    assert services.resume(sales_actor, addon.pk, 1).state == "active"


def test_the_partner_s_name_stands_beside_the_title(
    page: Client, held: Subscription, sales_actor: Actor
) -> None:
    wanted = services.SubscriptionChanges(name="<Clerk's office>")
    assert services.change(sales_actor, held.customer_id, held.pk, wanted).friendly_name == "<Clerk's office>"
    for url in (
        reverse("orders:subscription", args=[held.pk]),
        reverse("orders:subscriptions", args=[held.customer_id]),
    ):
        assert "&lt;Clerk&#x27;s office&gt;" in page.get(url).content.decode()


def test_a_stale_tab_changes_nothing_but_a_repeated_request_is_harmless(
    held: Subscription, sales_actor: Actor
) -> None:
    services.change_seats(sales_actor, held.pk, 0, 20)
    assert services.change_seats(sales_actor, held.pk, 0, 20).revision == 1
    for act in (services.suspend, services.cancel):
        with pytest.raises(Stale):
            act(sales_actor, held.pk, 0)
    with pytest.raises(Stale):
        services.change_seats(sales_actor, held.pk, 0, 30)
    with pytest.raises(Blocked) as refused:
        services.change_seats(sales_actor, held.pk, 1, 20)
    assert codes(refused) == ["O4.unchanged"]


def test_whose_subscription_it_is(
    held: Subscription, sales_actor: Actor, stranger_actor: Actor, reviewer_actor: Actor
) -> None:
    for act in (services.suspend, services.resume, services.cancel, services.unschedule_seats):
        with pytest.raises(Http404):
            act(stranger_actor, held.pk, 0)
        with pytest.raises(Http404):
            act(sales_actor, uuid4(), 0)
    powerless = Actor(role="nobody", channel="page", name="x", user_id=1, partner_id=held.partner_id)
    with pytest.raises(NotAllowed):
        services.suspend(powerless, held.pk, 0)


@pytest.fixture
def page(client_of: Callable[[User], Client], sales: User) -> Client:
    """The sales agent's browser."""
    return client_of(sales)


def test_the_page_says_what_o4_says_and_schedules(page: Client, held: Subscription) -> None:
    url, seats = (reverse(f"orders:{name}", args=[held.pk]) for name in ("subscription", "seats"))
    with time_machine.travel(LAST, tick=False):
        shown = page.get(url)
        assert "More or fewer seats take effect at once" in shown.content.decode()
        assert shown.context["cancel_blockers"] == []
    with time_machine.travel(OVER, tick=False):
        shown = page.get(url)
        assert "Fewer seats take effect at the renewal on Mar 1, 2027" in shown.content.decode()
        assert [each.code for each in shown.context["cancel_blockers"]] == ["O4.window"]
        refused = page.post(seats, {"revision": 0, "quantity": "4"})
        assert refused.status_code == 409
        assert refused.context["schedule"] == 4
        assert 'value="4"' in refused.content.decode()
        assert page.post(reverse("orders:act", args=[held.pk, "cancel"]), {"revision": 0}).status_code == 409
        sent = page.post(seats, {"revision": 0, "quantity": "4", "at_renewal": "1"}, follow=True)
        assert "4 seats are scheduled for the renewal on Mar 1, 2027" in sent.content.decode()
        assert page.post(seats, {"revision": 1, "quantity": "20"}).status_code == 302
        assert page.post(seats, {"revision": 0, "quantity": "30"}).status_code == 409
    held.refresh_from_db()
    assert (held.quantity, held.scheduled_quantity) == (20, 4)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("suspend", "suspended"),
        ("cancel", "cancelled"),
        ("auto-renew-off", "active"),
        ("unschedule", "active"),
    ],
)
def test_each_button_twice(page: Client, held: Subscription, name: str, state: str) -> None:
    url = reverse("orders:act", args=[held.pk, name])
    with time_machine.travel(LAST, tick=False):
        for _time in range(2):
            assert page.post(url, {"revision": 0}).status_code == 302
    held.refresh_from_db()
    assert held.state == state


def test_bad_input_on_the_page(page: Client, held: Subscription, stranger: User, client_of: Any) -> None:
    seats = reverse("orders:seats", args=[held.pk])
    for quantity in ("", "0", "many", "9" * 4999, "1e3", "٣٤x"):
        sent = page.post(seats, {"revision": 0, "quantity": quantity})
        assert sent.status_code == 422
        assert sent.context["seats_form"]["quantity"].value() == quantity
    for revision in ("", "x", "-1", "9" * 30):
        assert page.post(seats, {"revision": revision, "quantity": 20}).status_code == 422
        assert (
            page.post(reverse("orders:act", args=[held.pk, "suspend"]), {"revision": revision}).status_code
            == 422
        )
    assert page.post(reverse("orders:act", args=[held.pk, "explode"]), {"revision": 0}).status_code == 404
    for url in (seats, reverse("orders:act", args=[held.pk, "suspend"])):
        assert client_of(stranger).post(url, {"revision": 0, "quantity": 20}).status_code == 404
        assert page.get(url).status_code == 405
    held.refresh_from_db()
    assert (held.quantity, held.state, held.revision) == (10, "active", 0)


def test_an_addon_is_not_resumed_on_a_base_that_lapsed(
    buy: Callable[..., Subscription], g3: Offer, phone: Offer, sales_actor: Actor, client_of: Any, sales: User
) -> None:
    """O1: the sweep has not said so yet, but a base whose period is over carries nothing any more."""
    base = buy(g3, plan=MONTHLY)
    addon = buy(phone)
    services.suspend(sales_actor, addon.pk, 0)
    services.set_auto_renew(sales_actor, base.pk, 0, on=False)
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=False):
        with pytest.raises(Blocked) as refused:
            Subscription.objects.get(pk=addon.pk).resume()
        assert codes(refused) == ["O1.base_not_active"]
        assert "expired" in str(refused.value)
        with pytest.raises(Blocked):
            services.resume(sales_actor, addon.pk, 1)
        sent = client_of(sales).post(reverse("orders:act", args=[addon.pk, "resume"]), {"revision": 1})
    assert sent.status_code == 409
    assert Subscription.objects.get(pk=addon.pk).state == "suspended"


def test_o1_o4_no_seats_are_added_to_what_lapsed(held: Subscription, sales_actor: Actor) -> None:
    services.set_auto_renew(sales_actor, held.pk, 0, on=False)
    with time_machine.travel(BOUGHT + timedelta(days=400), tick=False), pytest.raises(Blocked) as refused:
        Subscription.objects.get(pk=held.pk).change_seats(quantity=11)
    assert codes(refused) == ["O4.ended"]


def test_o1_no_seats_are_added_without_a_relationship(held: Subscription, sales_actor: Actor) -> None:
    Relationship.objects.update(state="ended", ended_at=timezone.now())
    with pytest.raises(Blocked) as refused:
        Subscription.objects.get(pk=held.pk).change_seats(quantity=11)
    assert "O1.no_relationship" in codes(refused)


def test_o1_no_seats_are_added_to_an_addon_whose_base_is_suspended(
    buy: Callable[..., Subscription], g3: Offer, phone: Offer, sales_actor: Actor
) -> None:
    base, addon = buy(g3), buy(phone)
    services.suspend(sales_actor, base.pk, 0)
    with pytest.raises(Blocked) as refused:
        services.change_seats(sales_actor, addon.pk, 0, 11)
    assert codes(refused) == ["O1.base"]
    services.resume(sales_actor, base.pk, 1)
    assert services.change_seats(sales_actor, addon.pk, 0, 11).quantity == 11


def test_p2_who_may_be_on_record(contoso: Partner, northwind: Partner, fabrikam: Partner) -> None:
    own = factories.partner("Own Resale", role="indirect_reseller", provider=contoso)
    found = {
        mpn: [each.code for each in may_be_on_record(contoso, mpn)]
        for mpn in ("", own.mpn_id, contoso.mpn_id, northwind.mpn_id, "0000000")
    }
    assert list(found.values()) == [[], [], ["P2.own_mpn"], ["P2.not_reseller"], ["P2.unknown_mpn"]]
