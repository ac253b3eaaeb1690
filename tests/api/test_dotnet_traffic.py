"""What the .NET SDK 3.4 and the PowerShell module send: PascalCase with nulls."""

import json
import uuid

import pytest

from customers.models import Customer
from gcc_portal.core.people.models import User
from orders.models import Offer, Order, Subscription
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, pascal, refusal

HEADERS = {
    "MS-PartnerCenter-Client": "Partner Center .NET SDK",
    "MS-SdkVersion": "3.4.0",
    "Accept": "application/json",
    "X-Locale": "en-US",
    "Expect": "100-continue",
}


@pytest.fixture
def dotnet(contoso: Partner, admin: User) -> Program:
    """The SDK with a user's token."""
    return Program(access_token(application(contoso, "app_user"), admin), **HEADERS)


def test_the_whole_flow_in_pascal_case(dotnet: Program, contoso: Partner, g3: Offer) -> None:
    code = factories.validation_id(contoso, "Harborview County").number
    created = dotnet.post(
        "customers",
        pascal(
            {
                "companyProfile": {"domain": "harborviewcounty.onmicrosoft.com", "companyName": None},
                "billingProfile": {
                    "email": "it@harborview.example",
                    "culture": "en-US",
                    "language": "en",
                    "companyName": "Harborview County",
                    "defaultAddress": {
                        "addressLine1": "1 Dock St",
                        "addressLine2": None,
                        "city": "Tacoma",
                        "state": "WA",
                        "postalCode": "98402",
                        "country": "US",
                        "region": None,
                        "firstName": "Ada",
                        "lastName": "Reyes",
                        "phoneNumber": None,
                    },
                },
                "userCredentials": None,
                "relationshipToPartner": "none",
                "allowDelegatedAccess": None,
            }
        ),
        MS_RequestId=str(uuid.uuid4()),
    )
    assert created.status_code == 201, created.content
    customer = Customer.objects.get(pk=created.json()["id"])
    base = f"customers/{customer.pk}"

    qualified = dotnet.post(
        f"{base}/qualifications",
        pascal(
            {
                "qualification": "GovernmentCommunityCloud",
                "validationCode": code,
                "educationSegment": None,
                "website": None,
            }
        ),
    )
    assert qualified.status_code == 201, qualified.content
    # Decoded right only in this spelling: the all-lowercase one silently becomes None.
    assert dotnet.get(f"{base}/qualification").json() == "government_community_cloud"

    template = dotnet.get("agreements?agreementType=MicrosoftCustomerAgreement").json()["items"][0]
    agreed = dotnet.post(
        f"{base}/agreements",
        pascal(
            {
                "primaryContact": {
                    "firstName": "Ada",
                    "lastName": "Reyes",
                    "email": "ada@harborview.example",
                    "phoneNumber": None,
                },
                "dateAgreed": "2026-03-01T00:00:00Z",
                "templateId": template["templateId"],
                "type": "MicrosoftCustomerAgreement",
                "userId": None,
            }
        ),
    )
    assert agreed.status_code == 201, agreed.content

    cart = dotnet.post(
        f"{base}/carts",
        pascal(
            {
                "lineItems": [
                    {
                        "id": 0,
                        "catalogItemId": g3.catalog_item_id,
                        "quantity": 25,
                        "billingCycle": "Annual",
                        "termDuration": "P1Y",
                        "addonItems": None,
                        "participants": None,
                        "provisioningContext": None,
                    }
                ],
                "status": None,
                "creationTimestamp": None,
            }
        ),
    )
    assert cart.status_code == 201, cart.content
    result = dotnet.send("POST", f"{base}/carts/{cart.json()['id']}/checkout", raw=b'"success"')
    assert result.status_code == 201, result.content
    held = Subscription.objects.get()

    read = dotnet.get(f"{base}/subscriptions/{held.pk}").json()
    sent = pascal(read) | {"Quantity": 30, "Attributes": {"Etag": read["attributes"]["etag"]}}
    changed = dotnet.patch(f"{base}/subscriptions/{held.pk}", sent)
    assert changed.status_code == 200, changed.content
    assert Subscription.objects.get().quantity == 30
    assert refusal(dotnet.patch(f"{base}/subscriptions/{held.pk}", sent)) == (400, 2055)


def test_the_powershell_module_puts_the_enum_as_a_string(dotnet: Program, contoso: Partner) -> None:
    customer = factories.customer(contoso, "Harborview County", kinds=())
    code = factories.validation_id(contoso, "Harborview County").number
    address = f"customers/{customer.pk}/qualification"
    for spelling in (
        "governmentcommunitycloud",
        "GovernmentCommunityCloud",
        "government_community_cloud",
        "3",
    ):
        again = factories.customer(contoso, "Harborview County", kinds=())
        place = f"customers/{again.pk}/qualification?code={code}"
        body = spelling.encode() if spelling == "3" else json.dumps(spelling).encode()
        answer = dotnet.send("PUT", place, raw=body)
        assert (answer.status_code, answer.json()) == (200, "government_community_cloud"), spelling
    refused = dotnet.send("PUT", address, raw=b'"government_community_cloud"')
    assert refusal(refused) == (400, 800002)


def test_a_refusal_is_never_a_bare_string(dotnet: Program, contoso: Partner, g3: Offer) -> None:
    """The PowerShell module crashes on one."""
    customer = factories.customer(contoso, "Adventure Bakery", kinds=())
    order = {"lineItems": [{"lineItemNumber": 0, "offerId": g3.catalog_item_id, "quantity": 1}]}
    assert refusal(dotnet.post(f"customers/{customer.pk}/orders", pascal(order))) == (400, 800086)
    assert refusal(dotnet.send("POST", f"customers/{customer.pk}/orders", raw=b"{")) == (400, 3000)
    assert refusal(dotnet.send("POST", f"customers/{customer.pk}/orders", raw=b"[]")) == (400, 3000)
    assert not Order.objects.exists()


def test_a_byte_order_mark_is_read_over(dotnet: Program) -> None:
    address = b'{"AddressLine1":"1 Dock St","City":"Tacoma","State":"WA","PostalCode":"98402","Country":"US"}'
    answer = dotnet.send("POST", "validations/address", raw=b"\xef\xbb\xbf" + address)
    assert answer.status_code == 200
    assert not answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.json()["status"].startswith("Verified")


def test_links_are_followed_with_and_without_the_version(dotnet: Program, contoso: Partner) -> None:
    for name in ("Alpha County", "Bay County"):
        factories.customer(contoso, name)
    following = dotnet.get("customers?size=1").json()["links"]["next"]
    headers = {each["key"]: each["value"] for each in following["headers"]}
    for address in (f"/v1{following['uri']}", f"/V1.0{following['uri']}"):
        items = dotnet.get(address, **headers).json()["items"]
        assert items[0]["companyProfile"]["companyName"] == "Bay County"
