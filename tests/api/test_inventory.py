"""The inventory check: which items can be sold, and to whom."""

import uuid
from typing import Any

import pytest

from gcc_portal.api.models import RepeatableCall
from gcc_portal.core.audit.models import AuditEntry
from orders.models import Offer
from orders.services.catalog import SHIPPED, import_catalog
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal
from tests.orders.conftest import make_offer

PATH = "extensions/product/checkInventory?country=US"


@pytest.fixture
def g3(db: None) -> Offer:
    """A government offer."""
    return make_offer("Office 365 G3 GCC", product_id="GCCP9001")


@pytest.fixture
def e3(db: None) -> Offer:
    """A commercial offer."""
    return make_offer("Office 365 E3", segment="commercial", product_id="COMP9001")


def asked(*items: str, **context: Any) -> dict[str, Any]:
    """Return a request for `product` or `product:sku` items."""
    pairs = [item.partition(":") for item in items]
    return {
        "targetItems": [
            {"productId": product, **({"skuId": sku} if sku else {})} for product, _colon, sku in pairs
        ],
        "inventoryContext": context,
    }


def answered(program: Program, body: Any) -> list[Any]:
    """Return the bare array of an answer."""
    answer = program.post(PATH, body)
    assert answer.status_code == 200, answer.content
    found: list[Any] = answer.json()  # type: ignore[attr-defined]
    assert isinstance(found, list)
    return found


def test_items_are_told_and_unknown_ones_dropped(program: Program, g3: Offer, e3: Offer) -> None:
    second = make_offer("G3 without apps", product_id="GCCP9001", sku_id="0002", is_active=False)
    found = answered(program, asked("gccp9001", "COMP9001:0001", "COMP9001:0009", "NOPE", "GCCP9001:0001"))
    assert found == [
        {"productId": "GCCP9001", "skuId": "0001", "isRestricted": False, "restrictions": []},
        {
            "productId": "GCCP9001",
            "skuId": "0002",
            "isRestricted": True,
            "restrictions": [
                {
                    "reasonCode": "O1.withdrawn",
                    "description": f"{second} is no longer sold. "
                    "Remove it and choose another offer from the catalog.",
                    "properties": {},
                }
            ],
        },
        {"productId": "COMP9001", "skuId": "0001", "isRestricted": False, "restrictions": []},
    ]
    assert answered(program, asked()) == []


def test_a_customer_s_qualification_restricts(
    program: Program, contoso: Partner, g3: Offer, e3: Offer
) -> None:
    county, bakery = factories.customer(contoso), factories.customer(contoso, kinds=())
    for customer, allowed in ((county, g3), (bakery, e3)):
        found = answered(program, asked("GCCP9001", "COMP9001", customerId=str(customer.pk).upper()))
        assert {each["productId"]: each["isRestricted"] for each in found} == {
            "GCCP9001": allowed is not g3,
            "COMP9001": allowed is not e3,
        }
        refused = next(each for each in found if each["isRestricted"])["restrictions"]
        assert [each["reasonCode"] for each in refused] == ["O2.segment"]
        assert refused[0]["properties"] == {"customerId": str(customer.pk)}


def test_pascal_case_with_nulls_is_read(program: Program, g3: Offer) -> None:
    body = {
        "TargetItems": [{"ProductId": "GCCP9001", "SkuId": None, "Attributes": None}],
        "InventoryContext": None,
        "Attributes": {"ObjectType": "InventoryCheckRequest"},
    }
    assert [each["isRestricted"] for each in answered(program, body)] == [False]


def test_other_words_of_the_context_are_nothing_to_it(program: Program, g3: Offer) -> None:
    body = asked("GCCP9001", azureSubscriptionId="x", armRegionName=None)
    assert len(answered(program, body)) == 1


def test_a_partner_that_is_not_qualified_does_not_see_government(
    fabrikam: Partner, g3: Offer, e3: Offer
) -> None:
    unqualified = Program(access_token(application(fabrikam)))
    found = answered(unqualified, asked("GCCP9001", "COMP9001"))
    assert [each["productId"] for each in found] == ["COMP9001"]


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, (400, 3000)),
        ([], (400, 3000)),
        ({"targetItems": {}}, (400, 3000)),
        ({"targetItems": [{}]}, (400, 3000)),
        ({"targetItems": ["GCCP9001"]}, (400, 3000)),
        ({"targetItems": [{"productId": 7}]}, (400, 3000)),
        ({"targetItems": [{"productId": "x" * 101}]}, (400, 3000)),
        ({"targetItems": [{"productId": "x"}] * 501}, (400, 3000)),
        ({"targetItems": [], "inventoryContext": []}, (400, 3000)),
        ({"targetItems": [], "inventoryContext": {"customerId": "county"}}, (400, 900118)),
        ({"targetItems": [], "inventoryContext": {"customerId": str(uuid.uuid4())}}, (404, 60003)),
    ],
)
def test_what_can_t_be_answered_is_told(program: Program, body: Any, answer: tuple[int, int]) -> None:
    assert refusal(program.post(PATH, body)) == answer


def test_the_country_is_needed(program: Program) -> None:
    assert refusal(program.post("extensions/product/checkinventory", asked())) == (400, 3000)
    assert refusal(program.post("extensions/product/checkInventory?country=FR", asked())) == (400, 800070)


def test_another_partner_s_customer_is_not_there(foreign: Program, contoso: Partner, g3: Offer) -> None:
    customer = factories.customer(contoso)
    refused = foreign.post(PATH, asked("GCCP9001", customerId=str(customer.pk)))
    assert refusal(refused) == (404, 60003)
    assert customer.name not in refused.content.decode()


def test_it_writes_nothing(program: Program, g3: Offer) -> None:
    before = AuditEntry.objects.count()
    assert program.post(PATH, asked("GCCP9001"), MS_RequestId=str(uuid.uuid4())).status_code == 200
    assert AuditEntry.objects.count() == before
    assert not RepeatableCall.objects.exists()


def test_it_costs_the_same_for_any_number_of_items(
    program: Program, contoso: Partner, django_assert_max_num_queries: Any
) -> None:
    import_catalog(SHIPPED)
    customer = factories.customer(contoso)
    products = sorted(set(Offer.objects.values_list("product_id", flat=True)))
    with django_assert_max_num_queries(6):
        assert len(answered(program, asked(*products, customerId=str(customer.pk)))) == 123
