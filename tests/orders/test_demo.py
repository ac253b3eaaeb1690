"""The demo's orders are told through the services: true states, true audit, and windows that are what they say."""

from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from gcc_portal.core.audit.record import history_of
from orders import demo
from orders.models import Offer, Order, Subscription


@pytest.mark.django_db
def test_what_contosos_customers_hold(settings: Any) -> None:
    settings.DEMO = True
    call_command("load_demo", verbosity=0)
    held = list(Subscription.objects.select_related("offer", "customer", "line__order"))
    assert set(Order.objects.values_list("state", flat=True)) == {"completed"}
    assert {each.partner.name for each in held} == {"Contoso Cloud"}
    assert {each.offer.segment for each in held} == {"government"}
    assert {each.state for each in held} == {"active", "suspended"}
    assert {each.is_in_window() for each in held} == {True, False}
    assert any(each.base_id for each in held)
    now = timezone.now()
    assert all(each.purchased_at < now < each.commitment_ends_at for each in held)
    for each in held:
        assert history_of(each).filter(action="activate_subscription").count() == 1
        assert history_of(each.line.order).filter(action="submit").count() == 1
    before = Order.objects.count(), Offer.objects.count()
    demo.load()
    assert (Order.objects.count(), Offer.objects.count()) == before
