"""What the Java SDK 1.15.4 puts on the wire and what it needs to read."""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlsplit

import pytest
import time_machine

from customers.models import Customer
from gcc_portal.core.people.models import User
from orders.models import Offer, Order, Subscription
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal

HEADERS = {
    "MS-Contract-Version": "v1",
    "X-Locale": "en-US",
    "MS-SdkVersion": "1.15.4",
    "MS-PartnerCenter-Client": "Partner Center Java SDK",
    "Accept": "application/json",
    "User-Agent": "okhttp/3.14.0",
}
NOW = datetime.fromisoformat("2026-06-05T15:00:00+00:00")


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    """Stand on the fifth of June, whose day of the year is 156."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def java(contoso: Partner, admin: User) -> Program:
    """The SDK with a user's token and one pinned correlation id."""
    pinned = str(uuid.uuid4())
    token = access_token(application(contoso, "app_user"), admin)
    return Program(token, **HEADERS, **{"MS-CorrelationId": pinned})


def links_in(value: Any) -> Iterator[str]:
    """Yield every link of an answer."""
    if isinstance(value, dict):
        if isinstance(value.get("uri"), str):
            yield value["uri"]
        for each in value.values():
            yield from links_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from links_in(each)


def test_pages_are_followed_through_the_doubled_slash(java: Program, contoso: Partner) -> None:
    for name in ("Alpha County", "Bay County", "Cape County"):
        factories.customer(contoso, name)
    page, names = java.get("customers?size=1").json(), []
    while True:
        names += [each["companyProfile"]["companyName"] for each in page["items"]]
        following = page["links"].get("next")
        if following is None:
            break
        # The SDK writes root + "/v1/" + uri.
        headers = {each["key"]: each["value"] for each in following["headers"]}
        page = java.get(f"/v1/{following['uri']}", **headers).json()
    assert names == ["Alpha County", "Bay County", "Cape County"]


def test_a_simple_query_says_size_0_and_its_filter_is_form_encoded(java: Program, contoso: Partner) -> None:
    factories.customer(contoso, "Harbor View Town")
    factories.customer(contoso, "Bay County")
    said = {"field": "CompanyName", "value": "harbor v", "operator": "StartsWith", "fieldType": "string"}
    answer = java.get(f"customers?size=0&filter={quote_plus(json.dumps(said))}").json()
    assert [each["companyProfile"]["companyName"] for each in answer["items"]] == ["Harbor View Town"]


def test_no_link_names_the_version_and_each_is_a_uri(java: Program, county: Customer, g3: Offer) -> None:
    java.post(f"customers/{county.pk}/orders", order_body(county, g3))
    addresses = [
        "customers",
        f"customers/{county.pk}",
        f"customers/{county.pk}/offers",
        f"customers/{county.pk}/products?targetView=OnlineServices&targetSegment=government",
        f"customers/{county.pk}/orders?include_price=false",
        f"customers/{county.pk}/subscriptions",
        "products?country=US&targetView=OnlineServices",
        "offers?country=US&offset=0&size=0",
    ]
    seen = [uri for address in addresses for uri in links_in(java.get(address).json())]
    assert len(seen) > 12
    for uri in seen:
        assert uri.startswith("/")
        assert not uri.lower().startswith("/v1")
        assert urlsplit(uri).geturl() == uri
        assert " " not in uri


def test_the_address_check_answers_the_bare_word(java: Program, person: Program) -> None:
    address = {
        "addressLine1": "1 Dock St",
        "city": "Tacoma",
        "state": "WA",
        "postalCode": "98402",
        "country": "US",
    }
    assert java.post("validations/address", address).json() is True
    assert isinstance(person.post("validations/address", address).json(), dict)
    assert refusal(java.post("validations/address", address | {"state": "QQ"})) == (400, 2007)


def test_a_free_domain_is_404_each_of_the_five_times(java: Program) -> None:
    request_id = str(uuid.uuid4())
    answers = [
        java.send("HEAD", "domains/nobody.onmicrosoft.com", MS_RequestId=request_id) for _each in range(5)
    ]
    assert [each.status_code for each in answers] == [404] * 5
    assert {each.content for each in answers} == {b""}


def test_creation_answers_the_password_as_a_string(java: Program) -> None:
    made = java.post("customers", customer_body("harborviewcounty"), MS_RequestId=str(uuid.uuid4()))
    assert made.status_code == 201, made.content
    credentials = made.json()["userCredentials"]
    assert isinstance(credentials["password"], str)
    assert credentials["password"]


def test_a_request_id_pinned_over_different_calls_mixes_nothing_up(java: Program) -> None:
    pinned = str(uuid.uuid4())
    first = java.post("customers", customer_body("firstcounty"), MS_RequestId=pinned).json()["id"]
    second = java.post("customers", customer_body("secondcounty"), MS_RequestId=pinned).json()["id"]
    assert first != second
    assert Customer.objects.count() == 2


def test_the_qualification_goes_through_the_generic_client(java: Program, contoso: Partner) -> None:
    customer = factories.customer(contoso, "Harborview County", kinds=(), agreed=False)
    code = factories.validation_id(contoso, "Harborview County").number
    codes = java.get("customers/all/validations").json()
    assert [each["validationId"] for each in codes] == [code]
    address = f"customers/{customer.pk}/qualification"
    # The typed update computes the code and never sends it: it is refused, and no code is guessed.
    assert refusal(java.send("PUT", address, raw=b'"government_community_cloud"'))[0] == 400
    answer = java.post(
        f"customers/{customer.pk}/qualifications?code={code}", {"qualification": "GovernmentCommunityCloud"}
    )
    assert answer.status_code == 201, answer.content
    assert java.get(address).json() == "government_community_cloud"


def test_products_lead_to_a_catalog_item(java: Program, county: Customer, g3: Offer) -> None:
    base = f"customers/{county.pk}/products"
    products = java.get(f"{base}?targetView=OnlineServices&targetSegment=government").json()["items"]
    [product] = [each for each in products if each["id"] == g3.product_id]
    [sku] = java.get(f"{base}/{product['id']}/skus?targetSegment=government").json()["items"]
    assert all(isinstance(value, str) for value in sku["dynamicAttributes"].values())
    found = java.get(f"{base}/{product['id']}/skus/{sku['id']}/availabilities").json()["items"]
    assert found[0]["catalogItemId"] == g3.catalog_item_id


def test_a_cart_with_a_bad_line_is_mended_and_checked_out(java: Program, county: Customer, g3: Offer) -> None:
    good = {
        "id": 0,
        "catalogItemId": g3.catalog_item_id,
        "quantity": 5,
        "billingCycle": "annual",
        "termDuration": "P1Y",
        "addOnItems": [],
    }
    bad = good | {"id": 1, "catalogItemId": "NONE0001:0001:NONE0001"}
    cart = java.post(f"customers/{county.pk}/carts", {"lineItems": [good, bad]})
    assert cart.status_code == 201, cart.content
    lines = cart.json()["lineItems"]
    assert "error" not in lines[0]
    assert isinstance(lines[1]["error"]["errorCode"], int)
    assert lines[1]["error"]["errorDescription"]
    address = f"customers/{county.pk}/carts/{cart.json()['id']}"
    assert refusal(java.send("POST", f"{address}/checkout", raw=b'"success"')) == (400, 800009)
    assert not Order.objects.exists()
    mended = java.put(address, {**cart.json(), "lineItems": [good]})
    assert mended.status_code == 201
    result = java.send("POST", f"{address}/checkout", raw=b'"success"')
    assert result.status_code == 201, result.content
    assert len(result.json()["orders"]) == 1
    assert Subscription.objects.get().quantity == 5


def test_a_subscription_read_and_sent_back_whole(java: Program, county: Customer, g3: Offer) -> None:
    placed = java.post(f"customers/{county.pk}/orders", order_body(county, g3)).json()
    found = java.get(f"customers/{county.pk}/subscriptions?order_id={placed['id']}").json()["items"][0]
    address = f"customers/{county.pk}/subscriptions/{found['id']}"
    changed = java.patch(address, found | {"quantity": 12})
    assert (changed.status_code, changed.json()["quantity"]) == (200, 12)
    # The etag that the SDK read before is in the body: 400, which it gives up on; not 412, on which it never does.
    assert refusal(java.patch(address, found | {"quantity": 14})) == (400, 2055)
    assert Subscription.objects.get().quantity == 12


def test_the_audit_is_asked_with_the_day_of_the_year(java: Program, county: Customer, g3: Offer) -> None:
    java.post(f"customers/{county.pk}/orders", order_body(county, g3))
    answer = java.get("auditrecords?startDate=2026-06-156&endDate=2026-06-157&size=50")
    assert answer.status_code == 200, answer.content
    records = answer.json()["items"]
    assert {each["operationType"] for each in records} >= {"create_order"}
    closed = {
        "add_customer",
        "delete_customer",
        "update_customer_qualification",
        "update_customer_billing_profile",
        "remove_partner_customer_relationship",
        "create_order",
        "update_order",
        "update_subscription",
        "create_agreement",
        "create_partner_relationship",
    }
    assert {each["operationType"] for each in records} <= closed
    paged = java.get("auditrecords?startDate=2026-06-156&endDate=2026-06-157&size=1").json()
    if "continuationToken" in paged:
        # The SDK's audit query writes the token into the address.
        following = java.get(
            f"auditrecords?seekOperation=Next&MS-ContinuationToken={quote_plus(paged['continuationToken'])}"
        )
        assert following.status_code == 200


def test_subscribed_skus_with_the_broken_group_query(java: Program, county: Customer, g3: Offer) -> None:
    java.post(f"customers/{county.pk}/orders", order_body(county, g3))
    answer = java.get(f"customers/{county.pk}/subscribedskus?null=group1&null=group2")
    assert answer.json()["items"][0]["productSku"]["licenseGroupId"] == "group1"


def test_relationships_without_the_type_and_the_reseller_s_agreement(
    northwind: Partner, fabrikam: Partner
) -> None:
    token = access_token(application(fabrikam, "app_user"), factories.agent(fabrikam).user)
    java = Program(token, **HEADERS)
    said = quote_plus('{"field":"Name","value":"North","operator":"substring"}')
    for address in (
        "relationships?relationship_type=is_indirect_cloud_solution_provider_of",
        f"relationships?filter={said}",
    ):
        items = java.get(address).json()["items"]
        assert [(each["name"], each["relationshipType"]) for each in items] == [
            ("Northwind Resale", "is_indirect_cloud_solution_provider_of")
        ]
    signed = java.get(f"compliance/csp/agreementstatus?mpnId={northwind.mpn_id}")
    assert signed.json() == {"isAgreementSigned": True}


def customer_body(prefix: str) -> dict[str, Any]:
    """Return what the SDK sends to create a customer."""
    return {
        "companyProfile": {"domain": f"{prefix}.onmicrosoft.com"},
        "billingProfile": {
            "culture": "EN-US",
            "email": "it@harborview.example",
            "language": "En",
            "companyName": f"{prefix.capitalize()}",
            "defaultAddress": {
                "firstName": "Ada",
                "lastName": "Reyes",
                "addressLine1": "1 Dock St",
                "city": "Tacoma",
                "state": "WA",
                "country": "US",
                "postalCode": "98402",
                "phoneNumber": "2535550100",
            },
        },
        "relationshipToPartner": "none",
    }


def order_body(customer: Customer, offer: Offer) -> dict[str, Any]:
    """Return what the SDK sends to place an order."""
    return {
        "referenceCustomerId": str(customer.pk),
        "billingCycle": "annual",
        "lineItems": [
            {
                "lineItemNumber": 0,
                "offerId": offer.catalog_item_id,
                "friendlyName": "Seats",
                "quantity": 10,
                "addonItems": [],
            }
        ],
    }
