"""Which customers a person may see. Nothing else decides it."""

import uuid
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Upper
from django.http import Http404

from customers.models import Customer, CustomerAgreement, Relationship
from customers.states import RelationshipState
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.roles import Right
from gcc_portal.identity.tenants.kinds import parse_tenant_id
from partners.models import Partner


class NoCustomer(Http404):
    """There is no such customer, or it is another partner's: nobody is told which."""


class FormerCustomer(NoCustomer):
    """The customer was this partner's once; the relationship has ended."""


def visible_customers(actor: Actor) -> QuerySet[Customer]:
    """Return the customers with an active relationship to the actor's partner; none for anybody else.

    `held_name` and `held_domain` (in capitals), `held_since` and `held_id` say the same as the customer's own columns
    and stand in the relationship: conditions and orders on these walk an index of the partner's customers alone.
    """
    way = "relationships__"
    seen = Customer.objects.filter(**_of(actor, way)) if sees_customers(actor) else Customer.objects.none()
    found: QuerySet[Customer] = _told(seen, way)
    return found


def held(actor: Actor) -> QuerySet[Relationship]:
    """Return the relationships by which `visible_customers` are seen, one for each, with the same `held_` names.

    What is counted is counted here: it needs no row of a customer.
    """
    seen = Relationship.objects.filter(**_of(actor)) if sees_customers(actor) else Relationship.objects.none()
    found: QuerySet[Relationship] = _told(seen, "")
    return found


def sees_customers(actor: Actor) -> bool:
    """Return whether there can be customers that the actor may see."""
    return actor.is_partner and actor.may(Right.SEE_CUSTOMERS)


def _of(actor: Actor, way: str = "") -> dict[str, Any]:
    # No more than one of a pair is active (a constraint), so no customer is found twice.
    return {f"{way}partner_id": actor.partner_id, f"{way}state": RelationshipState.ACTIVE}


def _told(rows: Any, way: str) -> Any:
    return rows.alias(
        held_id=F(f"{way}customer_id"),
        held_name=F(f"{way}customer_name"),
        held_domain=F(f"{way}customer_domain"),
        held_since=F(f"{way}customer_since"),
    )


def customer_or_404(actor: Actor, customer_id: uuid.UUID | str) -> Customer:
    """Return the customer. Raises `NoCustomer`, an `Http404`, when there is none that the actor may see, or the id is
    no UUID; `FormerCustomer` where the actor's partner had the relationship and it has ended.
    """
    return _one_or_404(actor, customer_id)


def with_reseller_or_404(actor: Actor, customer_id: uuid.UUID | str) -> tuple[Customer, uuid.UUID | None]:
    """Return the customer and the tenant ID of the indirect reseller who serves it through the actor's partner, None
    for a direct one: one query. Raises as `customer_or_404` does.
    """
    customer = _one_or_404(actor, customer_id)
    return customer, customer.reseller_tenant_id  # type: ignore[attr-defined]


# `visible_customers` for one customer, with its reseller. Written by hand: nearly every call and page asks it, and
# Django takes ten times longer to write it than PostgreSQL to answer it.
ONE = """
SELECT c.*, s.tenant_id AS reseller_tenant_id FROM customers_customer c
JOIN customers_relationship r ON r.customer_id = c.id AND r.partner_id = %s AND r.state = 'active'
LEFT JOIN partners_partner s ON s.id = r.reseller_id
WHERE c.id = %s
"""


def _one_or_404(actor: Actor, customer_id: uuid.UUID | str) -> Customer:
    try:
        wanted = uuid.UUID(str(customer_id))
    except ValueError:
        raise NoCustomer from None
    if not sees_customers(actor):
        raise NoCustomer
    # No more than one relationship of a pair is active (a constraint).
    for customer in Customer.objects.raw(ONE, [actor.partner_id, wanted]):
        return customer
    ended = Relationship.objects.filter(
        customer_id=wanted, partner_id=actor.partner_id, state=RelationshipState.ENDED
    )
    raise FormerCustomer if ended.exists() else NoCustomer


def begins(field: str, text: str) -> Q:
    """Return the condition of `visible_customers` or `held` whose `name` or `domain` begins with the text, in any case.

    An index answers it. The database writes the text in capitals, as it did with the names.
    """
    return Q(**{f"held_{field}__startswith": Upper(Value(text))})


def served_by(rows: QuerySet[Customer], actor: Actor, reseller: str) -> QuerySet[Customer]:
    """Return those of the actor's customers that an indirect reseller serves, by its tenant ID or its name's begin."""
    tenant_id = parse_tenant_id(reseller)
    named = {"reseller__tenant_id": tenant_id} if tenant_id else {"reseller__name__istartswith": reseller}
    through = Relationship.objects.filter(
        customer=OuterRef("pk"), partner_id=actor.partner_id, state=RelationshipState.ACTIVE, **named
    )
    return rows.filter(Exists(through))


def reseller_of(actor: Actor, customer: Customer) -> Partner | None:
    """Return the indirect reseller who serves the customer through the actor's partner, None for a direct one."""
    return Partner.objects.filter(
        served__customer=customer,
        served__partner_id=actor.partner_id,
        served__state=RelationshipState.ACTIVE,
    ).first()


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
