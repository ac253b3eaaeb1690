"""What the audit records say of a changed subscription: the members, before and after, in the API's words."""

import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import record
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, Subscription
from orders.services.subscriptions import schedule_seats
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
    assert last(program) == ({"quantity": 10, **ACTIVE}, {"quantity": 4, **ACTIVE})


def test_what_waits_for_the_renewal_and_who_is_on_record(
    program: Program, held: Subscription, sales_actor: Actor
) -> None:
    schedule_seats(sales_actor, held.pk, Subscription.objects.get(pk=held.pk).revision, 3)
    assert last(program) == (ACTIVE, {"scheduledNextTermInstructions": {"quantity": 3}, **ACTIVE})
    for change, old, new in (
        (["", "4412345"], {}, {"partnerId": "4412345"}),
        (["4412345", ""], {"partnerId": "4412345"}, {"partnerId": None}),
    ):
        states = {"from_state": held.state, "to_state": held.state}
        record(sales_actor, "put_on_record", held, data={"partner_on_record": change}, **states)
        assert last(program) == ({**old, **ACTIVE}, {**new, **ACTIVE})


def test_a_refusal_changed_nothing(program: Program, held: Subscription, sales_actor: Actor) -> None:
    record(sales_actor, "change_seats", held, refused=True, reason="No.", data={"codes": ["O4.window"]})
    newest = program.get("auditrecords").json()["items"][0]
    assert "resourceOldValue" not in newest
    assert "resourceNewValue" not in newest
    assert newest["operationStatus"] == "failed"


def test_the_sentence_is_made_in_the_readers_language(held: Subscription, sales_actor: Actor) -> None:
    entry = record(sales_actor, "change_seats", held, data={"quantity": [10, 25]})
    assert entry.reason == ""
    assert entry.shown_reason == "10 to 25 seats"
    catalog = {"%(before)s to %(after)s seats": "%(before)s auf %(after)s Plätze"}
    with patch("orders.labels.gettext", lambda text: catalog.get(text, text)):
        assert entry.shown_reason == "10 auf 25 Plätze"


@pytest.mark.parametrize(
    ("action", "data", "sentence"),
    [
        ("renew", {"quantity": [10, 4]}, "Renewed with 4 seats"),
        ("schedule_seats", {"scheduled_quantity": [None, 3]}, "3 seats from the renewal on"),
        ("set_auto_renew", {"auto_renew": [False, True]}, "Auto-renew on"),
        ("set_auto_renew", {"auto_renew": [True, False]}, "Auto-renew off"),
        ("rename", {"friendly_name": ["", "Clerk 12"]}, "Clerk 12"),
        ("put_on_record", {"partner_on_record": ["", "4412345"]}, "4412345"),
        ("put_on_record", {"partner_on_record": ["4412345", ""]}, "None"),
        ("suspend", {}, ""),
    ],
)
def test_each_change_has_its_sentence(action: str, data: dict[str, Any], sentence: str) -> None:
    entry = AuditEntry(action=action, object_type="subscription", data=data)
    assert entry.shown_reason == sentence
