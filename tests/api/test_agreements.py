"""Endpoints 16 to 19: the Microsoft Customer Agreement, its template and who accepted it (O3)."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from customers.api.agreements import person_id
from customers.models import Customer, CustomerAgreement
from customers.services.agreement import TEMPLATE_VERSION, template_id
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.models import User
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal

MCA = "MicrosoftCustomerAgreement"
CONTACT = {"firstName": "Ada", "lastName": "Reyes", "email": "ada@harborview.example"}


@pytest.fixture
def county(contoso: Partner) -> Customer:
    """Contoso's customer without an agreement."""
    return factories.customer(contoso, "Harborview County", agreed=False)


def body(**changes: Any) -> dict[str, Any]:
    sent = {
        "primaryContact": CONTACT,
        "dateAgreed": "2026-03-01T00:00:00Z",
        "templateId": str(template_id()),
        "type": MCA,
    }
    return {key: value for key, value in (sent | changes).items() if value is not ...}


def of(customer: Customer, query: str = "") -> str:
    return f"customers/{customer.pk}/agreements{query}"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 0),
        ("?agreementType=MicrosoftCloudAgreement", 0),
        (f"?agreementType={MCA}", 1),
        (f"?AGREEMENTTYPE={MCA.lower()}", 1),
        ("?agreementType=*", 1),
    ],
)
def test_who_names_no_type_sees_no_customer_agreement(
    person: Program, county: Customer, admin: User, query: str, count: int
) -> None:
    templates = person.get(f"agreements{query}").json()
    assert templates["totalCount"] == len(templates["items"]) == count
    assert person.post(of(county), body()).status_code == 201
    assert person.get(of(county, query)).json()["totalCount"] == count


def test_the_template_in_force(person: Program) -> None:
    [template] = person.get(f"agreements?agreementType={MCA}").json()["items"]
    link = template.pop("agreementLink")
    assert template == {"templateId": str(template_id()), "agreementType": MCA, "versionRank": 0}
    page = Client().get(urlsplit(link).path)
    assert page.status_code == 200
    assert TEMPLATE_VERSION in page.content.decode()


def test_an_acceptance_is_recorded_and_told(
    person: Program, contoso: Partner, county: Customer, admin: User
) -> None:
    sent = body(primaryContact=CONTACT | {"phoneNumber": "206-555-0123"})
    answer = person.post(of(county), sent)
    assert answer.status_code == 201
    made = answer.json()
    assert made["primaryContact"] == sent["primaryContact"]
    assert datetime.fromisoformat(made["dateAgreed"]) == datetime(2026, 3, 1, tzinfo=UTC)
    assert (made["templateId"], made["type"]) == (sent["templateId"], MCA)
    assert uuid.UUID(made["userId"]) == person_id(admin.pk) != person_id(admin.pk + 1)
    assert made["attributes"] == {"objectType": "Agreement"}
    assert person.get(of(county, f"?agreementType={MCA}")).json()["items"] == [made]
    kept = CustomerAgreement.objects.get()
    assert (kept.customer, kept.partner, kept.how) == (county, contoso, "attested")
    assert (kept.agreed_on, kept.phone, kept.recorded_by) == (date(2026, 3, 1), "206-555-0123", admin)
    [entry] = AuditEntry.objects.filter(action="attest_agreement")
    assert (entry.customer_id, entry.channel, entry.refused) == (county.pk, "api", False)


def test_pascal_case_with_nulls_and_seven_digits(person: Program, county: Customer) -> None:
    sent = {
        "PrimaryContact": {"FirstName": "Ada", "LastName": "Reyes", "Email": "a@b.example", "PhoneNumber": None},
        "DateAgreed": "2026-03-01T10:20:30.1234567Z",
        "TemplateId": str(template_id()).upper(),
        "Type": "microsoft_customer_agreement",
        "UserId": None,
        "Attributes": {"ObjectType": "Agreement"},
    }  # fmt: skip
    answer = person.post(of(county, f"?agreementType={MCA}"), sent)
    assert answer.status_code == 201, answer.content
    assert answer.json()["dateAgreed"].startswith("2026-03-01T00:00:00")


def test_the_same_again_is_told_and_another_person_is_another_agreement(
    person: Program, county: Customer
) -> None:
    assert person.post(of(county), body()).status_code == 201
    again = person.post(of(county), body(primaryContact=CONTACT | {"firstName": "ADA"}))
    assert refusal(again) == (400, 600061)
    assert again.json()["data"] == ["O3.twice"]
    other = body(primaryContact=CONTACT | {"phoneNumber": "206-555-0123"})
    assert person.post(of(county), other).status_code == 201
    assert CustomerAgreement.objects.count() == 2
    request_id = {"MS-RequestId": str(uuid.uuid4())}
    third = body(dateAgreed="2026-03-02T00:00:00Z")
    answers = [person.post(of(county), third, **request_id) for _each in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert CustomerAgreement.objects.count() == 3


@pytest.mark.parametrize(
    ("now", "agreed", "kept"),
    [
        # 02:00 UTC is still the evening before at the desk: what has happened is not in the future.
        ("2026-06-06T02:00:00Z", "2026-06-06T01:59:59Z", date(2026, 6, 5)),
        ("2026-06-06T02:00:00Z", "2026-06-05T23:00:00Z", date(2026, 6, 5)),
        ("2026-06-06T15:00:00Z", "2026-06-06T00:00:00Z", date(2026, 6, 6)),
        ("2026-06-06T15:00:00Z", "2026-06-06T16:30:00+02:00", date(2026, 6, 6)),
        # The day is the one that the writer's calendar showed; what has not begun at the desk is none.
        ("2026-06-06T15:00:00Z", "2026-06-05T20:00:00-05:00", date(2026, 6, 5)),
        ("2026-06-06T15:00:00Z", "2026-06-05T08:00:00+14:00", date(2026, 6, 5)),
        ("2026-06-06T15:00:00Z", "2026-06-07T01:00:00+14:00", date(2026, 6, 6)),
        ("2026-06-06T15:00:00Z", "2026-06-06T00:30:00", date(2026, 6, 6)),
        ("2026-06-06T15:00:00Z", "2026-06-06T10:00:01-05:00", None),
        ("2026-06-06T15:00:00Z", "2026-06-06T15:00:01Z", None),
        ("2026-06-06T15:00:00Z", "2026-06-07T00:00:00Z", None),
        ("2026-06-06T15:00:00Z", "9999-12-31T00:00:00Z", None),
        ("2026-06-06T15:00:00Z", "2018-12-31T23:59:59Z", None),
    ],
)
def test_the_moment_lies_neither_ahead_nor_before_there_was_an_agreement(
    contoso: Partner, county: Customer, admin: User, now: str, agreed: str, kept: date | None
) -> None:
    with time_machine.travel(now, tick=False):
        person = Program(access_token(application(contoso, "app_user"), admin))
        answer = person.post(of(county), body(dateAgreed=agreed))
    if kept is None:
        assert refusal(answer) == (400, 3000)
        assert answer.json()["data"][0] in ("O3.future", "O3.too_early")
        assert not CustomerAgreement.objects.exists()
        assert AuditEntry.objects.get(refused=True).action == "attest_agreement"
    else:
        assert answer.status_code == 201, answer.content
        assert CustomerAgreement.objects.get().agreed_on == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"templateId": "c1a4"},
        {"templateId": str(uuid.uuid4())},
        {"templateId": ...},
        {"type": "MicrosoftCloudAgreement"},
        {"type": ...},
        {"dateAgreed": ...},
        {"dateAgreed": "yesterday"},
        {"dateAgreed": ""},
        {"dateAgreed": "0001-01-01T00:00:00+14:00"},
        {"dateAgreed": "9999-12-31T23:59:59-12:00"},
        {"primaryContact": ...},
        {"primaryContact": "Ada Reyes"},
        {"primaryContact": {"firstName": "Ada"}},
        {"primaryContact": CONTACT | {"firstName": ""}},
        {"primaryContact": CONTACT | {"firstName": "  "}},
        {"primaryContact": CONTACT | {"lastName": "R" * 51}},
        {"primaryContact": CONTACT | {"lastName": "R\neyes"}},
        {"primaryContact": CONTACT | {"email": "ada"}},
        {"primaryContact": CONTACT | {"email": ["ada@harborview.example"]}},
        {"primaryContact": CONTACT | {"phoneNumber": "call me"}},
    ],
)
def test_what_can_t_be_recorded(person: Program, county: Customer, changes: dict[str, Any]) -> None:
    assert refusal(person.post(of(county), body(**changes))) == (400, 3000)
    assert not CustomerAgreement.objects.exists()


def test_who_of_another_partner_s_customer_accepted_is_not_told(
    person: Program, foreign: Program, tailspin: Partner, county: Customer
) -> None:
    assert person.post(of(county), body()).status_code == 201
    wanted = f"?agreementType={MCA}"
    assert refusal(foreign.get(of(county, wanted))) == (404, 60003)
    assert refusal(foreign.post(of(county), body())) == (404, 60003)
    factories.relate(tailspin, county)
    shared = foreign.get(of(county, wanted))
    assert shared.json()["items"] == []
    assert "Ada" not in shared.content.decode()


def test_whether_the_customer_signed_itself(person: Program, contoso: Partner, county: Customer) -> None:
    address = f"customers/{county.pk}/directSignedMicrosoftCustomerAgreementStatus"
    assert person.get(address).json() == {"isSigned": False}
    factories.agreement(contoso, county)
    assert person.get(address).json() == {"isSigned": False}
    factories.CustomerAgreement.objects.create(
        customer=county, partner=contoso, how="accepted", first_name="A", last_name="B", email="a@b.example",
        agreed_on=timezone.localdate() - timedelta(days=1), template_version="1",
    )  # fmt: skip
    assert person.get(address.lower()).json() == {"isSigned": True}


def test_the_document_s_links_live_five_minutes(person: Program) -> None:
    address = f"agreementtemplates/{template_id()}/document"
    found = person.get(f"{address}?language=en-US&country=us").json()
    assert (found["language"], found["country"]) == ("en-US", "US")
    assert person.get(address).json()["language"] == "en-US"
    shown, kept = (urlsplit(found[key]).path for key in ("displayUri", "downloadUri"))
    client = Client()
    assert TEMPLATE_VERSION in client.get(shown).content.decode()
    file = client.get(kept)
    assert file["Content-Disposition"].startswith("attachment")
    assert str(template_id()) in file.content.decode()
    assert client.get(shown[:-3] + "x/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(seconds=301)):
        assert client.get(shown).status_code == 404
        assert client.get(kept).status_code == 404
    assert refusal(person.get(f"agreementtemplates/{uuid.uuid4()}/document")) == (404, 1000)
    assert refusal(person.get("agreementtemplates/../document")) == (404, 1000)
    assert refusal(person.get(f"{address}?country=USA")) == (400, 3000)


def test_it_is_all_for_people(program: Program, seller: Program, county: Customer) -> None:
    for verb, address, sent in (
        ("GET", "agreements", None),
        ("GET", of(county), None),
        ("POST", of(county), body()),
        ("GET", f"customers/{county.pk}/directSignedMicrosoftCustomerAgreementStatus", None),
        ("GET", f"agreementtemplates/{template_id()}/document", None),
    ):
        assert refusal(program.send(verb, address, sent)) == (403, 900329)
        assert seller.send(verb, address, sent).status_code < 300


def test_any_number_of_agreements_costs_the_same(
    person: Program, contoso: Partner, county: Customer, django_assert_num_queries: Any
) -> None:
    address = of(county, f"?agreementType={MCA}")
    for count in (3, 12):
        for _each in range(count):
            factories.agreement(contoso, county)
        person.get(address)
        with django_assert_num_queries(3):
            answer = person.get(address)
        assert answer.json()["totalCount"] >= count  # type: ignore[attr-defined]
