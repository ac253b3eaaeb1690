"""The partner's profiles: read by both roles, changed by an admin agent, and only what the page may change too."""

import uuid
from typing import Any

import pytest

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.audit.record import history_of
from partners.models import OrganizationProfiles, Partner
from tests import factories
from tests.api.kit import NO_UUID, Program, access_token, application, refusal

KINDS = ("organization", "legalbusiness", "billing", "support")
ADDRESS = {
    "addressLine1": "1700 Main Street",
    "city": "Redmond",
    "state": "WA",
    "postalCode": "98052",
    "country": "US",
    "phoneNumber": "425-555-0110",
}
DOCK = {"addressLine1": "1 Dock St", "city": "Tacoma", "state": "WA", "postalCode": "98402", "country": "US"}


@pytest.fixture
def settled(contoso: Partner) -> Partner:
    """Contoso with an address."""
    contoso.address_line1, contoso.city, contoso.state = "1700 Main Street", "Redmond", "WA"
    contoso.postal_code, contoso.phone = "98052", "425-555-0110"
    contoso.save()
    return contoso


def test_the_organization_is_told_as_it_is_enrolled(person: Program, settled: Partner) -> None:
    body = person.get("profiles/organization").json()
    etag = body["attributes"].pop("etag")
    assert etag
    assert body == {
        "id": str(settled.tenant_id),
        "companyName": "Contoso Cloud",
        "defaultAddress": ADDRESS,
        "tenantId": str(settled.tenant_id),
        "domain": settled.domain,
        "email": settled.email,
        "language": "en",
        "culture": "en-US",
        "profileType": "OrganizationProfile",
        "links": {"self": {"uri": "/profiles/organization", "method": "GET", "headers": []}},
        "attributes": {"objectType": "OrganizationProfile"},
    }


def test_what_was_never_written_is_drawn_from_the_organization(person: Program, settled: Partner) -> None:
    legal = person.get("profiles/legalbusiness?vettingVersion=lastfinalized").json()
    assert (legal["companyName"], legal["address"]) == ("Contoso Cloud", ADDRESS)
    assert (legal["vettingStatus"], legal["vettingSubStatus"]) == ("authorized", "none")
    assert legal["companyApproverEmail"] == settled.email
    billing = person.get("profiles/billing").json()
    assert (billing["address"], billing["billingCurrency"], billing["billingDay"]) == (ADDRESS, "USD", 1)
    assert billing["primaryContact"] == {"email": settled.email, "phoneNumber": "425-555-0110"}
    support = person.get("profiles/support").json()
    assert (support["telephone"], support["website"]) == ("425-555-0110", settled.web_domain)
    for body, name in ((legal, "LegalBusiness"), (billing, "Billing"), (support, "Support")):
        assert (body["profileType"], body["attributes"]["objectType"]) == (f"{name}Profile", f"{name}Profile")


def test_an_organization_without_an_address_has_profiles(person: Program) -> None:
    for kind in KINDS:
        assert person.get(f"profiles/{kind}").status_code == 200
    assert person.get("profiles/organization").json()["defaultAddress"] == {"country": "US"}


def test_one_that_is_not_enrolled_is_not_vetted(program: Program, contoso: Partner) -> None:
    Partner.objects.filter(pk=contoso.pk).update(csp_enrolled=False)
    assert program.get("profiles/legalbusiness").json()["vettingStatus"] == "none"
    assert refusal(program.get("profiles/legalbusiness?vettingVersion=Next")) == (400, 3000)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_can_be_sent_back_and_changes_nothing(
    person: Program, settled: Partner, kind: str
) -> None:
    read = person.get(f"profiles/{kind}").json()
    written = person.put(f"profiles/{kind}", read)
    assert written.status_code == 200
    assert written.json() == read
    assert not history_of(settled).exists()
    assert not OrganizationProfiles.objects.exists()


def test_the_organization_is_changed_as_on_the_page(person: Program, settled: Partner) -> None:
    sent = {
        "Id": str(settled.tenant_id).upper(),
        "CompanyName": None,
        "DefaultAddress": {**{key.capitalize(): value for key, value in DOCK.items()}, "Addressline2": None},
        "Email": "desk@contoso.example",
        "Culture": "ES-us",
        "Language": "ES",
        "Links": None,
        "Attributes": None,
    }
    answer = person.put("profiles/organization", sent)
    assert answer.status_code == 200
    body = answer.json()
    assert body["defaultAddress"] == DOCK
    assert (body["email"], body["culture"], body["language"]) == ("desk@contoso.example", "es-US", "es")
    settled.refresh_from_db()
    assert (settled.city, settled.phone, settled.email) == ("Tacoma", "", "desk@contoso.example")
    entries = {entry.action: entry for entry in history_of(settled)}
    assert set(entries) == {"edit_profile", "edit_preferences"}
    assert "Tacoma" in entries["edit_profile"].shown_reason
    assert entries["edit_profile"].application_id
    assert person.get("profiles/organization").json() == body


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("id", NO_UUID),
        ("tenantId", NO_UUID),
        ("domain", "other.onmicrosoft.com"),
        ("companyName", "Contoso Holdings"),
    ],
)
def test_the_enrolment_is_not_changed(person: Program, settled: Partner, member: str, value: str) -> None:
    answer = person.put("profiles/organization", {member: value, "email": "new@contoso.example"})
    assert refusal(answer) == (400, 3000)
    assert member in answer.json()["description"]
    settled.refresh_from_db()
    assert settled.email != "new@contoso.example"


@pytest.mark.parametrize(
    ("member", "value"),
    [("companyName", "Other"), ("vettingStatus", "rejected"), ("vettingSubStatus", "decision")],
)
def test_nobody_vets_itself(person: Program, member: str, value: str) -> None:
    answer = person.put("profiles/legalbusiness", {member: value})
    assert refusal(answer) == (400, 3000)
    assert member in answer.json()["description"]


def test_the_legal_address_is_the_organization_s(person: Program, settled: Partner) -> None:
    sent = {
        "address": DOCK,
        "primaryContact": {"firstName": "Ada", "lastName": "Reyes", "email": "ada@contoso.example"},
        "companyApproverAddress": ADDRESS | {"firstName": "Ada"},
        "companyApproverEmail": "law@contoso.example",
        "vettingStatus": "Authorized",
    }
    body = person.put("profiles/legalbusiness", sent).json()
    assert body["address"] == person.get("profiles/organization").json()["defaultAddress"] == DOCK
    assert body["primaryContact"] == sent["primaryContact"]
    assert body["companyApproverAddress"] == sent["companyApproverAddress"]
    assert body["companyApproverEmail"] == "law@contoso.example"
    assert {entry.action for entry in history_of(settled)} == {"edit_profile", "edit_legal"}


def test_billing_and_support_are_kept_and_what_is_not_sent_stays(person: Program, settled: Partner) -> None:
    first = {
        "companyName": "Contoso Accounts",
        "address": DOCK,
        "purchaseOrderNumber": "PO-7",
        "taxId": "12-3456789",
        "billingCurrency": "usd",
        "billingDay": 15,
    }
    body = person.put("profiles/billing", first).json()
    for member, value in first.items():
        assert body[member] == (value if member != "billingCurrency" else "USD")
    after = person.put("profiles/billing", {"purchaseOrderNumber": "", "billingDay": 2}).json()
    assert "purchaseOrderNumber" not in after
    assert (after["billingDay"], after["taxId"], after["companyName"]) == (
        2,
        "12-3456789",
        "Contoso Accounts",
    )
    assert person.put("profiles/billing", {"companyName": ""}).json()["companyName"] == "Contoso Cloud"
    support = {
        "email": "help@contoso.example",
        "telephone": "+1 425 555 0111",
        "website": "https://help.contoso.example/gcc",
    }
    assert person.put("profiles/support", support).json().items() >= support.items()
    reasons = list(
        AuditEntry.objects.filter(action="edit_billing").order_by("pk").values_list("reason", flat=True)
    )
    assert reasons[0] == "address, billing_day, company_name, purchase_order_number, tax_id"
    assert AuditEntry.objects.filter(action="edit_support", partner_id=settled.pk).count() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_stale_etag_is_refused_in_header_and_body(person: Program, settled: Partner, kind: str) -> None:
    email = {"legalbusiness": "companyApproverEmail"}.get(kind, "email")
    change: dict[str, Any] = {"billingDay": 9} if kind == "billing" else {email: "new@contoso.example"}
    old = person.get(f"profiles/{kind}").json()["attributes"]["etag"]
    fresh = person.put(f"profiles/{kind}", change, If_Match=f'"{old}"')
    assert fresh.status_code == 200
    assert fresh.json()["attributes"]["etag"] != old
    again = {name: f"x{value}" if name != "billingDay" else 3 for name, value in change.items()}
    assert refusal(person.put(f"profiles/{kind}", again, If_Match=f'"{old}"')) == (400, 2055)
    assert refusal(person.put(f"profiles/{kind}", again | {"Attributes": {"Etag": old}})) == (400, 2055)
    assert person.get(f"profiles/{kind}").json() == fresh.json()
    assert person.put(f"profiles/{kind}", again).status_code == 200


@pytest.mark.parametrize(
    ("kind", "sent", "code"),
    [
        ("organization", {"defaultAddress": ADDRESS | {"state": "QQ"}}, 2007),
        ("organization", {"defaultAddress": ADDRESS | {"postalCode": "21230"}}, 2007),
        ("organization", {"defaultAddress": ADDRESS | {"country": "CA"}}, 2007),
        ("organization", {"defaultAddress": ADDRESS | {"phoneNumber": "+1 425 555 0110"}}, 2007),
        ("organization", {"defaultAddress": ADDRESS | {"city": "\u202eDrow"}}, 3000),
        ("organization", {"defaultAddress": {"city": "Redmond"}}, 3000),
        ("organization", {"defaultAddress": [ADDRESS]}, 3000),
        ("organization", {"email": "office"}, 3000),
        ("organization", {"email": "a\x00@contoso.example"}, 3000),
        ("organization", {"culture": "English"}, 3000),
        ("organization", {"tenantId": "contoso"}, 3000),
        ("legalbusiness", {"companyApproverAddress": DOCK | {"state": "OR"}}, 2007),
        ("legalbusiness", {"primaryContact": {"firstName": "x" * 51}}, 3000),
        ("billing", {"address": DOCK | {"addressLine1": "x" * 201}}, 2007),
        ("billing", {"billingDay": 0}, 3000),
        ("billing", {"billingDay": 10**30}, 3000),
        ("billing", {"billingCurrency": "dollars"}, 3000),
        ("billing", {"taxId": "x" * 51}, 3000),
        ("support", {"website": "not a site"}, 3000),
        ("support", {"telephone": "1\n2"}, 3000),
        ("support", [], 3000),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(
    person: Program, settled: Partner, kind: str, sent: Any, code: int
) -> None:
    before = person.get(f"profiles/{kind}").json()
    assert refusal(person.put(f"profiles/{kind}", sent)) == (400, code)
    assert person.get(f"profiles/{kind}").json() == before
    assert not history_of(settled).filter(refused=False).exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_sales_agent_reads_and_changes_nothing(seller: Program, contoso: Partner, kind: str) -> None:
    assert seller.get(f"profiles/{kind}").status_code == 200
    assert refusal(seller.put(f"profiles/{kind}", {})) == (403, 900150)
    assert not history_of(contoso).exists()


def test_an_application_of_a_sales_role_changes_nothing(contoso: Partner, admin: Any) -> None:
    program = Program(access_token(application(contoso, "app_user", role="sales_agent"), admin))
    assert refusal(program.put("profiles/support", {"telephone": "1"})) == (403, 900150)


def test_app_only_reads_the_legal_profile_alone(program: Program) -> None:
    assert program.get("profiles/legalbusiness").status_code == 200
    for kind in ("organization", "billing", "support", "mpn", "partnernetworkprofile"):
        assert refusal(program.get(f"profiles/{kind}")) == (403, 900329)
    for kind in KINDS:
        assert refusal(program.put(f"profiles/{kind}", {})) == (403, 900329)


def test_profiles_are_one_s_own(person: Program, foreign: Program, tailspin: Partner) -> None:
    person.put("profiles/support", {"telephone": "425-555-0119"})
    assert foreign.get("profiles/organization").json()["tenantId"] == str(tailspin.tenant_id)
    assert "telephone" not in foreign.get("profiles/support").json()


def test_a_repeated_change_has_one_effect(person: Program, settled: Partner) -> None:
    request_id = str(uuid.uuid4())
    sent = {"email": "desk@contoso.example"}
    first = person.put("profiles/organization", sent, MS_RequestId=request_id)
    person.put("profiles/organization", {"email": "other@contoso.example"})
    again = person.put("profiles/organization", sent, MS_RequestId=request_id)
    assert again.json() == first.json()
    settled.refresh_from_db()
    assert settled.email == "other@contoso.example"


@pytest.mark.parametrize("path", ["mpn", "partnernetworkprofile"])
def test_the_mpn_profile_is_one_s_own_without_an_id(person: Program, contoso: Partner, path: str) -> None:
    own = {
        "mpnId": contoso.mpn_id,
        "partnerName": "Contoso Cloud",
        "profileType": "MpnProfile",
        "links": {"self": {"uri": "/profiles/mpn", "method": "GET", "headers": []}},
        "attributes": {"objectType": "MpnProfile"},
    }
    assert person.get(f"profiles/{path}").json() == own
    named = person.get(f"profiles/{path}?MPNID={contoso.mpn_id}&verifyAdvisor=true").json()
    assert named["links"]["self"]["uri"] == f"/profiles/mpn?mpnId={contoso.mpn_id}"


def test_an_mpn_id_is_looked_up_among_partners_of_one_s_own(
    person: Program, northwind: Partner, fabrikam: Partner
) -> None:
    fabrikam_s = Program(access_token(application(fabrikam, "app_user"), factories.agent(fabrikam).user))
    northwind_s = Program(access_token(application(northwind, "app_user"), factories.agent(northwind).user))
    assert fabrikam_s.get(f"profiles/mpn?mpnId={northwind.mpn_id}").json()["partnerName"] == northwind.name
    assert northwind_s.get(f"profiles/mpn?mpnId={fabrikam.mpn_id}").json()["partnerName"] == fabrikam.name
    for unknown in (fabrikam.mpn_id, "999", "abc"):
        assert refusal(person.get(f"profiles/mpn?mpnId={unknown}")) == (404, 3000)
    assert refusal(person.get(f"profiles/mpn?mpnId={'9' * 400}")) == (400, 3000)
