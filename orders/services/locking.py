"""Locks, always in one order: partner, relationship, customer, qualifications, order, subscriptions."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection
from django.utils import timezone

from gcc_portal.core.locks import wait_for_all_the_same, wait_for_the_same
from gcc_portal.core.people.actors import Actor
from orders.gates.facts import ACTIVE, Facts
from orders.models import Order, Subscription
from orders.services.loading import read_orders, read_own

# Each statement sees what was committed while the one before it waited.
PARTIES = """
SELECT FROM partners_partner WHERE id = ANY(%s) ORDER BY id FOR SHARE;
SELECT FROM customers_relationship
    WHERE (partner_id, customer_id) IN (SELECT * FROM unnest(%s::bigint[], %s::uuid[])) ORDER BY id FOR SHARE;
SELECT FROM customers_customer WHERE id = ANY(%s::uuid[]) ORDER BY id FOR SHARE;
SELECT FROM customers_specialqualification WHERE customer_id = ANY(%s::uuid[]) ORDER BY id FOR SHARE;
"""
ORDERS = "SELECT FROM orders_order WHERE id = ANY(%s) ORDER BY id FOR UPDATE;"
# What a person filled, or the order that it became. Its parties and its person never change.
OWN = """
FROM orders_order WHERE number = %(number)s AND partner_id = %(partner)s AND created_by_id = %(user)s
    AND application_id IS NULL
"""
OWN_LOCKS = f"""
SELECT FROM partners_partner WHERE id = %(partner)s FOR SHARE;
SELECT FROM customers_relationship
    WHERE partner_id = %(partner)s AND customer_id = (SELECT customer_id {OWN}) ORDER BY id FOR SHARE;
SELECT FROM customers_customer WHERE id = (SELECT customer_id {OWN}) FOR SHARE;
SELECT FROM customers_specialqualification
    WHERE customer_id = (SELECT customer_id {OWN}) ORDER BY id FOR SHARE;
SELECT FROM orders_order WHERE id = (SELECT id {OWN}) FOR UPDATE;
"""  # noqa: S608
IN_USE = """
SELECT * FROM orders_subscription
WHERE (partner_id, customer_id) IN (SELECT * FROM unnest(%s::bigint[], %s::uuid[])) AND state = 'active'
ORDER BY purchased_at, id FOR UPDATE
"""


def hold_parties(partner_id: int, customer_id: UUID) -> None:
    """Keep partner, customer, its qualifications and the relationship as they are until the transaction ends.

    The locks are shared: two orders of one customer do not wait for each other, a revocation waits for both.
    """
    hold_all_parties([(partner_id, customer_id)])


def hold_all_parties(parties: Iterable[tuple[int, UUID]]) -> None:
    """Do what `hold_parties` does for several pairs of partner and customer, each kind of row by its key."""
    with connection.cursor() as cursor:
        cursor.execute(PARTIES, _named(parties))


def held_order(partner_id: int, customer_id: UUID, pk: int) -> Order:
    """Hold the parties, lock the order of theirs, and return it as `locked_order` does: sent as one, done in turn."""
    return read_orders([pk], PARTIES + ORDERS, [*_named([(partner_id, customer_id)]), [pk]])[0]


def held_own(actor: Actor, number: str) -> tuple[Order, Facts] | None:
    """Hold the parties of what this person filled, lock it, and return it with the facts of the parties.

    Sent as one message, done in turn: the facts are of a moment at which everything is held. None where there is no
    such order, or it is another's; nobody's where the partner or the person is none, since nothing equals NULL.
    """
    asked = {
        "number": number,
        "partner": actor.partner_id,
        "user": actor.user_id,
        "now": timezone.now(),
        "active": ACTIVE,
    }
    return read_own(OWN, OWN_LOCKS, asked)


def locked_order(pk: int) -> Order:
    """Return the order, fresh and locked, with its parties and lines at hand. Raises `Order.DoesNotExist`."""
    found = locked_orders([pk])
    if not found:
        raise Order.DoesNotExist
    return found[0]


def locked_orders(pks: Sequence[int]) -> list[Order]:
    """Return the orders that there are, fresh and locked, by key, with their parties and lines at hand."""
    return read_orders(pks, ORDERS, [list(pks)])


def _named(parties: Iterable[tuple[int, UUID]]) -> list[list[int | str]]:
    """Return the values of `PARTIES`."""
    pairs = sorted({(partner, str(customer)) for partner, customer in parties})
    partners: list[int | str] = [partner for partner, _customer in pairs]
    customers: list[int | str] = [customer for _partner, customer in pairs]
    return [partners, partners, customers, customers, customers]


def locked_subscription(pk: UUID) -> Subscription:
    """Return the subscription, fresh and locked, with its parties and offer at hand."""
    rows = Subscription.objects.select_for_update(of=("self",))
    return rows.select_related("partner__provider", "customer", "offer").get(pk=pk)


def take_turns(partner_id: int, customer_id: UUID) -> None:
    """Let those who are going to lock or change subscriptions of a customer wait for each other.

    Which ones these are changes while they wait, so that no order of the rows keeps them out of each other's way.
    """
    wait_for_the_same(_turn(partner_id, customer_id))


def hold_subscriptions(partner_id: int, customer_id: UUID) -> list[Subscription]:
    """Keep what the customer has in use through the partner as it is, and return it, the oldest first.

    On these an add-on stands: none is suspended or cancelled while an order asks for it.
    """
    return hold_all_subscriptions([(partner_id, customer_id)]).get((partner_id, customer_id), [])


def hold_all_subscriptions(parties: Iterable[tuple[int, UUID]]) -> dict[tuple[int, UUID], list[Subscription]]:
    """Do what `hold_subscriptions` does for several pairs of partner and customer; return what each has."""
    pairs = list(parties)
    # Turns are taken in the order of their numbers, whoever takes several.
    wait_for_all_the_same(_turn(*pair) for pair in pairs)
    named = [[partner for partner, _customer in pairs], [customer for _partner, customer in pairs]]
    in_use: dict[tuple[int, UUID], list[Subscription]] = {}
    for each in Subscription.objects.raw(IN_USE, named):
        if not each.is_past():
            in_use.setdefault((each.partner_id, each.customer_id), []).append(each)
    return in_use


def _turn(partner_id: int, customer_id: UUID) -> str:
    return f"subscriptions {partner_id} {customer_id}"
