"""Offers by country and by customer: who sees which, their members, pages and refusals."""

import uuid
from typing import Any

import pytest

from customers.models import Customer, SpecialQualification
from orders.models import Offer
from orders.services.catalog import SHIPPED, import_catalog
from partners.models import Partner
from tests import factories
from tests.api.kit import NO_UUID, Program, access_token, application, refusal
from tests.orders.conftest import make_offer


@pytest.fixture
def g3(db: None) -> Offer:
    """A government base offer."""
    return make_offer("Office 365 G3 GCC", product_id="GCCP9001", availability_id="GCCA9001")


@pytest.fixture
def phone(g3: Offer) -> Offer:
    """An add-on to it."""
    return make_offer("Teams Phone GCC", needs=(g3,))


@pytest.fixture
def e3(db: None) -> Offer:
    """A commercial offer."""
    return make_offer("Office 365 E3", segment="commercial")


@pytest.fixture
def gone(db: None) -> Offer:
    """A government offer that is no longer sold."""
    return make_offer("Office 365 G2 GCC", is_active=False)


@pytest.fixture
def unqualified(fabrikam: Partner) -> Program:
    """The program of a partner without the reseller qualification."""
    return Program(access_token(application(fabrikam)))


def ids(program: Program, path: str) -> set[str]:
    """Return the ids of a list."""
    answer = program.get(path)
    assert answer.status_code == 200, answer.content
    body = answer.json()  # type: ignore[attr-defined]
    assert body["totalCount"] == len(body["items"])
    assert body["attributes"]["objectType"] == "Collection"
    return {each["id"] for each in body["items"]}


def qualify(customer: Customer, kind: str = factories.GCC) -> None:
    """Grant the customer a special qualification."""
    SpecialQualification.objects.create(customer=customer, kind=kind, state="granted")


def test_an_offer_is_told_as_the_contract_has_it(program: Program, g3: Offer, phone: Offer) -> None:
    body = program.get(f"offers/{g3.catalog_item_id.lower()}?COUNTRY=us", X_Locale="de-DE").json()  # type: ignore[attr-defined]
    assert body == {
        "id": "GCCP9001:0001:GCCA9001",
        "name": "Office 365 G3 GCC",
        "description": "",
        "minimumQuantity": 1,
        "maximumQuantity": 300,
        "rank": g3.pk,
        "uri": "/catalog/Offers/GCCP9001:0001:GCCA9001",
        "locale": "de-DE",
        "country": "US",
        "category": {
            "id": "Government_Key",
            "name": "Government",
            "rank": 40,
            "locale": "de-DE",
            "country": "US",
            "attributes": {"objectType": "OfferCategory"},
        },
        "limitUnitOfMeasure": "None",
        "limit": 0,
        "prerequisiteOffers": [],
        "upgradeTargetOffers": [],
        "conversionTargetOffers": [],
        "isAddOn": False,
        "hasAddOns": True,
        "isAvailableForPurchase": True,
        "billing": "license",
        "supportedBillingCycles": ["monthly", "annual"],
        "isAutoRenewable": True,
        "isInternal": False,
        "isMicrosoftProduct": True,
        "isTrial": False,
        "reselleeQualifications": ["GovernmentCommunityCloud"],
        "resellerQualifications": ["GovernmentCommunityCloud"],
        "salesGroupId": "Default",
        "acquisitionType": "purchase",
        "actions": ["Cancel", "Edit"],
        "product": {"id": "GCCP9001", "name": "Office 365 G3 GCC", "unit": "Licenses"},
        "unitType": "Licenses",
        "links": {
            "learnMore": {"uri": "/products/GCCP9001?country=US", "method": "GET", "headers": []},
            "self": {"uri": "/offers/GCCP9001:0001:GCCA9001?country=US", "method": "GET", "headers": []},
        },
        "attributes": {"objectType": "Offer"},
    }


def test_an_addon_names_what_it_needs_and_stands_in_no_category(
    program: Program, g3: Offer, phone: Offer
) -> None:
    body = program.get(f"offers/{phone.catalog_item_id}?country=US").json()  # type: ignore[attr-defined]
    assert body["category"] == {}
    assert body["prerequisiteOffers"] == [g3.catalog_item_id]
    assert (body["isAddOn"], body["hasAddOns"]) == (True, False)
    assert ids(program, f"offers/{g3.catalog_item_id}/addons?country=US") == {phone.catalog_item_id}
    assert ids(program, f"offers/{phone.catalog_item_id}/AddOns?country=US") == set()


def test_what_is_not_sold_is_in_no_list_but_read_by_id(program: Program, g3: Offer, gone: Offer) -> None:
    assert ids(program, "offers?country=US") == {g3.catalog_item_id}
    body = program.get(f"offers/{gone.catalog_item_id}?country=US").json()  # type: ignore[attr-defined]
    assert body["isAvailableForPurchase"] is False


def test_a_withdrawn_addon_is_none(program: Program, g3: Offer, phone: Offer) -> None:
    Offer.objects.filter(pk=phone.pk).update(is_active=False)
    assert ids(program, f"offers/{g3.catalog_item_id}/addons?country=US") == set()
    assert program.get(f"offers/{g3.catalog_item_id}?country=US").json()["hasAddOns"] is False  # type: ignore[attr-defined]


def test_a_partner_that_is_not_qualified_does_not_see_government(
    unqualified: Program, program: Program, g3: Offer, phone: Offer, e3: Offer
) -> None:
    everything = {g3.catalog_item_id, phone.catalog_item_id, e3.catalog_item_id}
    assert ids(program, "offers?country=US") == everything
    assert ids(program, "offercategories?country=US") == {"Enterprise_Key", "Government_Key"}
    assert ids(unqualified, "offers?country=US") == {e3.catalog_item_id}
    assert ids(unqualified, "offercategories?country=US") == {"Enterprise_Key"}
    assert ids(unqualified, "offers?country=US&offer_category_id=Government_Key") == set()
    for path in (f"offers/{g3.catalog_item_id}", f"offers/{g3.catalog_item_id}/addons"):
        assert refusal(unqualified.get(f"{path}?country=US")) == (404, 1000)


def test_an_indirect_reseller_does_not_either(northwind: Partner, g3: Offer, e3: Offer) -> None:
    reseller = Program(access_token(application(northwind)))
    assert ids(reseller, "offers?country=US") == {e3.catalog_item_id}


@pytest.mark.parametrize(
    ("category", "found"),
    [
        ("Government_Key", {"G3"}),
        ("government_key", {"G3"}),
        ("Enterprise_Key", {"E3"}),
        ("Trial_Key", {"Trial"}),
        ("Education_Key", {"A3"}),
        ("Nonprofit_Key", {"N3"}),
        ("Internal_Key", set()),
        ("%E2%82%AC", set()),
    ],
)
def test_offers_of_a_category(program: Program, category: str, found: set[str]) -> None:
    base = make_offer("G3")
    make_offer("Phone", needs=(base,))
    make_offer("E3", segment="commercial")
    make_offer("A3", segment="education")
    make_offer("N3", segment="nonprofit")
    make_offer("Trial", kind="trial", terms=[], billing_cycles=[])
    items = program.get(f"offers?country=US&offer_category_id={category}").json()["items"]  # type: ignore[attr-defined]
    assert {each["name"] for each in items} == found
    assert all(each["category"]["id"].casefold() == category.casefold() for each in items)


def test_categories_come_by_rank(program: Program, g3: Offer, phone: Offer, e3: Offer) -> None:
    make_offer("Trial", kind="trial", terms=[], billing_cycles=[])
    items = program.get("offercategories?country=US").json()["items"]  # type: ignore[attr-defined]
    assert [each["id"] for each in items] == ["Enterprise_Key", "Government_Key", "Trial_Key"]
    assert items[1] == {
        "id": "Government_Key",
        "name": "Government",
        "rank": 40,
        "locale": "en-US",
        "country": "US",
        "attributes": {"objectType": "OfferCategory"},
    }


def test_a_trial_is_billed_in_no_cycle(program: Program) -> None:
    trial = make_offer("Trial", kind="trial", terms=["P1M"], billing_cycles=["monthly"])
    body = program.get(f"offers/{trial.catalog_item_id}?country=US").json()  # type: ignore[attr-defined]
    assert (body["isTrial"], body["supportedBillingCycles"]) == (True, ["none"])
    assert body["isAutoRenewable"] is False


def test_java_reads_no_newer_cycle(program: Program) -> None:
    offer = make_offer("G3", terms=["P3Y"], billing_cycles=["annual", "triennial"])
    path = f"offers/{offer.catalog_item_id}?country=US"
    java = program.get(path, MS_PartnerCenter_Client="Partner Center Java SDK")
    assert java.json()["supportedBillingCycles"] == ["annual", "unknown"]  # type: ignore[attr-defined]
    assert program.get(path).json()["supportedBillingCycles"] == ["annual", "triennial"]  # type: ignore[attr-defined]


def test_pages_are_counted_off(program: Program) -> None:
    for number in range(5):
        make_offer(f"Offer {number}", segment="commercial")
    names: list[str] = []
    page: Any = program.get("offers?country=US&offer_category_id=Enterprise_Key&size=2").json()  # type: ignore[attr-defined]
    while True:
        assert page["totalCount"] == 5
        names += [each["name"] for each in page["items"]]
        if "next" not in page["links"]:
            break
        page = program.get(f"/v1/{page['links']['next']['uri']}").json()  # type: ignore[attr-defined]
    assert names == [f"Offer {number}" for number in range(5)]
    assert "offset=2" in page["links"]["previous"]["uri"]
    assert len(program.get("offers?country=US&size=0&offset=0").json()["items"]) == 5  # type: ignore[attr-defined]
    assert program.get("offers?country=US&offset=2147483647").json()["items"] == []  # type: ignore[attr-defined]


def test_offers_of_a_product(program: Program, g3: Offer, e3: Offer) -> None:
    assert ids(program, "offers?country=US&product_id=gccp9001") == {g3.catalog_item_id}


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("offers", (400, 3000)),
        ("offers?country=USA", (400, 3000)),
        ("offers?country=1%C3%A9", (400, 3000)),
        ("offers?country=DE", (400, 800070)),
        ("offercategories", (400, 3000)),
        ("offercategories?country=", (400, 3000)),
        ("offercategories?country=de", (400, 800070)),
        ("offers?country=US&size=-1", (400, 3000)),
        ("offers?country=US&offset=99999999999999999999", (400, 3000)),
        ("offers/GCCP0001?country=US", (400, 2100)),
        ("offers/GCCP0001/addons?country=US", (400, 2100)),
        ("offers/%E2%98%83:1:2?country=US", (400, 2100)),
        ("offers/GCCP0001:0001:GCCA0001?country=US", (404, 1000)),
        ("offers/GCCP0001:0001:GCCA0001/addons?country=US", (404, 1000)),
        (f"offers/{NO_UUID}?country=US", (404, 1000)),
        ("offers/GCCP0001:0001:GCCA0001", (400, 3000)),
    ],
)
def test_what_can_t_be_answered_is_told(program: Program, path: str, answer: tuple[int, int]) -> None:
    assert refusal(program.get(path)) == answer


def test_the_qualification_changes_what_a_customer_sees(
    program: Program, contoso: Partner, g3: Offer, phone: Offer, e3: Offer
) -> None:
    customer = factories.customer(contoso, kinds=())
    place = f"customers/{customer.pk}"
    assert ids(program, f"{place}/offers") == {e3.catalog_item_id}
    assert ids(program, f"{place}/offercategories") == {"Enterprise_Key"}
    assert ids(program, f"{place}/offers?offer_category_id=Government_Key") == set()
    assert refusal(program.get(f"{place}/offers/{g3.catalog_item_id}/addons")) == (404, 1000)
    qualify(customer)
    assert ids(program, f"{place}/offers") == {g3.catalog_item_id, phone.catalog_item_id}
    assert ids(program, f"{place}/OfferCategories") == {"Government_Key"}
    assert ids(program, f"{place}/offers/{g3.catalog_item_id}/addons") == {phone.catalog_item_id}
    assert refusal(program.get(f"{place}/offers/{e3.catalog_item_id}/addons")) == (404, 1000)


@pytest.mark.parametrize("kind", ["education", "nonprofit"])
def test_other_qualifications_open_their_own(program: Program, contoso: Partner, kind: str) -> None:
    for segment in ("government", "commercial", "education", "nonprofit"):
        make_offer(segment, segment=segment)
    customer = factories.customer(contoso, kinds=(kind,))
    items = program.get(f"customers/{customer.pk}/offers").json()["items"]  # type: ignore[attr-defined]
    assert {each["name"] for each in items} == {"commercial", kind}
    asked = {each["name"]: each["reselleeQualifications"] for each in items}
    assert asked == {"commercial": [], kind: [kind.capitalize()]}


@pytest.mark.parametrize("path", ["offers", "offercategories", "offers/GCCP0001:0001:GCCA0001/addons"])
def test_another_partner_s_customer_is_not_there(
    foreign: Program, program: Program, contoso: Partner, path: str
) -> None:
    customer = factories.customer(contoso)
    assert refusal(foreign.get(f"customers/{customer.pk}/{path}")) == (404, 60003)
    assert refusal(program.get(f"customers/{uuid.uuid4()}/{path}")) == (404, 60003)
    assert refusal(program.get(f"customers/county/{path}")) == (400, 900118)


def test_a_former_customer_s_catalogue_is_closed(program: Program, contoso: Partner) -> None:
    customer = factories.customer(contoso)
    customer.relationships.update(state="ended")
    assert refusal(program.get(f"customers/{customer.pk}/offers")) == (403, 20002)


def test_lists_cost_the_same_for_any_number_of_offers(
    program: Program, contoso: Partner, django_assert_max_num_queries: Any
) -> None:
    customer = factories.customer(contoso)
    import_catalog(SHIPPED)
    with django_assert_max_num_queries(6):
        assert len(program.get("offers?country=US").json()["items"]) == 109  # type: ignore[attr-defined]
    with django_assert_max_num_queries(6):
        assert len(program.get(f"customers/{customer.pk}/offers").json()["items"]) == 82  # type: ignore[attr-defined]
    with django_assert_max_num_queries(4):
        program.get("offercategories?country=US")


def test_the_shipped_catalogue_has_something_for_either_customer(program: Program, contoso: Partner) -> None:
    import_catalog(SHIPPED)
    before, after = factories.customer(contoso, kinds=()), factories.customer(contoso)
    assert len(ids(program, f"customers/{before.pk}/offers")) == 21
    assert len(ids(program, f"customers/{after.pk}/offers")) == 82
