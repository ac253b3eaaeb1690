"""Acceptance run 5.1 of the API contract: `partnercenterservices` as it is on PyPI, against a live server.

The client answers None for 400, 401, 403 and 404, so refusals are read with `raw=True`.
"""

import uuid
from typing import Any

import pytest
from microsoft.store.partnercenterservices import MicrosoftPartnerStoreApis, models
from msrestazure.azure_exceptions import CloudError

from customers.models import Customer, CustomerCreation, SpecialQualification, ValidationUse
from gcc_portal.core.audit.models import AuditEntry
from orders.models import Order, Subscription
from tests import factories
from tests.api.live.conftest import LowLevel, World, client_with

Client = MicrosoftPartnerStoreApis
CUSTOMER = models.MicrosoftPartnerSdkContractsV1Customer
COMPANY = models.MicrosoftPartnerSdkContractsV1CustomerCompanyProfile
BILLING = models.MicrosoftPartnerSdkContractsV1CustomerBillingProfile
ADDRESS = models.MicrosoftPartnerSdkContractsV1Address
ORDER = models.MicrosoftPartnerSdkContractsV1Order
LINE = models.MicrosoftPartnerSdkContractsV1OrderLineItem


def address(**changes: Any) -> Any:
    """Return an address that is right."""
    given = {
        "country": "US",
        "city": "Tacoma",
        "state": "WA",
        "address_line1": "1 Dock St",
        "postal_code": "98402",
        "first_name": "Ada",
        "last_name": "Reyes",
        "phone_number": "2535550100",
    }
    return ADDRESS(**(given | changes))


def new_customer(prefix: str, name: str = "Harborview County") -> Any:
    """Return the profile of a customer that is to be created."""
    return CUSTOMER(
        company_profile=COMPANY(domain=f"{prefix}.onmicrosoft.com"),
        billing_profile=BILLING(
            email="it@harborview.example",
            culture="EN-US",
            language="En",
            company_name=name,
            default_address=address(),
        ),
    )


def create(client: Client, prefix: str, **options: Any) -> Any:
    """Create a customer and return it as the client decodes it."""
    made = client.postvversioncustomers(new_customer(prefix), "1", **options)
    assert made is not None, "the client answers None for a refusal"
    return made


def order_of(customer_id: str, offer: Any, quantity: int = 10) -> Any:
    """Return an order of one line."""
    line = LINE(line_item_number=0, offer_id=offer.catalog_item_id, quantity=quantity, friendly_name="Seats")
    return ORDER(reference_customer_id=customer_id, billing_cycle="annual", line_items=[line])


def link_of(client: Client) -> Any:
    """Return the group of the relationship link, whose generated name is longer than a line."""
    return getattr(
        client, "getvversioncustomersrelationshiprequests" + 2 * "indirect_cloud_solution_provider_id"
    )


def told(raw: Any) -> tuple[int, int]:
    """Return status and code of a refusal that was read with `raw=True`."""
    return raw.response.status_code, raw.response.json()["code"]


def qualify(send: LowLevel, customer_id: str, code: str, *, where: str = "query") -> Any:
    """Ask for the GCC qualification, the code in the query or in the body."""
    body = {"qualification": "GovernmentCommunityCloud"}
    if where == "body":
        return send("POST", f"customers/{customer_id}/qualifications", body | {"validationCode": code})
    return send("POST", f"customers/{customer_id}/qualifications", body, {"code": code})


def accept_agreement(send: LowLevel, customer_id: str) -> Any:
    """Confirm that the customer accepted the Microsoft Customer Agreement."""
    found = send("GET", "agreements", query={"agreementType": "MicrosoftCustomerAgreement"}).json()
    body = {
        "primaryContact": {"firstName": "Ada", "lastName": "Reyes", "email": "ada@harborview.example"},
        "dateAgreed": "2026-03-01T00:00:00Z",
        "templateId": found["items"][0]["templateId"],
        "type": "MicrosoftCustomerAgreement",
    }
    return send("POST", f"customers/{customer_id}/agreements", body)


def gcc_customer(python: Client, send: LowLevel, world: World, prefix: str) -> str:
    """Return the id of a customer with the qualification and the agreement."""
    made = create(python, prefix)
    assert qualify(send, made.id, world.code.number).status_code == 201
    assert accept_agreement(send, made.id).status_code == 201
    return str(made.id)


def test_1_customers_are_listed_under_either_version(world: World, python: Client) -> None:
    customer = factories.customer(world.partner, "Harborview County")
    lists = [
        python.getvversioncustomersfilterfilter.value(version, None, 10, None) for version in ("1", "1.0")
    ]
    assert [each.total_count for each in lists] == [1, 1]
    item = lists[0].items[0]
    assert (item.id, item.company_profile.company_name) == (str(customer.pk), "Harborview County")
    assert item.company_profile.domain == customer.domain


def test_2_domains_and_addresses_are_checked(world: World, python: Client) -> None:
    customer = factories.customer(world.partner)
    free = python.headvversiondomainsdomain("nobody-here.onmicrosoft.com", "1", raw=True)
    taken = python.headvversiondomainsdomain(customer.domain, "1", raw=True)
    assert (free.response.status_code, taken.response.status_code) == (404, 200)
    prefixes = python.getvversionvalidationscheckdomainavailabilitydomain
    assert prefixes.prefix("nobodyhere", "1") is True
    assert prefixes.prefix(customer.domain.partition(".")[0], "1") is False
    assert python.postvversionvalidationsaddress(address(), "1", raw=True).response.status_code == 200
    assert told(python.postvversionvalidationsaddress(address(state="QQ"), "1", raw=True)) == (400, 2007)
    rules = python.getvversioncountryvalidationrulescountry("US", "1")
    assert (rules.iso2_code, rules.is_state_required, len(rules.supported_states_list)) == ("US", True, 51)


def test_3_a_customer_is_created_once_under_one_request_id(world: World, python: Client) -> None:
    request_id = str(uuid.uuid4())
    first = create(python, "harborviewcounty", ms_request_id=request_id, ms_correlation_id=str(uuid.uuid4()))
    again = create(python, "harborviewcounty", ms_request_id=request_id, ms_correlation_id=str(uuid.uuid4()))
    assert first.id == again.id
    assert Customer.objects.filter(domain="harborviewcounty.onmicrosoft.com").count() == 1
    assert CustomerCreation.objects.count() == 1
    assert first.user_credentials.user_name
    assert first.user_credentials.password is None
    made = Customer.objects.get(pk=first.id)
    assert (made.name, made.city, made.granted_kinds) == ("Harborview County", "Tacoma", set())
    taken = python.postvversioncustomers
    with pytest.raises(CloudError) as refused:
        taken(new_customer("harborviewcounty"), "1")
    assert refused.value.response.status_code == 409
    assert Customer.objects.filter(domain__startswith="harborview").count() == 1


def test_4_customers_are_read_searched_and_paged(world: World, python: Client) -> None:
    made = create(python, "harborviewcounty")
    for name in ("Alpha County", "Harbor Town"):
        factories.customer(world.partner, name)
    read = python.getvversioncustomerscustomer.id(made.id, "1")
    assert read.billing_profile.default_address.postal_code == "98402"
    search = python.getvversioncustomersfilterfilter.value
    by_name = search("1", '{"Field":"CompanyName","Value":"harb","Operator":"starts_with"}', 10, None)
    assert {each.company_profile.company_name for each in by_name.items} == {
        "Harborview County",
        "Harbor Town",
    }
    by_domain = search("1", '{"Field":"Domain","Value":"HARBORV","Operator":"StartsWith"}', 10, None)
    assert [each.id for each in by_domain.items] == [made.id]
    page, seen = search("1", None, 1, None), []
    while True:
        seen += [each.id for each in page.items]
        if page.links.next is None:
            break
        headers = {each.key: each.value for each in page.links.next.headers}
        page = search("1", None, None, "next", custom_headers=headers)
    assert len(seen) == len(set(seen)) == 3


def test_5_before_the_qualification_there_is_nothing_of_government(world: World, python: Client) -> None:
    made = create(python, "harborviewcounty")
    offers = python.getvversioncustomerscustomer.value2(made.id, "1")
    assert [each.name for each in offers.items] == ["Office 365 E3"]
    orders = python.postvversioncustomerscustomer
    assert told(orders.idorders(made.id, order_of(made.id, world.government), "1", raw=True)) == (400, 800086)
    assert not Order.objects.exists()
    assert AuditEntry.objects.filter(refused=True, channel="api").exists()


def test_6_the_qualification_takes_a_create_and_the_last_one_is_the_last(
    world: World, python: Client, send: LowLevel
) -> None:
    codes = send("GET", "customers/all/validations").json()
    listed = {each["validationId"]: each for each in codes}
    assert (listed[world.code.number]["maxCreates"], listed[world.code.number]["remainingCreates"]) == (2, 2)
    first, second, third = (create(python, f"harborview{each}county").id for each in ("one", "two", "three"))
    assert send("GET", f"customers/{first}/qualifications").json() == []
    answer = qualify(send, first, world.code.number)
    assert answer.status_code == 201
    assert answer.json()["qualification"] == "GovernmentCommunityCloud"
    assert answer.json()["vettingStatus"] == "Approved"
    assert qualify(send, second, world.code.number, where="body").status_code == 201
    refused = qualify(send, third, world.code.number)
    assert (refused.status_code, refused.json()["code"]) == (403, 600006)
    assert send("GET", f"customers/{first}/qualification").json() == "government_community_cloud"
    assert send("GET", f"customers/{third}/qualification").json() == "none"
    world.code.refresh_from_db()
    assert (world.code.remaining, world.code.state) == (0, "exhausted")
    assert ValidationUse.objects.filter(state="used").count() == 2
    assert SpecialQualification.objects.filter(state="granted", validation=world.code).count() == 2


def test_7_then_only_government_and_only_with_an_agreement(
    world: World, python: Client, send: LowLevel
) -> None:
    made = create(python, "harborviewcounty")
    qualify(send, made.id, world.code.number)
    assert [each.name for each in python.getvversioncustomerscustomer.value2(made.id, "1").items] == [
        "Office 365 G3 GCC"
    ]
    place = python.postvversioncustomerscustomer.idorders
    wanted = order_of(made.id, world.government)
    assert told(place(made.id, wanted, "1", raw=True)) == (403, 13605)
    assert not Order.objects.exists()
    assert accept_agreement(send, made.id).status_code == 201
    assert accept_agreement(send, made.id).json()["code"] == 600061
    request_id = str(uuid.uuid4())
    placed = place(made.id, wanted, "1", ms_request_id=request_id)
    replayed = place(made.id, wanted, "1", ms_request_id=request_id)
    assert placed.id == replayed.id
    assert placed.status == "completed"
    assert Order.objects.get().state == "completed"
    assert Subscription.objects.get().quantity == 10
    assert told(place(made.id, order_of(made.id, world.commercial), "1", raw=True)) == (400, 800086)


def test_8_a_subscription_lives(world: World, python: Client, send: LowLevel) -> None:
    customer_id = gcc_customer(python, send, world, "harborviewcounty")
    read, change = python.getvversioncustomerscustomer, python.patchvversioncustomerscustomer.id4
    placed = python.postvversioncustomerscustomer.idorders(
        customer_id, order_of(customer_id, world.government), "1"
    )
    [held] = read.value9(customer_id, "1", placed.id, None).items
    assert (held.status, held.quantity, held.contract_type) == ("active", 10, "subscription")
    stored = Subscription.objects.get(pk=held.id)
    unchanged = change(customer_id, held.id, read.id6(customer_id, held.id, "1"), "1")
    assert unchanged.quantity == 10
    again = Subscription.objects.get(pk=held.id)
    assert (again.revision, again.state) == (stored.revision, stored.state)
    held.quantity = 12
    assert change(customer_id, held.id, held, "1").quantity == 12
    assert Subscription.objects.get(pk=held.id).quantity == 12
    held.quantity = 301
    assert told(change(customer_id, held.id, held, "1", raw=True)) == (400, 2002)
    held.quantity = 12
    for status, state in (("suspended", "suspended"), ("active", "active")):
        held.status = status
        assert change(customer_id, held.id, held, "1").status == status
        assert Subscription.objects.get(pk=held.id).state == state
    held.auto_renew_enabled = False
    assert change(customer_id, held.id, held, "1").auto_renew_enabled is False
    assert Subscription.objects.get(pk=held.id).auto_renew is False
    status = read.idprovisioningstatus(customer_id, held.id, "1")
    assert (status.status, status.quantity) == ("success", 12)
    assert read.idaddons(customer_id, held.id, "1").total_count == 0


def test_9_a_cart_is_checked_out_by_the_generated_method(
    world: World, python: Client, send: LowLevel
) -> None:
    customer_id = gcc_customer(python, send, world, "harborviewcounty")
    line = {
        "id": 0,
        "catalogItemId": world.government.catalog_item_id,
        "quantity": 25,
        "billingCycle": "annual",
        "termDuration": "P1Y",
        "friendlyName": "Clerk's office",
    }
    cart = send("POST", f"customers/{customer_id}/carts", {"lineItems": [line]})
    assert cart.status_code == 201
    assert "error" not in cart.json()["lineItems"][0]
    result = python.postvversioncustomerscustomer.idcheckout(customer_id, cart.json()["id"], "1")
    assert [each.status for each in result.orders] == ["completed"]
    stored = Subscription.objects.get()
    assert (stored.quantity, stored.friendly_name) == (25, "Clerk's office")
    assert result.orders[0].line_items[0].subscription_id == str(stored.pk)
    assert send("GET", f"customers/{customer_id}/carts/{cart.json()['id']}").json()["status"] == "Ordered"
    again = python.postvversioncustomerscustomer.idcheckout(customer_id, cart.json()["id"], "1", raw=True)
    assert told(again) == (400, 800065)
    assert Order.objects.count() == 1


def test_10_profiles_skus_and_relationships(world: World, python: Client, send: LowLevel) -> None:
    customer_id = gcc_customer(python, send, world, "harborviewcounty")
    python.postvversioncustomerscustomer.idorders(customer_id, order_of(customer_id, world.government), "1")
    read = python.getvversioncustomerscustomer
    profile = read.idprofilesbilling(customer_id, "1")
    assert profile.default_address.city == "Tacoma"
    profile.first_name = "Grace"
    assert python.putvversioncustomerscustomer.idprofilesbilling(customer_id, profile, "1").first_name == (
        "Grace"
    )
    assert Customer.objects.get(pk=customer_id).first_name == "Grace"
    profile.first_name = "Mabel"
    stale = python.putvversioncustomerscustomer.idprofilesbilling(
        customer_id, profile, "1", custom_headers={"If-Match": '"old"'}, raw=True
    )
    assert told(stale) == (400, 2055)
    assert Customer.objects.get(pk=customer_id).first_name == "Grace"
    assert read.idprofilescompany(customer_id, "1").company_name == "Harborview County"
    [sku] = read.value4(customer_id, "1", ["group1", "group2"]).items
    assert (sku.total_units, sku.active_units, sku.product_sku.license_group_id) == (10, 10, "group1")
    assert python.getvversionprofilesorganization("1").company_name == "Contoso Cloud"
    assert python.getvversionprofilesmpnmpn_idmpn_id.value("1").mpn_id == world.partner.mpn_id
    legal = python.getvversionprofileslegalbusinessvetting_versionvetting_version.value("1", "Current")
    assert legal.company_name == "Contoso Cloud"
    assert python.getvversionprofilesbilling("1").profile_type
    assert python.getvversionprofilessupport("1").profile_type
    partners = python.getvversionrelationshipsrelationship.value(
        "1", "isIndirectCloudSolutionProviderOf", None
    )
    assert partners is None or partners.total_count == 0
    assert read.idrelationships(customer_id, "1").total_count == 0
    requests = link_of(python)
    link = requests.value("1")
    assert link.url.startswith("http")


def test_11_the_relationship_ends_when_nothing_runs(world: World, python: Client, send: LowLevel) -> None:
    customer_id = gcc_customer(python, send, world, "harborviewcounty")
    placed = python.postvversioncustomerscustomer.idorders(
        customer_id, order_of(customer_id, world.government), "1"
    )
    ended = CUSTOMER(relationship_to_partner="none")
    drop = python.patchvversioncustomerscustomer.id
    with_active = LowLevel(python)("PATCH", f"customers/{customer_id}", {"relationshipToPartner": "none"})
    assert with_active.status_code in (400, 409)
    assert world.partner.relationships.get(customer_id=customer_id).state == "active"
    read = python.getvversioncustomerscustomer
    [held] = read.value9(customer_id, "1", placed.id, None).items
    held.status = "deleted"
    assert python.patchvversioncustomerscustomer.id4(customer_id, held.id, held, "1").status == "deleted"
    assert Subscription.objects.get(pk=held.id).state == "cancelled"
    assert drop(customer_id, ended, "1").relationship_to_partner == "none"
    assert world.partner.relationships.get(customer_id=customer_id).state == "ended"
    assert told(read.id(customer_id, "1", raw=True)) in [(403, 20002), (404, 60003)]
    assert python.getvversioncustomersfilterfilter.value("1", None, 10, None).total_count == 0


def test_12_who_may_not_is_told(world: World, python: Client) -> None:
    nobody = client_with(world.url, "nonsense")
    assert nobody.getvversioncustomersfilterfilter.value("1", None, 10, None) is None
    assert told(nobody.getvversioncustomersfilterfilter.value("1", None, 10, None, raw=True))[0] == 401
    program = client_with(world.url, world.app_token)
    requests = link_of(program)
    assert told(requests.value("1", raw=True)) == (403, 900329)
    foreign = python.getvversioncustomerscustomer.id(str(world.foreign.pk), "1", raw=True)
    assert told(foreign) in [(403, 20002), (404, 60003)]
    assert "Foreign County" not in foreign.response.text
