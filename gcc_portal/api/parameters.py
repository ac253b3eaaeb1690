"""What parameters mean that stand at many resources: the same name means the same everywhere."""

from typing import Any

PARAMETERS = {
    "agreementType": "The kind of agreement; `*` is every kind. Without it the old Microsoft Cloud Agreement is meant.",
    "availability_id": "An availability of the SKU.",
    "billingType": "Only orders that are billed so.",
    "cart_id": "The cart's id.",
    "code": "The validation code: here, or in the body.",
    "country": "A country's two letters, e.g. `US`.",
    "customer_id": "The customer's tenant id.",
    "domain": "A domain, e.g. `harborview.onmicrosoft.com`.",
    "endDate": "The last day: `yyyy-mm-dd`, or as Microsoft's clients write it.",
    "filter": 'JSON: `{"Field": "…", "Value": "…", "Operator": "…"}`. Field and operator in any casing.',
    "include_price": "Whether the order's total price is told.",
    "language": "The language of the document.",
    "licenseGroupIds": "License groups; the portal has `group1`.",
    "mpnId": "A partner's MPN ID.",
    "mpn_id": "The MPN ID of the indirect reseller on record.",
    "offer_category_id": "Only offers of this category.",
    "offer_id": "The offer's id, which is its catalog item: product, SKU and availability, parted by colons.",
    "offset": "How many to leave out from the beginning.",
    "order_id": "The order's id.",
    "partner_id": "The other partner's tenant id.",
    "prefix": "What stands before `.onmicrosoft.com`.",
    "product_id": "The product's id.",
    "relationship_type": "Which way round the partners stand to each other. Without it, the caller's own way.",
    "seekOperation": "Which page: `Next`, `Previous`, `First`, `Last` or `PageIndex`, with a continuation token.",
    "size": "How many a page holds at most; 0 leaves it to the portal.",
    "sku_id": "The SKU's id within its product.",
    "startDate": "The first day: `yyyy-mm-dd`, or as Microsoft's clients write it.",
    "subscription_id": "The subscription's id.",
    "targetSegment": "Only what is for this segment.",
    "targetView": "The kind of products; licenses are `OnlineServices`.",
    "template": "The agreement's template.",
    "tenantId": "A partner's tenant id.",
    "type": "The kind of validation.",
    "vettingVersion": "Which version of the profile.",
}


def described(parameter: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter as the schema shows it: with what it means, and never null, which no address can be."""
    shape = {
        key: value
        for key, value in parameter["schema"].items()
        if key != "default" or value not in ("", None)
    }
    options = [each for each in shape.get("anyOf", []) if each != {"type": "null"}]
    if len(options) == 1:
        shape = {**options[0], **{key: value for key, value in shape.items() if key != "anyOf"}}
    elif options:
        shape["anyOf"] = options
    text = parameter.get("description") or PARAMETERS.get(parameter["name"], "")
    return {**parameter, "schema": shape, **({"description": text} if text else {})}
