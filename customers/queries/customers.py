"""The customers that a person may see: every page and call reads them through here."""

import uuid

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Upper
from django.http import Http404

from customers.models import Customer, CustomerAgreement, Relationship
from customers.states import RelationshipState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.identity.tenants.kinds import parse_tenant_id
from partners.models import Partner


class NoCustomer(Http404):
    """There is no such customer, or it is another partner's; the answer is the same."""


class FormerCustomer(NoCustomer):
    """The customer was this partner's once; the relationship has ended."""


def active_relationships(actor: Actor) -> QuerySet[Relationship]:
    """Return the active relationships of the actor's partner, one for each customer that the actor may see; none for
    anybody else.

    Lists of customers read these: `customer_name` and `customer_domain` (both in capitals) and `customer_since` stand
    in the relationship, so that one index holds a partner's customers in their order.
    """
    if not actor.is_partner or not actor.may(Right.SEE_CUSTOMERS):
        return Relationship.objects.none()
    return Relationship.objects.active_of(actor.partner_id)


def visible_customers(actor: Actor) -> QuerySet[Customer]:
    """Return the customers with an active relationship to the actor's partner; none for anybody else."""
    if not actor.is_partner or not actor.may(Right.SEE_CUSTOMERS):
        return Customer.objects.none()
    return Customer.objects.served_by(actor.partner_id)


def customer_or_404(actor: Actor, customer_id: uuid.UUID | str) -> Customer:
    """Return the customer. Raises `NoCustomer`, an `Http404`, when there is none that the actor may see, or the id is
    no UUID; `FormerCustomer` where the actor's partner had the relationship and it has ended.
    """
    key = _key(customer_id)
    customer = visible_customers(actor).filter(pk=key).first()
    if customer is None:
        raise _missing(actor, key)
    return customer


def with_reseller_or_404(actor: Actor, customer_id: uuid.UUID | str) -> tuple[Customer, uuid.UUID | None]:
    """Return the customer and the tenant ID of the indirect reseller who serves it through the actor's partner, None
    for a direct one: one query. Raises as `customer_or_404` does.
    """
    key = _key(customer_id)
    rows = active_relationships(actor).select_related("customer", "reseller")
    relationship = rows.filter(customer_id=key).first()
    if relationship is None or relationship.customer is None:
        raise _missing(actor, key)
    return relationship.customer, relationship.reseller.tenant_id if relationship.reseller else None


def _key(customer_id: uuid.UUID | str) -> uuid.UUID:
    try:
        return uuid.UUID(str(customer_id))
    except ValueError:
        raise NoCustomer from None


def _missing(actor: Actor, key: uuid.UUID) -> NoCustomer:
    """Return the error for a customer that the actor can't see."""
    if not actor.is_partner or not actor.may(Right.SEE_CUSTOMERS):
        return NoCustomer()
    ended = Relationship.objects.filter(partner_id=actor.partner_id, state=RelationshipState.ENDED)
    return FormerCustomer() if ended.filter(customer_id=key).exists() else NoCustomer()


def prefix_match(column: str, text: str) -> Q:
    """Return the condition of relationships whose `customer_name` or `customer_domain` begins with a text, in any case.

    An index answers it. The database writes the text in capitals, as it did with the names.
    """
    return Q(**{f"{column}__startswith": Upper(Value(text))})


def served_by(rows: QuerySet[Relationship], reseller: str) -> QuerySet[Relationship]:
    """Return the relationships through an indirect reseller, by its tenant ID or the beginning of its name."""
    if tenant_id := parse_tenant_id(reseller):
        return rows.filter(reseller__tenant_id=tenant_id)
    return rows.filter(reseller__name__istartswith=reseller)


def reseller_of(actor: Actor, customer: Customer) -> Partner | None:
    """Return the indirect reseller who serves the customer through the actor's partner, None for a direct one."""
    served = Relationship.objects.active_of(actor.partner_id).filter(customer=customer)
    return Partner.objects.filter(served__in=served).first()


def locked_customer_or_404(actor: Actor, customer_id: uuid.UUID | str) -> Customer:
    """Return the customer, its row locked until the transaction ends. Raises `Http404` as `customer_or_404` does."""
    found = customer_or_404(actor, customer_id)
    return Customer.objects.select_for_update().get(pk=found.pk)


def agreements_of(actor: Actor, customer: Customer) -> QuerySet[CustomerAgreement]:
    """Return the agreements that the actor's own partner recorded or received, newest first.

    What another partner recorded is in force too (O3), but who signed it there is not this partner's to read.
    """
    own = CustomerAgreement.objects.filter(customer=customer, partner_id=actor.partner_id)
    return own.select_related("recorded_by").order_by("-id")


def signed_itself(customer: Customer) -> bool:
    """Return whether the customer accepted the agreement itself: that is its own, whoever its partner is (O3)."""
    return CustomerAgreement.objects.filter(customer=customer, how=CustomerAgreement.How.ACCEPTED).exists()
