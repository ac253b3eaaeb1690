"""A good request for every operation of the schema: what is sent otherwise in these tests begins with it."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from customers.services.agreement import template_id
from tests.api import samples
from tests.api.kit import ADDRESS, new_customer
from tests.api.operations import Operation
from tests.api.ordering import cart_of, item, line, order_of
from tests.api.world import World


@dataclass
class Good:
    """What a good request has of its own: ids in the path, a query, a body."""

    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None


def _town(body: Callable[[World], Any]) -> Callable[[World], Good]:
    """Return a request about the customer that holds nothing yet."""
    return lambda world: Good({"customer_id": world.home.town.pk}, body=body(world))


def _customer(world: World) -> Good:
    return Good(
        body={**new_customer("bayviewtownship"), "associatedPartnerId": str(world.home.reseller.tenant_id)}
    )


def _agreement(_world: World) -> dict[str, Any]:
    contact = {
        "firstName": "Ada",
        "lastName": "Reyes",
        "email": "ada@bayview.example",
        "phoneNumber": "2535550123",
    }
    return {
        "primaryContact": contact,
        "dateAgreed": "2026-03-01T00:00:00Z",
        "templateId": str(template_id()),
        "type": "MicrosoftCustomerAgreement",
    }


def _order(world: World) -> Good:
    mine = world.home
    parent = {"parentSubscriptionId": str(mine.subscriptions["active"].pk)}
    phone = line(
        world.offers["phone"], 0, 5, termDuration="P1Y", partnerIdOnRecord=mine.reseller.mpn_id, **parent
    )
    return Good(body={**order_of(phone, billingCycle="annual"), "referenceCustomerId": str(mine.county.pk)})


def _cart(world: World) -> Good:
    who = [{"key": "transaction_reseller", "value": world.home.reseller.mpn_id}]
    return Good(body=cart_of(item(world.offers["g3"], friendlyName="Clerk's office", participants=who)))


def _inventory(world: World) -> Good:
    named = {"productId": world.offers["g3"].product_id, "skuId": world.offers["g3"].sku_id}
    context = {"customerId": str(world.home.county.pk)}
    return Good(body={"targetItems": [named], "inventoryContext": context}, query={"country": "US"})


_GCC = "government_community_cloud"
GOOD: dict[str, Callable[[World], Good]] = {
    "create_customer": _customer,
    "end_relationship": _town(lambda _world: {"relationshipToPartner": "none"}),
    "remove_partner_relationship": _town(lambda _world: None),
    "remove_reseller_relationship": _town(lambda _world: None),
    "put_qualification": lambda world: Good(
        {"customer_id": world.home.town.pk}, {"code": world.home.validation.number}, _GCC
    ),
    "create_qualification": _town(
        lambda world: {
            "qualification": "GovernmentCommunityCloud",
            "validationCode": world.home.validation.number,
        }
    ),
    "create_customer_agreement": _town(_agreement),
    "get_agreement_document": lambda _world: Good({"template": template_id()}),
    "validate_address": lambda _world: Good(body=ADDRESS),
    "get_agreement_status": lambda world: Good(query={"mpnId": world.home.reseller.mpn_id}),
    "head_domain": lambda world: Good({"domain": world.home.county.domain}),
    "get_domain": lambda world: Good({"domain": world.home.county.domain}),
    "check_inventory": _inventory,
    "create_cart": _cart,
    "replace_cart": _cart,
    "create_order": _order,
    "update_order": lambda world: Good(
        {"order_id": world.home.orders["submitted"].number}, body={"status": "cancelled"}
    ),
    "retry_customer_relationship": lambda world: Good({"partner_id": world.home.reseller.tenant_id}),
}
# What can't be had here, and the answer that a good request gets instead.
NEVER = {"delete_customer": 403}


def good(operation: Operation, world: World) -> tuple[str, Any]:
    """Return the address and the body of a good request. What is replaced is sent as it was read."""
    found = GOOD.get(operation.id, lambda _world: Good())(world)
    path = samples.address(operation.path, world, world.home, found.path)
    if operation.body and found.body is None:
        found.body = world.programs["app_user"].get(path).json()  # type: ignore[attr-defined]
    needed = {
        name: samples.QUERY[name](world)[0]
        for name, each in operation.named("query").items()
        if each["required"]
    }
    query = {**needed, **found.query}
    return path + (f"?{urlencode(query)}" if query else ""), found.body


def changed(body: Any, at: tuple[str | int, ...], value: Any) -> Any:
    """Return a body with another value at one place; None where there is no such place."""
    made = deepcopy(body)
    inner = made
    for step in at[:-1]:
        if isinstance(step, int) and not (isinstance(inner, list) and len(inner) > step):
            return None
        inner = inner[step] if isinstance(step, int) else inner.get(step)
        if not isinstance(inner, dict | list):
            return None
    inner[at[-1]] = value
    return made


def places(shape: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return where in a body an object is named by its id."""
    found: list[tuple[str | int, ...]] = []
    for option in shape.get("anyOf", []):
        found += places(option, at)
    for name, each in shape.get("properties", {}).items():
        found += [(*at, name)] if name in samples.NAMED else places(each, (*at, name))
    if "items" in shape:
        found += places(shape["items"], (*at, 0))
    return found
