"""Endpoints 10 and 11: rule A3, the only way to change a special qualification after the creation."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse

from customers.models import Customer, SpecialQualification, ValidationId, ValidationUse
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people import roles
from gcc_portal.core.people.models import User
from gcc_portal.core.people.roles import Right
from partners.models import Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal

GCC = {"qualification": "GovernmentCommunityCloud"}
SYNC = "government_community_cloud"


@pytest.fixture
def county(contoso: Partner) -> Customer:
    """Contoso's customer without a special qualification."""
    return factories.customer(contoso, "Harborview County", kinds=())


@pytest.fixture
def code(contoso: Partner) -> ValidationId:
    """Contoso's code for Harborview County with two creates."""
    return factories.validation_id(contoso, "Harborview County", max_creates=2)


def one(customer: Customer, query: str = "") -> str:
    return f"customers/{customer.pk}/qualification{query}"


def many(customer: Customer, query: str = "") -> str:
    return f"customers/{customer.pk}/qualifications{query}"


def untouched(customer: Customer, code: ValidationId) -> bool:
    """Return whether a refusal left nothing behind."""
    before = code.used
    code.refresh_from_db()
    assert not SpecialQualification.objects.filter(customer=customer, kind=factories.GCC).exists()
    return (code.used, code.reserved, ValidationUse.objects.count()) == (before, 0, 0)


# --- GET
@pytest.mark.parametrize(
    ("kinds", "word"),
    [
        ((), "none"),
        (("education",), "education"),
        (("nonprofit",), "nonprofit"),
        (("education", "nonprofit"), "education"),
        ((SYNC,), SYNC),
        ((SYNC, "state_owned_entity"), SYNC),
        (("education", "state_owned_entity"), "education"),
        (("state_owned_entity",), "state_owned_entity"),
    ],
)
def test_the_one_word_is_what_decides_what_is_sold(
    program: Program, contoso: Partner, kinds: tuple[str, ...], word: str
) -> None:
    customer = factories.customer(contoso, kinds=kinds)
    answer = program.get(one(customer))
    assert (answer.status_code, answer.json()) == (200, word)


def test_java_s_closed_enum_never_meets_the_state_owned_entity(contoso: Partner) -> None:
    java = Program(
        access_token(application(contoso)), **{"MS-PartnerCenter-Client": "Partner Center Java SDK"}
    )
    assert java.get(one(factories.customer(contoso, kinds=("state_owned_entity",)))).json() == "none"


def test_all_of_them_with_how_they_stand(program: Program, contoso: Partner, county: Customer) -> None:
    assert program.get(many(county)).json() == []
    factories.SpecialQualification.objects.create(customer=county, kind="nonprofit", state="granted")
    for state in ("revoked", "denied"):
        SpecialQualification.objects.create(
            customer=county, kind="education", state=state, reason="No school"
        )
    SpecialQualification.objects.create(customer=county, kind="state_owned_entity", state="revoked")
    found = program.get(many(county)).json()
    assert [(each["qualification"], each["vettingStatus"]) for each in found] == [
        ("Education", "Denied"),
        ("Nonprofit", "Approved"),
    ]
    assert found[0]["vettingReason"] == "No school"
    assert "vettingReason" not in found[1]
    assert datetime.fromisoformat(found[0]["vettingCreateDate"]).tzinfo is not None


# --- Government Community Cloud
SPELLINGS = [
    "government_community_cloud",
    "governmentcommunitycloud",
    "GovernmentCommunityCloud",
    "GOVERNMENT_COMMUNITY_CLOUD",
    "3",
    3,
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_put_in_every_spelling(
    person: Program, county: Customer, code: ValidationId, spelling: str | int
) -> None:
    answer = person.send(
        "PUT", one(county, f"?code={code.number}"), raw=b"\xef\xbb\xbf" + json.dumps(spelling).encode()
    )
    assert (answer.status_code, answer.json()) == (200, SYNC)
    assert person.get(one(county)).json() == SYNC


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("where", ["query", "body", "both", "number", "pascal"])
def test_post_with_the_code_in_either_place(
    person: Program, county: Customer, code: ValidationId, spelling: str | int, where: str
) -> None:
    query = f"?Code={code.number}" if where in ("query", "both") else ""
    body: dict[str, Any] = {"qualification": spelling}
    if where in ("body", "both"):
        body["validationCode"] = code.number
    if where == "number":
        body["validationCode"] = int(code.number)
    if where == "pascal":
        body = {"Qualification": spelling, "ValidationCode": code.number, "EducationSegment": None, "X": 1}
    answer = person.post(many(county, query), body)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["qualification"], made["vettingStatus"]) == ("GovernmentCommunityCloud", "Approved")
    assert datetime.fromisoformat(made["vettingCreateDate"]).tzinfo is not None
    assert person.get(many(county)).json() == [made]
    code.refresh_from_db()
    assert (code.remaining, code.reserved) == (1, 0)
    held = SpecialQualification.objects.get(customer=county)
    assert (held.state, held.validation) == ("granted", code)
    assert ValidationUse.objects.get(state="used").customer == county


def test_the_last_create_exhausts_the_code(person: Program, contoso: Partner, code: ValidationId) -> None:
    statuses = []
    for _each in range(3):
        customer = factories.customer(contoso, "Harborview County", kinds=())
        statuses.append(person.post(many(customer), GCC | {"validationCode": code.number}))
    assert [each.status_code for each in statuses] == [201, 201, 403]
    assert refusal(statuses[2]) == (403, 600006)
    assert statuses[2].json()["data"] == ["A2.exhausted"]
    code.refresh_from_db()
    assert (code.remaining, code.state) == (0, "exhausted")


@pytest.mark.parametrize(
    ("fields", "answer", "rule"),
    [
        ({"state": "exhausted", "used": 5}, (403, 600006), "A2.exhausted"),
        ({"used": 3, "reserved": 2}, (403, 600006), "A2.exhausted"),
        ({"state": "expired"}, (403, 600006), "A2.expired"),
        ({"state": "revoked"}, (403, 600006), "A2.revoked"),
        ({"organization_name": "City of Somewhere Else"}, (400, 800002), "A2.other_organization"),
        ({"partner": "tailspin"}, (400, 800002), "A2.unknown"),
    ],
)
@pytest.mark.parametrize("how", ["PUT", "POST"])
def test_a_code_that_is_no_good_changes_nothing(
    person: Program,
    contoso: Partner,
    tailspin: Partner,
    county: Customer,
    fields: dict[str, Any],
    answer: tuple[int, int],
    rule: str,
    how: str,
) -> None:
    of = tailspin if fields.get("partner") else contoso
    rest = {key: value for key, value in fields.items() if key != "partner"}
    bad = factories.validation_id(of, rest.pop("organization_name", "Harborview County"))
    ValidationId.objects.filter(pk=bad.pk).update(**rest)
    refused = ask(person, how, county, bad.number)
    assert refusal(refused) == answer
    assert refused.json()["data"] == [rule]
    assert "usgcce@microsoft.com" in refused.json()["description"]
    bad.refresh_from_db()
    assert (bad.used, bad.reserved) == (rest.get("used", 0), rest.get("reserved", 0))
    assert not ValidationUse.objects.exists()
    assert not SpecialQualification.objects.exists()
    [written] = AuditEntry.objects.filter(refused=True)
    assert (written.action, written.customer_id) == ("qualify", county.pk)
    assert written.codes == [rule]
    assert written.application_id


def ask(program: Program, how: str, customer: Customer, number: str) -> HttpResponse:
    query = f"?code={number}" if number else ""
    if how == "PUT":
        return program.put(one(customer, query), SYNC)
    return program.post(many(customer, query), GCC)


@pytest.mark.parametrize("how", ["PUT", "POST"])
@pytest.mark.parametrize(
    ("number", "answer"),
    [("", (400, 800002)), ("999999999", (400, 800002)), ("abc", (400, 800002)), ("9" * 13, (400, 3000))],
)
def test_a_missing_or_unknown_code(
    person: Program, county: Customer, code: ValidationId, how: str, number: str, answer: tuple[int, int]
) -> None:
    assert refusal(ask(person, how, county, number)) == answer
    assert untouched(county, code)


def test_two_codes_that_do_not_agree(person: Program, county: Customer, code: ValidationId) -> None:
    other = GCC | {"validationCode": "123456789"}
    assert refusal(person.post(many(county, f"?code={code.number}"), other)) == (400, 3000)
    assert untouched(county, code)


@pytest.mark.parametrize("how", ["PUT", "POST"])
@pytest.mark.parametrize(
    ("kinds", "rule"),
    [((SYNC,), "A3.already"), (("education",), "O2.excluded"), (("nonprofit",), "O2.excluded")],
)
def test_already_qualified_or_excluded(
    person: Program, contoso: Partner, code: ValidationId, kinds: tuple[str, ...], rule: str, how: str
) -> None:
    customer = factories.customer(contoso, "Harborview County", kinds=kinds)
    refused = ask(person, how, customer, code.number)
    assert refusal(refused) == (409, 600006)
    assert refused.json()["data"] == [rule]
    code.refresh_from_db()
    assert (code.used, code.reserved, ValidationUse.objects.count()) == (0, 0, 0)
    assert set(customer.qualifications.values_list("kind", flat=True)) == set(kinds)


def test_a_partner_without_the_qualification(
    fabrikam: Partner, county: Customer, code: ValidationId, person: Program
) -> None:
    mine = factories.customer(fabrikam, "Harborview County", kinds=())
    own = factories.validation_id(fabrikam, "Harborview County")
    token = access_token(application(fabrikam, "app_user"), factories.agent(fabrikam).user)
    refused = Program(token).post(many(mine), GCC | {"validationCode": own.number})
    assert refusal(refused) == (403, 2006)
    assert refused.json()["data"] == ["A1.not_qualified"]
    assert untouched(mine, own)


def test_a_role_that_may_not(
    person: Program, county: Customer, code: ValidationId, monkeypatch: pytest.MonkeyPatch
) -> None:
    less = {role: rights - {Right.USE_VALIDATION_IDS} for role, rights in roles.RIGHTS.items()}
    monkeypatch.setattr("gcc_portal.core.people.actors.RIGHTS", less)
    assert refusal(ask(person, "PUT", county, code.number)) == (403, 900308)
    assert refusal(ask(person, "POST", county, code.number)) == (403, 900308)
    assert untouched(county, code)


# --- what else can be asked
@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, (400, 3000)),
        ([], (400, 3000)),
        ("GovernmentCommunityCloud", (400, 3000)),
        ({"qualification": None}, (400, 3000)),
        ({"qualification": "None"}, (400, 3000)),
        ({"qualification": 0}, (400, 3000)),
        ({"qualification": True}, (400, 3000)),
        ({"qualification": [3]}, (400, 3000)),
        ({"qualification": 3.5}, (400, 3000)),
        ({"qualification": 10**400}, (400, 3000)),
        ({"qualification": "9" * 5000}, (400, 3000)),
        ({"qualification": "Nonprofit"}, (400, 3000)),
        ({"qualification": "Military"}, (400, 3000)),
        ({"qualification": "Education"}, (400, 3000)),
        ({"qualification": "Education", "educationSegment": "Kindergarten"}, (400, 3000)),
        (GCC | {"validationCode": {"a": 1}}, (400, 3000)),
        (GCC | {"validationCode": "1\x00"}, (400, 3000)),
        (GCC | {"validationCode": 10**30}, (400, 3000)),
    ],
)
def test_what_can_t_be_understood_or_set(
    person: Program, county: Customer, body: Any, answer: tuple[int, int]
) -> None:
    assert refusal(person.post(many(county), body)) == answer
    assert not SpecialQualification.objects.exists()


@pytest.mark.parametrize(
    "raw", [b'"none"', b"0", b'"nonprofit"', b"2", b"5", b"-1", b"true", b"null", b"{}", b"[3]", b"3.5", b"", b"{"]
)  # fmt: skip
def test_what_can_t_be_put(person: Program, county: Customer, code: ValidationId, raw: bytes) -> None:
    refused = person.send("PUT", one(county, f"?code={code.number}"), raw=raw)
    assert refusal(refused) == (400, 3000)
    assert untouched(county, code)


def test_education_is_reviewed(person: Program, county: Customer) -> None:
    body = {"qualification": "education", "educationSegment": "k12", "website": "https://school.example"}
    answer = person.post(many(county), body)
    assert answer.status_code == 201
    assert (answer.json()["qualification"], answer.json()["vettingStatus"]) == ("Education", "InReview")
    asked = SpecialQualification.objects.get()
    assert (asked.kind, asked.state) == ("education", "in_review")
    assert "K12" in asked.source
    assert "https://school.example" in asked.source
    assert person.get(one(county)).json() == "none"
    assert refusal(person.post(many(county), body)) == (409, 600006)


def test_a_state_owned_entity_stands_beside_either(person: Program, contoso: Partner) -> None:
    for kinds in ((), (SYNC,), ("education",)):
        customer = factories.customer(contoso, kinds=kinds)
        answer = person.post(many(customer), {"qualification": "StateOwnedEntity"})
        assert (answer.status_code, answer.json()["vettingStatus"]) == (201, "Approved")
        assert customer.granted_kinds == {*kinds, "state_owned_entity"}
    assert person.put(one(factories.customer(contoso, kinds=())), 4).json() == "state_owned_entity"


# --- who, how often, and side by side
def test_it_is_for_a_person(program: Program, county: Customer, code: ValidationId) -> None:
    assert refusal(ask(program, "PUT", county, code.number)) == (403, 900329)
    assert refusal(ask(program, "POST", county, code.number)) == (403, 900329)
    assert untouched(county, code)


def test_of_another_partner_nothing_is_read_or_changed(
    foreign: Program, person: Program, contoso: Partner, tailspin: Partner, county: Customer, code: ValidationId
) -> None:  # fmt: skip
    theirs = factories.validation_id(tailspin, "Harborview County")
    for answer in (
        foreign.get(one(county)),
        foreign.get(many(county)),
        ask(foreign, "PUT", county, theirs.number),
        ask(foreign, "POST", county, theirs.number),
        ask(person, "POST", replace_id(county), code.number),
    ):
        assert refusal(answer) == (404, 60003)
        assert "Harborview" not in answer.content.decode()
    assert untouched(county, theirs)
    factories.Relationship.objects.filter(customer=county).update(state="ended")
    assert refusal(ask(person, "POST", county, code.number)) == (403, 20002)


def replace_id(customer: Customer) -> Customer:
    return Customer(pk=uuid.uuid4(), name=customer.name)


def test_the_same_request_again_uses_one_create(
    person: Program, county: Customer, code: ValidationId
) -> None:
    again = {"MS-RequestId": str(uuid.uuid4())}
    first = person.post(many(county), GCC | {"validationCode": code.number}, **again)
    second = person.post(many(county), GCC | {"validationCode": code.number}, **again)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    code.refresh_from_db()
    assert code.used == 1
    assert refusal(person.post(many(county), GCC | {"validationCode": code.number})) == (409, 600006)


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
@pytest.mark.parametrize("how", ["customers", "one request"])
def test_twenty_at_once(contoso: Partner, admin: User, how: str) -> None:
    code = factories.validation_id(contoso, "Harborview County", max_creates=1)
    customers = [factories.customer(contoso, "Harborview County", kinds=()) for _each in range(20)]
    person = Program(access_token(application(contoso, "app_user"), admin))
    request_id = str(uuid.uuid4())

    def attempt(number: int) -> tuple[int, bytes]:
        same = how == "one request"
        headers = {"MS-RequestId": request_id} if same else {}
        body = GCC | {"validationCode": code.number}
        try:
            answer = person.post(many(customers[0 if same else number]), body, **headers)
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(attempt, range(20)))
    statuses = sorted(status for status, _body in outcomes)
    if how == "customers":
        assert statuses == [201] + [403] * 19
        assert {json.loads(body)["code"] for status, body in outcomes if status == 403} == {600006}
    else:
        assert statuses == [201] * 20
        assert len({body for _status, body in outcomes}) == 1
    code.refresh_from_db()
    assert (code.used, code.reserved, code.state) == (1, 0, "exhausted")
    assert SpecialQualification.objects.count() == 1
