"""The demo story's orders: the shipped catalogue, and what Contoso's first customers hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from customers.models import Customer
from customers.states import QualificationKind, QualificationState, RelationshipState
from gcc_portal.core.people.actors import Actor
from orders.models import Offer, Order, Subscription
from orders.services import carts, fulfilment, placing
from orders.services import subscriptions as services
from orders.services.catalog import SHIPPED, import_catalog
from partners import demo as partners_demo
from partners.models import Partner

SALES: Final = "sales@contoso.example"
YEARLY, BY_MONTH, MONTH = "P1Y:annual", "P1Y:monthly", "P1M:monthly"


@dataclass(frozen=True)
class Purchase:
    """One order of the story: so many days ago, lines of string ID, seats and plan."""

    days_ago: int
    lines: Sequence[tuple[str, int, str]]
    suspended: str = ""


# For the first customer one that is past its seven days and one inside them; for the second a suspended one.
STORY: Final[Sequence[Sequence[Purchase]]] = (
    (
        Purchase(60, [("ENTERPRISEPACK_GOV", 250, YEARLY), ("MCOEV_GOV", 120, BY_MONTH)]),
        Purchase(2, [("PROJECTPROFESSIONAL_GOV", 15, YEARLY), ("VISIOCLIENT_GOV", 10, BY_MONTH)]),
    ),
    (
        Purchase(20, [("STANDARDPACK_GOV", 80, BY_MONTH)], suspended="STANDARDPACK_GOV"),
        Purchase(5, [("M365_G3_GOV", 40, MONTH)]),
    ),
)


def load() -> None:
    """Tell the orders' part of the demo story. A second time changes nothing."""
    import_catalog(SHIPPED)
    if Order.objects.exists():
        return
    seller = partners_demo.actor_for(SALES)
    for customer, purchases in zip(buyers(), STORY, strict=False):
        for purchase in purchases:
            buy(seller, customer, purchase)


def buyers() -> list[Customer]:
    """Return Contoso's customers in the Government Community Cloud that have an agreement, by name."""
    contoso = Partner.objects.get(tenant_id=partners_demo.TENANTS["contoso"])
    own = Customer.objects.filter(
        relationships__partner=contoso,
        relationships__state=RelationshipState.ACTIVE,
        qualifications__kind=QualificationKind.GOVERNMENT_COMMUNITY_CLOUD,
        qualifications__state=QualificationState.GRANTED,
        agreements__isnull=False,
    )
    return list(own.order_by("name", "pk").distinct())


def buy(seller: Actor, customer: Customer, purchase: Purchase) -> Order:
    """Order and fulfil what the story says, on its day; return the order."""
    moment: datetime = timezone.now() - timedelta(days=purchase.days_ago)
    line = None
    for string_id, seats, plan in purchase.lines:
        offer = Offer.objects.get(string_id=string_id)
        line, _before = carts.add_line(seller, customer.pk, offer.pk, seats, plan)
    if line is None:
        raise ValueError("a purchase of the story has no line")
    cart = line.order
    cart.refresh_from_db()
    order = placing.submit(seller, cart.number, cart.revision, at=moment)
    fulfilment.fulfil(order.pk, at=moment)
    for held in Subscription.objects.filter(line__order=order, offer__string_id=purchase.suspended):
        if purchase.suspended:
            services.suspend(seller, held.pk, held.revision)
    return order
