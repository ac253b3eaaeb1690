"""Locks, always taken in one order: partner, relationship, customer, qualifications, order, subscriptions.

Partner, relationship, customer and qualifications are locked shared: two orders of one customer do not wait for each
other, while a revocation waits for both. Each statement sees what was committed while the one before it waited.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from customers.models import Customer, Relationship, SpecialQualification
from gcc_portal.core.locks import advisory_lock, lock_shared
from gcc_portal.core.people.actors import Actor
from orders.models import Order, Subscription
from partners.models import Partner

Parties = tuple[int, UUID]
"""The keys of a partner and a customer."""


def lock_parties(partner_id: int, customer_id: UUID) -> None:
    """Keep partner, customer, its qualifications and the relationship as they are until the transaction ends."""
    lock_all_parties([(partner_id, customer_id)])


def lock_all_parties(pairs: Iterable[Parties]) -> None:
    """Do what `lock_parties` does for several pairs, each kind of row in the order of its key."""
    found = list(pairs)
    customers = {customer for _partner, customer in found}
    lock_shared(Partner.objects.filter(pk__in={partner for partner, _customer in found}))
    lock_shared(Relationship.objects.filter(_of_any(found)))
    lock_shared(Customer.objects.filter(pk__in=customers))
    lock_shared(SpecialQualification.objects.filter(customer__in=customers))


def locked_own_order(actor: Actor, number: str) -> Order | None:
    """Return what this person filled under that number, cart or order, as `locked_order` does, its parties locked.

    None where there is no such order, where it is another's or an API client's, and for an actor without user.
    """
    own = Order.objects.filled_by(actor.partner_id, actor.user_id).filter(number=number)
    # The parties of an order never change, so they can be read before they are locked.
    found = own.values_list("pk", "partner_id", "customer_id").first()
    if found is None:
        return None
    pk, partner_id, customer_id = found
    lock_parties(partner_id, customer_id)
    return locked_order(pk)


def locked_order(pk: int) -> Order:
    """Return the order, fresh and locked, with its parties and lines prefetched. Raises `Order.DoesNotExist`."""
    found = locked_orders([pk])
    if not found:
        raise Order.DoesNotExist
    return found[0]


def locked_orders(pks: Sequence[int]) -> list[Order]:
    """Return those orders that exist, fresh and locked, by key, with their parties and lines prefetched."""
    orders = Order.objects.filter(pk__in=pks).order_by("pk").select_for_update(of=("self",))
    return list(
        orders.select_related("partner__provider", "customer", "created_by", "application").prefetch_related(
            "lines__offer__prerequisites", "customer__qualifications"
        )
    )


def locked_subscription(pk: UUID) -> Subscription:
    """Return the subscription, fresh and locked, with its parties and offer. Raises `Subscription.DoesNotExist`."""
    rows = Subscription.objects.select_for_update(of=("self",))
    return rows.select_related("partner__provider", "customer", "offer").get(pk=pk)


def lock_subscription_changes(partner_id: int, customer_id: UUID) -> None:
    """Let those who are going to lock or change subscriptions of a customer wait for each other.

    The set of rows may change while they wait, so that row locks in the order of keys could still deadlock.
    """
    advisory_lock(_name(partner_id, customer_id))


def locked_in_use(partner_id: int, customer_id: UUID) -> list[Subscription]:
    """Lock the subscriptions that the customer has in use through the partner, and return them, the oldest first.

    On these an add-on stands: none is suspended or cancelled while an order asks for it.
    """
    return all_locked_in_use([(partner_id, customer_id)]).get((partner_id, customer_id), [])


def all_locked_in_use(pairs: Iterable[Parties]) -> dict[Parties, list[Subscription]]:
    """Do what `locked_in_use` does for several pairs of partner and customer; return what each has."""
    found = list(pairs)
    advisory_lock(*(_name(*pair) for pair in found))
    rows = Subscription.objects.in_use().filter(_of_any(found)).order_by("purchased_at", "pk")
    in_use: dict[Parties, list[Subscription]] = {}
    for each in rows.select_for_update():
        in_use.setdefault((each.partner_id, each.customer_id), []).append(each)
    return in_use


def _of_any(pairs: Iterable[Parties]) -> Q:
    """Return the condition for rows of any of these pairs."""
    condition = Q(pk__in=[])
    for partner_id, customer_id in pairs:
        condition |= Q(partner_id=partner_id, customer_id=customer_id)
    return condition


def _name(partner_id: int, customer_id: UUID) -> str:
    return f"subscriptions {partner_id} {customer_id}"
