"""Locks, always in one order: partner, relationship, customer, qualifications, order, subscriptions."""

from uuid import UUID

from django.db import connection, models

from customers.models import Customer, Relationship, SpecialQualification
from gcc_portal.locks import wait_for_the_same
from orders.models import Order, Subscription, SubscriptionState
from partners.models import Partner


def hold_parties(partner_id: int, customer_id: UUID) -> None:
    """Keep partner, customer, its qualifications and the relationship as they are until the transaction ends.

    The locks are shared: two orders of one customer do not wait for each other, a revocation waits for both.
    """
    held: tuple[tuple[type[models.Model], str, list[int | str]], ...] = (
        (Partner, "id = %s", [partner_id]),
        (Relationship, "partner_id = %s AND customer_id = %s ORDER BY id", [partner_id, str(customer_id)]),
        (Customer, "id = %s", [str(customer_id)]),
        (SpecialQualification, "customer_id = %s ORDER BY id", [str(customer_id)]),
    )
    with connection.cursor() as cursor:
        for model, where, values in held:
            table = connection.ops.quote_name(model._meta.db_table)
            # Table names are ours and values are parameters.
            cursor.execute(f"SELECT 1 FROM {table} WHERE {where} FOR SHARE", values)  # noqa: S608


def locked_order(pk: int) -> Order:
    """Return the order, fresh and locked, with its parties and lines at hand."""
    rows = Order.objects.select_for_update(of=("self",)).select_related(
        "partner__provider", "customer", "created_by", "application"
    )
    return rows.prefetch_related("lines__offer__prerequisites", "customer__qualifications").get(pk=pk)


def locked_subscription(pk: UUID) -> Subscription:
    """Return the subscription, fresh and locked, with its parties and offer at hand."""
    rows = Subscription.objects.select_for_update(of=("self",))
    return rows.select_related("partner__provider", "customer", "offer").get(pk=pk)


def take_turns(partner_id: int, customer_id: UUID) -> None:
    """Let those who are going to lock several subscriptions of a customer wait for each other.

    Which ones these are changes while they wait, so that no order of the rows keeps them out of each other's way.
    """
    wait_for_the_same(f"subscriptions {partner_id} {customer_id}")


def hold_subscriptions(partner_id: int, customer_id: UUID) -> list[Subscription]:
    """Keep what the customer has in use through the partner as it is, and return it, the oldest first.

    On these an add-on stands: none is suspended or cancelled while an order asks for it.
    """
    take_turns(partner_id, customer_id)
    rows = Subscription.objects.select_for_update(of=("self",)).filter(
        partner_id=partner_id, customer_id=customer_id, state=SubscriptionState.ACTIVE
    )
    return [each for each in rows.order_by("purchased_at", "pk") if not each.is_past()]
