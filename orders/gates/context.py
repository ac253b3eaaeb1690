"""What the rules of an order need to know of a partner and a customer together."""

from dataclasses import dataclass
from datetime import datetime

from customers.models import Customer, CustomerAgreement, Relationship
from customers.models.relationship import RelationshipState
from orders.models import Subscription
from partners.models import Partner


@dataclass(frozen=True)
class OrderContext:
    """How things stand between a partner and a customer. Load it under lock where something is written for them."""

    is_related: bool
    """A reseller relationship is active."""
    has_agreed: bool
    """The Microsoft Customer Agreement is in force."""
    bases_in_use: frozenset[int]
    """The offers of which the customer has a subscription in use through the partner."""


def order_context(partner: Partner, customer: Customer, at: datetime | None = None) -> OrderContext:
    """Return how things stand between the two at `at` (now): three queries."""
    related = Relationship.objects.filter(
        partner=partner, customer=customer, state=RelationshipState.ACTIVE
    ).exists()
    agreed = CustomerAgreement.objects.filter(customer=customer).exists()
    in_use = Subscription.objects.in_use(at).filter(partner=partner, customer=customer)
    return OrderContext(related, agreed, frozenset(in_use.values_list("offer_id", flat=True)))
