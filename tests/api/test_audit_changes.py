"""What the audit records say of a changed subscription: the members, before and after, in the API's words."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from gcc_portal.core.people.actors import Actor
from orders import changes_in_words
from orders.models import Offer, Subscription
from orders.services.sweeps import renew_due
from partners.models import Partner
from tests import factories
from tests.api.holdings import sold
from tests.api.kit import Program

ACTIVE = {"status": "active"}


@pytest.fixture
def held(contoso: Partner, admin_actor: Actor, g3: Offer) -> Subscription:
    """Return a subscription with ten seats."""
    [made] = sold(admin_actor, factories.customer(contoso, "Harborview County"), g3)
    Subscription.objects.filter(pk=made.pk).update(quantity=10)
    return Subscription.objects.get(pk=made.pk)


def last(program: Program) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the newest record says of before and after."""
    record = program.get("auditrecords").json()["items"][0]
    assert record["operationType"] == "update_subscription"
    old, new = (json.loads(record[f"resource{when}Value"]) for when in ("Old", "New"))
    assert new.pop("id")
    assert new.pop("name")
    return old, new


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        ({"quantity": 25}, {"quantity": 10, **ACTIVE}, {"quantity": 25, **ACTIVE}),
        ({"autoRenewEnabled": False}, {"autoRenewEnabled": True, **ACTIVE}, {"autoRenewEnabled": False, **ACTIVE}),
        ({"status": "suspended"}, ACTIVE, {"status": "suspended"}),
        ({"status": "deleted"}, ACTIVE, {"status": "deleted"}),
        ({"friendlyName": "Clerk 12"}, ACTIVE, {"friendlyName": "Clerk 12", **ACTIVE}),
    ],
)  # fmt: skip
def test_each_change_is_told_by_its_members(
    program: Program, held: Subscription, change: dict[str, Any], old: Any, new: Any
) -> None:
    assert program.patch(f"customers/{held.customer_id}/subscriptions/{held.pk}", change).status_code == 200
    assert last(program) == (old, new)


def test_a_renewal_tells_the_seats_it_began_with(program: Program, held: Subscription) -> None:
    past = timezone.now() - timedelta(days=1)
    Subscription.objects.filter(pk=held.pk).update(
        commitment_ends_at=past, period_started_at=past - timedelta(days=365), scheduled_quantity=4
    )
    renew_due()
    assert last(program) == (ACTIVE, {"quantity": 4, **ACTIVE})


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("change_seats", ""),
        ("change_seats", "many seats"),
        ("set_auto_renew", "later"),
        ("rename", ""),
        ("suspend", "9 to 10 seats"),
    ],
)
def test_a_sentence_that_does_not_tell_gives_no_members(action: str, reason: str) -> None:
    assert changes_in_words.read(action, reason) == ({}, {})


def test_what_waits_for_the_renewal_and_who_is_on_record() -> None:
    later = changes_in_words.seats_later(3)
    assert changes_in_words.read("schedule_seats", later) == (
        {},
        {"scheduledNextTermInstructions": {"quantity": 3}},
    )
    assert changes_in_words.read("put_on_record", "4412345") == ({}, {"partnerId": "4412345"})
    nobody = changes_in_words.nobody()
    assert changes_in_words.read("put_on_record", nobody) == ({}, {"partnerId": None})
