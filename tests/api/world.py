"""Two partners with everything that the API can name, and the programs of one of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from customers.models import Customer, ValidationId, ValidationUse
from gcc_portal.core.people.models import User
from orders.models import ApiCart, Offer, Order, Subscription
from orders.services import carts, fulfilment, placing
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application
from tests.orders.conftest import YEARLY, make_offer

CONTACT = {
    "email": "clerk@county.example", "first_name": "Ada", "last_name": "Reyes", "address_line1": "1 Dock St",
    "city": "Tacoma", "state": "WA", "postal_code": "98402",
}  # fmt: skip


@dataclass
class Side:
    """A partner and what is its own."""

    partner: Partner
    reseller: Partner
    admin: User
    sales: User
    county: Customer  # Government Community Cloud, with an agreement, orders and subscriptions
    town: Customer  # no qualification, no agreement
    former: Customer  # the relationship ended
    validation: ValidationId
    orders: dict[str, Order] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    carts: dict[str, ApiCart] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """Return names, domains and numbers that no other partner may read."""
        organizations = [self.county, self.town, self.former]
        return [
            *(word for each in organizations for word in (each.name, each.domain)),
            self.partner.name,
            self.partner.domain,
            self.partner.email,
            self.reseller.name,
            self.reseller.email,
            self.admin.email,
            self.sales.email,
            self.validation.number,
            *(order.number for order in self.orders.values()),
        ]

    @property
    def ids(self) -> list[str]:
        """Return ids that no other partner may read, but for those it sent itself."""
        return [
            str(each)
            for each in (
                *(customer.pk for customer in (self.county, self.town, self.former)),
                self.partner.tenant_id,
                self.reseller.tenant_id,
                *(row.pk for row in self.subscriptions.values()),
                *(row.pk for row in self.carts.values()),
            )
        ]


@dataclass
class World:
    """Both partners, the catalogue, and Contoso's programs."""

    home: Side
    away: Side
    offers: dict[str, Offer]
    programs: dict[str, Program]


def build() -> World:
    """Return the world, written through factories and services."""
    g3, g5 = make_offer("Office 365 G3 GCC"), make_offer("Office 365 G5 GCC", price_cents=2550)
    offers = {"g3": g3, "g5": g5, "phone": make_offer("Teams Phone GCC", needs=(g3, g5), price_cents=800)}
    offers["e3"] = make_offer("Office 365 E3", segment="commercial")
    home, away = side("Contoso Cloud", offers), side("Tailspin Gov Services", offers)
    acting = access_token(application(home.partner))
    person = access_token(application(home.partner, "app_user"), home.admin)
    return World(home, away, offers, {"app_only": Program(acting), "app_user": Program(person)})


def side(name: str, offers: dict[str, Offer]) -> Side:
    """Return a qualified partner with what the API can name."""
    partner = factories.partner(name, qualification="qualified", phone="253-555-0123")
    made = Side(
        partner=partner,
        reseller=factories.partner(f"Reseller of {name}", role="indirect_reseller", provider=partner),
        admin=factories.agent(partner, "admin_agent", name=f"Ada of {name}").user,
        sales=factories.agent(partner, "sales_agent", name=f"Sam of {name}").user,
        county=factories.customer(partner, f"County of {name}", **CONTACT),
        town=factories.customer(partner, f"Town of {name}", kinds=(), agreed=False),
        former=factories.customer(partner, f"Former of {name}"),
        validation=factories.validation_id(partner, f"Town of {name}"),
    )
    made.county.relationships.update(reseller=made.reseller)
    made.former.relationships.update(state="ended", ended_at=timezone.now())
    ValidationUse.objects.create(
        validation_id=made.validation.pk, customer=made.county, state="used", settled_at=timezone.now()
    )
    ValidationId.objects.filter(pk=made.validation.pk).update(used=1)
    _orders(made, offers)
    return made


def _orders(made: Side, offers: dict[str, Offer]) -> None:
    actor = factories.actor(made.sales)
    for state in ("completed", "submitted"):
        carts.add_line(actor, made.county.pk, offers["g3"].pk, 10, YEARLY)
        carts.add_line(actor, made.county.pk, offers["g5"].pk, 20, YEARLY)
        cart = Order.objects.get(partner=made.partner, state="cart")
        placing.submit(actor, cart.number, cart.revision)
        if state == "completed":
            fulfilment.fulfil(cart.pk)
        made.orders[state] = Order.objects.get(pk=cart.pk)
    active, suspended = Subscription.objects.filter(partner=made.partner).order_by("sku_title")
    Subscription.objects.filter(pk=suspended.pk).update(state="suspended", suspended_at=timezone.now())
    made.subscriptions = {"active": active, "suspended": suspended}
    line = {"id": 0, "catalogItemId": offers["g3"].catalog_item_id, "quantity": 25, "billingCycle": "annual"}
    program = Program(access_token(application(made.partner, "app_user"), made.admin))
    for state in ("active", "past"):
        answer = program.post(
            f"customers/{made.county.pk}/carts", {"lineItems": [{**line, "termDuration": "P1Y"}]}
        )
        made.carts[state] = ApiCart.objects.get(pk=answer.json()["id"])  # type: ignore[attr-defined]
    past = timezone.now() - timedelta(days=1)
    ApiCart.objects.filter(pk=made.carts["past"].pk).update(expires_at=past)


# What a path parameter may name, the best first. Names of nobody's own are the same for both partners.
PATH: dict[str, Callable[[World, Side], list[Any]]] = {
    "customer_id": lambda _world, mine: [mine.county.pk, mine.town.pk, mine.former.pk],
    "cart_id": lambda _world, mine: [row.pk for row in mine.carts.values()],
    "order_id": lambda _world, mine: [row.number for row in mine.orders.values()],
    "subscription_id": lambda _world, mine: [row.pk for row in mine.subscriptions.values()],
    "partner_id": lambda _world, mine: [mine.partner.tenant_id],
}
OF_NOBODY: dict[str, Callable[[World], list[Any]]] = {
    "country": lambda _world: ["US"],
    "domain": lambda _world: ["harborview.onmicrosoft.com"],
    "prefix": lambda _world: ["harborviewcounty"],
    "template": lambda _world: ["d5b1d7a6-6c1d-4c38-9f0e-2b7f3a5f9d11"],
    "offer_id": lambda world: [each.catalog_item_id for each in world.offers.values()],
    "product_id": lambda world: [each.product_id for each in world.offers.values()],
    "sku_id": lambda world: [each.sku_id for each in world.offers.values()],
    "availability_id": lambda world: [each.availability_id for each in world.offers.values()],
}
