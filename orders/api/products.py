"""Products, their SKUs and availabilities: new commerce's catalogue, by country and as a customer has it.

One offer of the portal is one SKU with one availability. Lists hold what is sold; what is sold no longer is still read
by its id.
"""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from gcc_portal.api.call import Call
from gcc_portal.api.errors import ApiError, ErrorCode
from gcc_portal.api.paging import Collection, collection
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Guid
from orders.api.catalog_scope import (
    CatalogScope,
    Country,
    Id,
    TargetSegment,
    customer_scope,
    partner_scope,
    spelled,
)
from orders.api.product_shapes import (
    ONLINE_SERVICES,
    AvailabilityAnswer,
    ProductAnswer,
    SkuAnswer,
    shown_availability,
    shown_product,
    shown_sku,
)
from orders.models import Offer
from orders.queries import catalog as queries

resources = Resources("Products", "catalog")

NO_PRODUCT: ErrorCode = (404, 400013)
NO_SKU: ErrorCode = (404, 400018)
NO_AVAILABILITY: ErrorCode = (404, 400019)
VIEWS = (
    ONLINE_SERVICES,
    "Azure",
    "AzureReservations",
    "AzureReservationsVM",
    "AzureReservationsSQL",
    "AzureReservationsCosmosDb",
    "MicrosoftAzure",
    "Software",
    "SoftwarePerpetual",
    "SoftwareSubscriptions",
    "SoftwareSUSELinux",
    "MarketplaceSaaS",
)
TargetView = Annotated[
    str,
    Field(
        max_length=100,
        description="Which products, in any case; those of the portal are OnlineServices.",
        json_schema_extra={"enum": [*VIEWS]},
    ),
]


def skus_on(scope: CatalogScope, product_id: str) -> list[Offer]:
    """Return all SKUs of a product on the scope, sold ones first. Raises `ApiError` (404/400013) when there is none."""
    found = list(queries.of_product(scope.offers, product_id))
    if not found:
        raise ApiError(NO_PRODUCT, _("There is no such product here."))
    return sorted(found, key=lambda offer: (not offer.is_active, offer.sku_id))


def sku_on(scope: CatalogScope, product_id: str, sku_id: str) -> Offer:
    """Return a SKU of the scope. Raises `ApiError` (404/400013, 404/400018)."""
    canonical = sku_id.upper()
    found = [offer for offer in skus_on(scope, product_id) if offer.sku_id == canonical]
    if not found:
        raise ApiError(NO_SKU, _("There is no such SKU of this product here."))
    return found[0]


def products(scope: CatalogScope, view: str) -> Collection[ProductAnswer]:
    """Return the products of a view; of those that the portal does not sell there is none."""
    canonical = spelled(view, VIEWS, "targetView")
    offers = scope.on_sale if canonical == ONLINE_SERVICES else []
    shown = [shown_product(each, scope) for each in queries.products_of(offers)]
    return collection(
        shown, f"{scope.place}/products", **scope.query, targetView=canonical, targetSegment=scope.asked
    )


def product(scope: CatalogScope, product_id: str) -> ProductAnswer:
    """Return a product of the scope."""
    return shown_product(queries.products_of(skus_on(scope, product_id))[0], scope)


def skus(call: Call, scope: CatalogScope, product_id: str, segment: str) -> Collection[SkuAnswer]:
    """Return the SKUs of a product that are sold on the scope."""
    known = skus_on(scope, product_id)
    narrow = scope.narrowed(segment)
    shown = [
        shown_sku(each, scope, call) for each in known if each.is_active and each.segment in narrow.segments
    ]
    place = f"{scope.place}/products/{known[0].product_id}/skus"
    return collection(shown, place, **scope.query, targetSegment=narrow.asked)


def availabilities(
    call: Call, scope: CatalogScope, product_id: str, sku_id: str, segment: str
) -> Collection[AvailabilityAnswer]:
    """Return the availabilities of a SKU that is sold on the scope."""
    sku = sku_on(scope, product_id, sku_id)
    narrow = scope.narrowed(segment)
    seen = sku.is_active and sku.segment in narrow.segments
    shown = [shown_availability(sku, scope, call)] if seen else []
    place = f"{scope.place}/products/{sku.product_id}/skus/{sku.sku_id}/availabilities"
    return collection(shown, place, **scope.query, targetSegment=narrow.asked)


def availability(
    call: Call, scope: CatalogScope, product_id: str, sku_id: str, availability_id: str
) -> AvailabilityAnswer:
    """Return an availability of the scope. Raises `ApiError` (404/400013, 404/400018, 404/400019)."""
    sku = sku_on(scope, product_id, sku_id)
    if sku.availability_id != availability_id.upper():
        raise ApiError(NO_AVAILABILITY, _("There is no such availability of this SKU here."))
    return shown_availability(sku, scope, call)


@resources.get("products", Collection[ProductAnswer])
def list_products(
    call: Call, country: Country, target_view: TargetView, target_segment: TargetSegment = ""
) -> Any:
    """List the products in a country.

    Government ones are among them for a partner that holds the reseller qualification.
    """
    return products(partner_scope(call, country, target_segment), target_view)


@resources.get("products/{product_id}", ProductAnswer)
def get_product(call: Call, product_id: Id, country: Country) -> Any:
    """Return one product."""
    return product(partner_scope(call, country), product_id)


@resources.get("products/{product_id}/skus", Collection[SkuAnswer])
def list_skus(call: Call, product_id: Id, country: Country, target_segment: TargetSegment = "") -> Any:
    """List the SKUs of a product."""
    return skus(call, partner_scope(call, country), product_id, target_segment)


@resources.get("products/{product_id}/skus/{sku_id}", SkuAnswer)
def get_sku(call: Call, product_id: Id, sku_id: Id, country: Country) -> Any:
    """Return one SKU of a product."""
    scope = partner_scope(call, country)
    return shown_sku(sku_on(scope, product_id, sku_id), scope, call)


@resources.get("products/{product_id}/skus/{sku_id}/availabilities", Collection[AvailabilityAnswer])
def list_availabilities(
    call: Call, product_id: Id, sku_id: Id, country: Country, target_segment: TargetSegment = ""
) -> Any:
    """List the availabilities of a SKU."""
    return availabilities(call, partner_scope(call, country), product_id, sku_id, target_segment)


@resources.get("products/{product_id}/skus/{sku_id}/availabilities/{availability_id}", AvailabilityAnswer)
def get_availability(call: Call, product_id: Id, sku_id: Id, availability_id: Id, country: Country) -> Any:
    """Return one availability; `isPurchasable` says whether it is still sold."""
    return availability(call, partner_scope(call, country), product_id, sku_id, availability_id)


@resources.get("customers/{customer_id}/products", Collection[ProductAnswer])
def list_customer_products(
    call: Call, customer_id: Guid, target_view: TargetView, target_segment: TargetSegment = ""
) -> Any:
    """List the products that the customer may be sold."""
    return products(customer_scope(call, customer_id, target_segment), target_view)


@resources.get("customers/{customer_id}/products/{product_id}", ProductAnswer)
def get_customer_product(call: Call, customer_id: Guid, product_id: Id) -> Any:
    """Return one product that the customer may be sold."""
    return product(customer_scope(call, customer_id), product_id)


@resources.get("customers/{customer_id}/products/{product_id}/skus", Collection[SkuAnswer])
def list_customer_skus(
    call: Call, customer_id: Guid, product_id: Id, target_segment: TargetSegment = ""
) -> Any:
    """List the SKUs of a product that the customer may be sold."""
    return skus(call, customer_scope(call, customer_id), product_id, target_segment)


@resources.get("customers/{customer_id}/products/{product_id}/skus/{sku_id}", SkuAnswer)
def get_customer_sku(call: Call, customer_id: Guid, product_id: Id, sku_id: Id) -> Any:
    """Return one SKU that the customer may be sold."""
    scope = customer_scope(call, customer_id)
    return shown_sku(sku_on(scope, product_id, sku_id), scope, call)


@resources.get(
    "customers/{customer_id}/products/{product_id}/skus/{sku_id}/availabilities",
    Collection[AvailabilityAnswer],
)
def list_customer_availabilities(
    call: Call, customer_id: Guid, product_id: Id, sku_id: Id, target_segment: TargetSegment = ""
) -> Any:
    """List the availabilities of a SKU that the customer may be sold."""
    return availabilities(call, customer_scope(call, customer_id), product_id, sku_id, target_segment)


@resources.get(
    "customers/{customer_id}/products/{product_id}/skus/{sku_id}/availabilities/{availability_id}",
    AvailabilityAnswer,
)
def get_customer_availability(
    call: Call, customer_id: Guid, product_id: Id, sku_id: Id, availability_id: Id
) -> Any:
    """Return one availability that the customer may be sold."""
    return availability(call, customer_scope(call, customer_id), product_id, sku_id, availability_id)
