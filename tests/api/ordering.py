"""What the tests of carts and orders share: lines and orders as clients send them."""

from typing import Any

from django.db.models import Model

from customers.models import Customer
from gcc_portal.core.audit.models import AuditEntry
from orders.models import ApiCart, Offer, Order, OrderLine, Subscription


def line(offer: Offer | str, number: int = 0, quantity: Any = 10, **fields: Any) -> dict[str, Any]:
    """Return a line of an order."""
    item = offer if isinstance(offer, str) else offer.catalog_item_id
    return {"lineItemNumber": number, "offerId": item, "quantity": quantity, **fields}


def order_of(*lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return an order with these lines."""
    return {"lineItems": list(lines), **fields}


def item(offer: Offer | str, number: int = 0, quantity: Any = 10, **fields: Any) -> dict[str, Any]:
    """Return a line of a cart."""
    name = offer if isinstance(offer, str) else offer.catalog_item_id
    made = {"id": number, "catalogItemId": name, "quantity": quantity}
    return {**made, "billingCycle": "annual", "termDuration": "P1Y", **fields}


def cart_of(*lines: dict[str, Any]) -> dict[str, Any]:
    """Return a cart with these lines."""
    return {"lineItems": list(lines)}


def orders_at(customer: Customer) -> str:
    """Return the address of the customer's orders."""
    return f"customers/{customer.pk}/orders"


def carts_at(customer: Customer) -> str:
    """Return the address of the customer's carts."""
    return f"customers/{customer.pk}/carts"


def stored() -> dict[str, int]:
    """Return how many rows an order could have made."""
    tables: tuple[type[Model], ...] = (Order, OrderLine, Subscription)
    return {each.__name__: each._default_manager.count() for each in tables}


NOTHING = {"Order": 0, "OrderLine": 0, "Subscription": 0}


def last_refusal(customer: Customer) -> AuditEntry:
    """Return the last refused act of which the customer is the subject."""
    found = AuditEntry.objects.filter(refused=True, object_type="customer", object_id=str(customer.pk))
    return found.latest("pk")


def open_carts() -> int:
    """Return how many carts of programs there are that were not ordered."""
    return ApiCart.objects.filter(order=None).count()
