"""Products, SKUs and availabilities, by country and by customer."""

import uuid
from typing import Any

import pytest

from customers.models import SpecialQualification
from orders.models import Offer
from orders.services.catalog import SHIPPED, import_catalog
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal
from tests.orders.conftest import make_offer

HERE = "country=US"
LIST = "targetView=OnlineServices"


@pytest.fixture
def g3(db: None) -> Offer:
    """A government base offer."""
    return make_offer(
        "Office 365 G3 GCC",
        product_id="GCCP9001",
        availability_id="GCCA9001",
        string_id="ENTERPRISEPACK_GOV",
        sku_guid=uuid.UUID(int=7),
        description="Office.",
    )


@pytest.fixture
def phone(g3: Offer) -> Offer:
    """An add-on to it."""
    return make_offer("Teams Phone GCC", needs=(g3,), product_id="GCCP9002", availability_id="GCCA9002")


@pytest.fixture
def e3(db: None) -> Offer:
    """A commercial offer."""
    return make_offer(
        "Office 365 E3", segment="commercial", product_id="COMP9001", availability_id="COMA9001"
    )


@pytest.fixture
def unqualified(fabrikam: Partner) -> Program:
    """The program of a partner without the reseller qualification."""
    return Program(access_token(application(fabrikam)))


def read(program: Program, path: str) -> Any:
    """Return an answer."""
    answer = program.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()  # type: ignore[attr-defined]


def ids(program: Program, path: str) -> list[str]:
    """Return the ids of a list."""
    body = read(program, path)
    assert body["totalCount"] == len(body["items"])
    return [each["id"] for each in body["items"]]


def link(uri: str) -> dict[str, Any]:
    """Return a link as it is answered."""
    return {"uri": uri, "method": "GET", "headers": []}


def test_a_product_sku_and_availability_are_told_as_the_contract_has_them(
    program: Program, g3: Offer
) -> None:
    product = read(program, "products/gccp9001?country=us")
    assert product == {
        "id": "GCCP9001",
        "title": "Office 365 G3 GCC",
        "description": "Office.",
        "productType": {"id": "OnlineServices", "displayName": "Online services"},
        "isMicrosoftProduct": True,
        "publisherName": "Microsoft Corporation",
        "links": {
            "skus": link("/products/GCCP9001/skus?country=US"),
            "self": link("/products/GCCP9001?country=US"),
        },
        "attributes": {"objectType": "Product"},
    }
    sku = read(program, f"/v1{product['links']['skus']['uri']}")["items"][0]
    assert sku == {
        "id": "0001",
        "productId": "GCCP9001",
        "title": "Office 365 G3 GCC",
        "description": "Office.",
        "minimumQuantity": 1,
        "maximumQuantity": 300,
        "isTrial": False,
        "supportedBillingCycles": ["monthly", "annual"],
        "purchasePrerequisites": ["MicrosoftCustomerAgreement"],
        "inventoryVariables": [],
        "provisioningVariables": [],
        "dynamicAttributes": {
            "isMicrosoftProduct": "true",
            "billingType": "license",
            "isAddon": "false",
            "unitType": "Licenses",
            "category": "Productivity suites",
            "skuPartNumber": "ENTERPRISEPACK_GOV",
            "provisioningId": str(uuid.UUID(int=7)),
            "reselleeQualifications": "GovernmentCommunityCloud",
            "resellerQualifications": "GovernmentCommunityCloud",
        },
        "links": {
            "availabilities": link("/products/GCCP9001/skus/0001/availabilities?country=US"),
            "self": link("/products/GCCP9001/skus/0001?country=US"),
        },
        "attributes": {"objectType": "Sku"},
    }
    assert read(program, f"/v1{sku['links']['self']['uri']}") == sku
    availability = read(program, f"/v1{sku['links']['availabilities']['uri']}")["items"][0]
    assert read(program, f"/v1{availability['links']['self']['uri']}") == availability
    assert (availability.pop("product"), availability.pop("sku")) == (product, sku)
    terms = availability.pop("terms")
    assert availability == {
        "id": "GCCA9001",
        "productId": "GCCP9001",
        "skuId": "0001",
        "catalogItemId": g3.catalog_item_id,
        "defaultCurrency": {"code": "USD", "symbol": "$"},
        "segment": "government",
        "country": "US",
        "isPurchasable": True,
        "isRenewable": True,
        "links": {"self": link("/products/GCCP9001/skus/0001/availabilities/GCCA9001?country=US")},
        "attributes": {"objectType": "Availability"},
    }
    assert [(each["duration"], each["billingCycle"]) for each in terms] == [
        ("P1M", "monthly"),
        ("P1Y", "monthly"),
        ("P1Y", "annual"),
    ]
    assert terms[2] == {
        "id": "P1Y:annual",
        "duration": "P1Y",
        "description": "1 year, billed yearly",
        "billingCycle": "annual",
        "renewalOptions": [{"renewToId": "GCCP9001:0001", "isAutoRenewable": True}],
        "cancellationPolicies": [
            {"refundOptions": [{"sequenceId": 0, "type": "Full", "expiresAfter": "P7D"}]}
        ],
    }


def test_no_price_is_told(program: Program, g3: Offer) -> None:
    answer = program.get(f"products/GCCP9001/skus/0001/availabilities?{HERE}").content.decode()
    assert "price" not in answer.lower()


def test_dynamic_attributes_are_text_alone(program: Program) -> None:
    import_catalog(SHIPPED)
    for offer in Offer.objects.filter(is_active=True):
        sku = read(program, f"products/{offer.product_id}/skus/{offer.sku_id}?{HERE}")
        assert all(isinstance(value, str) and value for value in sku["dynamicAttributes"].values())
        if offer.kind == "addon":
            needed = {f"{each.product_id}:{each.sku_id}" for each in offer.prerequisites.all()}
            assert set(sku["dynamicAttributes"]["prerequisiteSkus"].split(",")) == needed


def test_a_product_has_its_skus(program: Program, contoso: Partner, g3: Offer) -> None:
    second = make_offer("G3 without apps", product_id="GCCP9001", sku_id="0002", availability_id="GCCA9002")
    make_offer("G3 of old", product_id="GCCP9001", sku_id="0003", availability_id="GCCA9003", is_active=False)
    assert ids(program, f"products?{HERE}&{LIST}") == ["GCCP9001"]
    assert ids(program, f"products/GCCP9001/skus?{HERE}") == ["0001", "0002"]
    found = read(program, f"products/GCCP9001/skus/0002/availabilities?{HERE}")["items"]
    assert [each["catalogItemId"] for each in found] == [second.catalog_item_id]


def test_what_is_not_sold_is_in_no_list_but_read_by_id(program: Program, g3: Offer) -> None:
    Offer.objects.update(is_active=False)
    sku = "products/GCCP9001/skus/0001"
    for path in (f"products?{HERE}&{LIST}", f"products/GCCP9001/skus?{HERE}", f"{sku}/availabilities?{HERE}"):
        assert ids(program, path) == []
    assert read(program, f"products/GCCP9001?{HERE}")["id"] == "GCCP9001"
    assert read(program, f"{sku}?{HERE}")["id"] == "0001"
    assert read(program, f"{sku}/availabilities/GCCA9001?{HERE}")["isPurchasable"] is False


def test_a_product_is_told_the_same_in_the_list_and_by_id(program: Program, contoso: Partner) -> None:
    import_catalog(SHIPPED)
    customer = factories.customer(contoso)
    for place, query in (("", f"{HERE}&"), (f"customers/{customer.pk}/", "")):
        for product in read(program, f"{place}products?{query}{LIST}")["items"][::7]:
            assert read(program, f"/v1{product['links']['self']['uri']}") == product


def test_views_and_segments(program: Program, g3: Offer, e3: Offer) -> None:
    assert set(ids(program, f"products?{HERE}&TARGETVIEW=onlineservices")) == {"GCCP9001", "COMP9001"}
    assert ids(program, f"products?{HERE}&targetView=SoftwareSUSELinux") == []
    assert ids(program, f"products?{HERE}&{LIST}&targetSegment=Government") == ["GCCP9001"]
    assert ids(program, f"products?{HERE}&{LIST}&targetSegment=NONPROFIT") == []
    sku = "products/GCCP9001/skus"
    assert ids(program, f"{sku}?{HERE}&targetSegment=government") == ["0001"]
    assert ids(program, f"{sku}?{HERE}&targetSegment=commercial") == []
    assert ids(program, f"{sku}/0001/availabilities?{HERE}&targetSegment=commercial") == []


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (f"products?{LIST}", (400, 3000)),
        (f"products?{HERE}", (400, 3000)),
        (f"products?{HERE}&targetView=Games", (400, 900126)),
        (f"products?{HERE}&{LIST}&targetSegment=military", (400, 900126)),
        (f"products?country=CA&{LIST}", (400, 800070)),
        (f"products/GCCP9002?{HERE}", (404, 400013)),
        (f"products/GCCP9002/skus?{HERE}", (404, 400013)),
        (f"products/GCCP9002/skus/0001?{HERE}", (404, 400013)),
        (f"products/GCCP9001/skus/0002?{HERE}", (404, 400018)),
        (f"products/GCCP9001/skus/0002/availabilities?{HERE}", (404, 400018)),
        (f"products/GCCP9001/skus/0002/availabilities/GCCA9001?{HERE}", (404, 400018)),
        (f"products/GCCP9001/skus/0001/availabilities/GCCA9009?{HERE}", (404, 400019)),
        (f"products/%C3%9F?{HERE}", (404, 400013)),
        (f"products/{'9' * 101}?{HERE}", (400, 3000)),
        ("products/GCCP9001", (400, 3000)),
        ("products/GCCP9001/skus/0001/availabilities/GCCA9001?country=GB", (400, 800070)),
    ],
)
def test_what_can_t_be_answered_is_told(
    program: Program, g3: Offer, path: str, answer: tuple[int, int]
) -> None:
    assert refusal(program.get(path)) == answer


def test_a_partner_that_is_not_qualified_does_not_see_government(
    unqualified: Program, g3: Offer, e3: Offer
) -> None:
    assert ids(unqualified, f"products?{HERE}&{LIST}") == ["COMP9001"]
    refused = unqualified.get(f"products?{HERE}&{LIST}&targetSegment=government")
    assert refusal(refused) == (403, 400030)
    assert refused.json()["data"] == ["P4.not_qualified"]  # type: ignore[attr-defined]
    for path in (
        "",
        "/skus",
        "/skus/0001",
        "/skus/0001/availabilities",
        "/skus/0001/availabilities/GCCA9001",
    ):
        assert refusal(unqualified.get(f"products/GCCP9001{path}?{HERE}")) == (404, 400013)


def test_the_qualification_changes_what_a_customer_sees(
    program: Program, contoso: Partner, g3: Offer, e3: Offer
) -> None:
    customer = factories.customer(contoso, kinds=())
    place = f"customers/{customer.pk}/products"
    deeper = ("", "/skus", "/skus/0001", "/skus/0001/availabilities")
    assert ids(program, f"{place}?{LIST}") == ["COMP9001"]
    assert refusal(program.get(f"{place}?{LIST}&targetSegment=government")) == (403, 400030)
    for path in (*deeper, "/skus/0001/availabilities/GCCA9001"):
        assert refusal(program.get(f"{place}/GCCP9001{path}")) == (404, 400013)
    SpecialQualification.objects.create(customer=customer, kind=factories.GCC, state="granted")
    assert ids(program, f"{place}?{LIST}") == ["GCCP9001"]
    assert ids(program, f"{place}?{LIST}&targetSegment=government") == ["GCCP9001"]
    assert refusal(program.get(f"{place}?{LIST}&targetSegment=Commercial")) == (403, 400030)
    for path in (*deeper, "/skus/0001/availabilities/COMA9001"):
        assert refusal(program.get(f"{place}/COMP9001{path}")) == (404, 400013)
    product = read(program, f"{place}/GCCP9001")
    assert product["links"]["skus"] == link(f"/{place}/GCCP9001/skus")
    sku = read(program, f"/v1/{product['links']['skus']['uri']}")["items"][0]
    assert read(program, f"{place}/gccp9001/skus/0001") == sku
    found = read(program, f"/v1/{sku['links']['availabilities']['uri']}")["items"]
    assert [each["catalogItemId"] for each in found] == [g3.catalog_item_id]
    assert read(program, f"{place}/GCCP9001/skus/0001/availabilities/gcca9001") == found[0]


@pytest.mark.parametrize(
    "path",
    [
        f"products?{LIST}",
        "products/GCCP9001",
        "products/GCCP9001/skus",
        "products/GCCP9001/skus/0001",
        "products/GCCP9001/skus/0001/availabilities",
        "products/GCCP9001/skus/0001/availabilities/GCCA9001",
    ],
)
def test_another_partner_s_customer_is_not_there(
    foreign: Program, program: Program, contoso: Partner, g3: Offer, path: str
) -> None:
    customer = factories.customer(contoso)
    assert program.get(f"customers/{customer.pk}/{path}").status_code == 200
    assert refusal(foreign.get(f"customers/{customer.pk}/{path}")) == (404, 60003)
    assert refusal(program.get(f"customers/{uuid.uuid4()}/{path}")) == (404, 60003)


def test_java_reads_no_newer_cycle(program: Program) -> None:
    offer = make_offer("G3", terms=["P3Y"], billing_cycles=["annual", "triennial"])
    path = f"products/{offer.product_id}/skus/0001/availabilities?{HERE}"
    java = program.get(path, MS_PartnerCenter_Client="Partner Center Java SDK").json()["items"][0]  # type: ignore[attr-defined]
    assert [each["billingCycle"] for each in java["terms"]] == ["annual", "unknown"]
    assert java["sku"]["supportedBillingCycles"] == ["annual", "unknown"]
    told = read(program, path)["items"][0]["terms"]
    assert [each["billingCycle"] for each in told] == ["annual", "triennial"]


def test_lists_cost_the_same_for_any_number_of_offers(
    program: Program, contoso: Partner, django_assert_max_num_queries: Any
) -> None:
    customer = factories.customer(contoso)
    import_catalog(SHIPPED)
    with django_assert_max_num_queries(5):
        assert len(ids(program, f"products?{HERE}&{LIST}")) == 63
    with django_assert_max_num_queries(6):
        read(program, f"customers/{customer.pk}/products?{LIST}")
    with django_assert_max_num_queries(6):
        assert len(ids(program, f"customers/{customer.pk}/products/GCCP0003/skus")) == 3
