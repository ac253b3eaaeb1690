"""What members and parameters of a request may hold, those that name an object by whose it is."""

import re
from typing import Any

from tests.api.world import OF_NOBODY, PATH, Side, World

# Members that name an object: the partner's own, or another's. None: nobody's, the same for all.
NAMED: dict[str, Any] = {
    "id": lambda mine: str(mine.county.pk),
    "commerceId": lambda mine: str(mine.county.pk),
    "tenantId": lambda mine: str(mine.county.pk),
    "customerId": lambda mine: str(mine.county.pk),
    "referenceCustomerId": lambda mine: str(mine.county.pk),
    "associatedPartnerId": lambda mine: str(mine.reseller.tenant_id),
    "validationCode": lambda mine: mine.validation.number,
    "partnerIdOnRecord": lambda mine: mine.reseller.mpn_id,
    "partnerId": lambda mine: mine.reseller.mpn_id,
    "mpnId": lambda mine: mine.reseller.mpn_id,
    "parentSubscriptionId": lambda mine: str(mine.subscriptions["active"].pk),
    "subscriptionId": lambda mine: str(mine.subscriptions["active"].pk),
    "entitlementId": lambda mine: str(mine.subscriptions["active"].pk),
    "orderId": lambda mine: mine.orders["completed"].number,
    "userId": lambda mine: str(mine.admin.pk),
    "code": lambda mine: mine.validation.number,
    "order_id": lambda mine: mine.orders["completed"].number,
    "mpn_id": lambda mine: mine.reseller.mpn_id,
    "indirectResellerId": lambda mine: str(mine.reseller.tenant_id),
    "indirectCloudSolutionProviderId": lambda mine: str(mine.partner.tenant_id),
}
# Query parameters by name: what a good request may ask.
QUERY: dict[str, Any] = {
    **{name: (lambda world, named=named: [named(world.home)]) for name, named in NAMED.items()},
    "filter": lambda _world: ['{"Field":"CompanyName","Value":"c","Operator":"starts_with"}'],
    "seekOperation": lambda _world: ["Next", "first", "LAST", "Previous"],
    "size": lambda _world: [0, 1, 500],
    "offset": lambda _world: [0, 1, 1000],
    "country": lambda _world: ["US", "us", "DE"],
    "targetView": lambda _world: ["OnlineServices", "Azure"],
    "targetSegment": lambda _world: ["government", "commercial"],
    "agreementType": lambda _world: ["*", "MicrosoftCustomerAgreement", "MicrosoftCloudAgreement"],
    "relationship_type": lambda _world: ["IsIndirectCloudSolutionProviderOf"],
    "startDate": lambda _world: ["2026-11-01", "11/01/2026 00:00:00", "2026-11-305"],
    "endDate": lambda _world: ["2026-11-30", "11/30/2026 00:00:00"],
    "include_price": lambda _world: ["true", "false"],
    "billingType": lambda _world: ["annual", "monthly"],
    "type": lambda _world: ["account"],
    "language": lambda _world: ["en-US"],
    "vettingVersion": lambda _world: ["Current", "LastFinalized"],
    "licenseGroupIds": lambda _world: ["group1", "group1,group2"],
}
# Names that look like ids and are ids of nobody's: of the catalogue, of agreements, of the request itself.
OF_ALL = {
    "offerId", "catalogItemId", "productId", "skuId", "availabilityId", "templateId", "promotionId",
    "organizationRegistrationNumber",
    "taxId", "licenseGroupIds", "entitlementId", "offer_category_id", "product_id",
}  # fmt: skip
LOOKS_LIKE_AN_ID = re.compile(r"(^id|Ids?|_ids?|[cC]ode)$")
NO_ID = {"postalCode", "currencyCode", "iso2Code"}


def unknown_ids(shape: Any) -> set[str]:
    """Return the members of a schema that look like ids and that no table here knows."""
    names = {name for name in _members(shape) if LOOKS_LIKE_AN_ID.search(name)}
    return names - set(NAMED) - OF_ALL - NO_ID


def _members(shape: Any) -> set[str]:
    match shape:
        case dict():
            own = set(shape.get("properties", {}))
            return own.union(*(_members(each) for each in shape.values()))
        case list():
            return set().union(*(_members(each) for each in shape))
    return set()


def address(path: str, world: World, mine: Side, foreign: dict[str, Any]) -> str:
    """Return a path with ids in place: `foreign` ones by name, else the best of the partner's own."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in foreign:
            return str(foreign[name])
        own = PATH[name](world, mine) if name in PATH else OF_NOBODY[name](world)
        return str(own[0])

    return re.sub(r"{(\w+)}", value, path)
