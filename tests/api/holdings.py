"""What a customer holds in the tests, bought through the services."""

from typing import Any

from customers.models import Customer
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, OrderLine, Subscription
from orders.services import carts, fulfilment, placing
from tests.api.kit import Program
from tests.orders.conftest import YEARLY

AGES = 10 * 365 * 86400
"""Seconds that a token lives in tests that travel."""


def sold(
    actor: Actor, customer: Customer, *offers: Offer, seats: int = 10, plan: str = YEARLY, **line: Any
) -> list[Subscription]:
    """Order the offers for the customer, fulfil the order, return the subscriptions in the order of the offers.

    `line` is written to the lines first: `friendly_name`, `partner_on_record`.
    """
    order = None
    for offer in offers:
        added, _before = carts.add_line(actor, customer.pk, offer.pk, seats, plan)
        order = added.order
    assert order is not None
    OrderLine.objects.filter(order=order).update(**line)
    order.refresh_from_db()
    placing.submit(actor, order.number, order.revision)
    fulfilment.fulfil(order.pk)
    made = {each.offer_id: each for each in Subscription.objects.filter(line__order=order)}
    return [made[offer.pk] for offer in offers]


def address(held: Subscription, rest: str = "") -> str:
    """Return where the subscription stands in the API."""
    return f"customers/{held.customer_id}/subscriptions/{held.pk}{rest}"


def read(program: Program, held: Subscription) -> dict[str, Any]:
    """Return the subscription as the program reads it."""
    answer = program.get(address(held))
    assert answer.status_code == 200, answer.content
    return answer.json()  # type: ignore[no-any-return,attr-defined]


def acts(held: Subscription, *, refused: bool = False) -> list[str]:
    """Return the audited actions on the subscription after it was made, the oldest first."""
    entries = AuditEntry.objects.filter(object_type="subscription", object_id=str(held.pk), refused=refused)
    return [each.action for each in entries.order_by("id") if each.action != "activate_subscription"]
