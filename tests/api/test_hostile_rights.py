"""What a token opens and no more; pages of lists that belong to others; refusals written down once."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from allauth.idp.oidc.models import Token
from django.test import Client

from customers.models import Customer
from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.models import User
from orders.models import Offer
from partners.models import Agent, Partner
from tests import factories
from tests.api.kit import Program, access_token, application, new_customer, refusal
from tests.api.ordering import cart_of, carts_at, item, line, order_of, orders_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [Token.Type.REFRESH_TOKEN, Token.Type.AUTHORIZATION_CODE])
def test_what_is_no_access_token_opens_nothing(contoso: Partner, admin: User, kind: str) -> None:
    value = access_token(application(contoso, "app_user"), admin)
    Token.objects.update(type=kind)
    assert refusal(Program(value).get("customers")) == (401, 400)


def test_a_token_of_the_wrong_kind_or_person_opens_nothing(
    contoso: Partner, tailspin: Partner, admin: User, stranger: User, reviewer: User
) -> None:
    desk, sync = application(contoso, "app_user"), application(contoso)
    for value in (
        access_token(desk),
        access_token(sync, admin),
        access_token(desk, stranger),
        access_token(desk, reviewer),
    ):
        assert refusal(Program(value).get("customers")) == (401, 400)


def test_a_token_elsewhere_than_in_its_header_opens_nothing(program: Program, county: Customer) -> None:
    value = program.headers["Authorization"].removeprefix("Bearer ")
    nobody = Program("")
    assert refusal(nobody.get(f"customers?access_token={value}")) == (401, 800001)
    sent = {"access_token": value, "lineItems": []}
    assert refusal(nobody.post(carts_at(county), sent)) == (401, 800001)
    assert refusal(Program("", Authorization=f"Basic {value}").get("customers")) == (401, 800001)
    assert refusal(Program("", Authorization=f"Bearer {value}, Bearer {value}").get("customers")) == (
        401,
        400,
    )


def test_an_agent_that_is_no_admin_any_more_loses_it_at_once(person: Program, admin: User) -> None:
    support = {"email": "help@contoso.example"}
    assert person.put("profiles/support", support).status_code == 200
    Agent.objects.filter(user=admin).update(role="sales_agent")
    assert refusal(person.put("profiles/support", {"email": "x@contoso.example"})) == (403, 900150)
    assert refusal(person.get("auditrecords")) == (403, 900150)


def test_the_role_of_an_application_binds_an_admin_too(contoso: Partner, admin: User) -> None:
    weak = Program(access_token(application(contoso, "app_user", role="sales_agent"), admin))
    assert refusal(weak.put("profiles/support", {"email": "x@contoso.example"})) == (403, 900150)
    alone = Program(access_token(application(contoso, role="sales_agent")))
    assert refusal(alone.get("auditrecords")) == (403, 900150)


def test_another_partner_s_place_in_a_list_tells_nothing_of_it(
    program: Program, foreign: Program, contoso: Partner, tailspin: Partner
) -> None:
    for name in ("AAA", "MMM", "ZZZ"):
        factories.customer(tailspin, f"{name} theirs")
        factories.customer(contoso, f"{name} ours")
    token = foreign.get("customers?size=1").json()["continuationToken"]  # type: ignore[attr-defined]
    for operation in ("Next", "Previous", "First", "Last", "PageIndex"):
        answer = program.get(f"customers?seekOperation={operation}", MS_ContinuationToken=token)
        assert answer.status_code == 200
        assert b"theirs" not in answer.content


def test_wildcards_of_the_database_are_letters_in_a_filter(program: Program, county: Customer) -> None:
    for value in ("%", "_arborview", "Harb%", "\\", "'; --"):
        answer = program.get(f"customers?filter={_name(value)}")
        assert answer.json()["totalCount"] == 0, value  # type: ignore[attr-defined]
    assert program.get(f"customers?filter={_name('harb')}").json()["totalCount"] == 1  # type: ignore[attr-defined]


def _name(value: str) -> str:
    return quote(json.dumps({"Field": "CompanyName", "Value": value, "Operator": "starts_with"}))


def refused() -> list[tuple[Any, ...]]:
    """Return the refusals in the audit."""
    rows = AuditEntry.objects.filter(refused=True).order_by("pk")
    return list(rows.values_list("action", "object_type", "channel", "correlation_id", "customer_id"))


def test_a_refusal_is_written_once_with_channel_program_and_trace(
    program: Program, person: Program, contoso: Partner, county: Customer, bakery: Customer, g3: Offer
) -> None:
    """What was undone leaves no entry; that it was refused leaves one, however many acts were nested in it."""
    trace = {"MS-CorrelationId": "11111111-2222-4333-8444-555555555555"}
    seen = ("api", trace["MS-CorrelationId"])
    cart = program.post(carts_at(county), cart_of(item(g3, quantity=9999))).json()["id"]  # type: ignore[attr-defined]
    made = program.post(orders_at(county), order_of(line(g3))).json()  # type: ignore[attr-defined]
    held = made["lineItems"][0]["subscriptionId"]
    before = AuditEntry.objects.count()
    taken = new_customer(county.domain.partition(".")[0])
    calls = [
        (program.post(orders_at(bakery), order_of(line(g3)), **trace), "place_order", "customer", bakery.pk),
        (program.post(f"{carts_at(county)}/{cart}/checkout", **trace), "place_order", "customer", county.pk),
        (
            program.patch(
                f"customers/{county.pk}/subscriptions/{held}",
                {"quantity": 9999, "friendlyName": "x"},
                **trace,
            ),
            "change_seats",
            "subscription",
            county.pk,
        ),
        (
            person.put(f"customers/{bakery.pk}/qualification", "government_community_cloud", **trace),
            "qualify",
            "customer",
            bakery.pk,
        ),
        (
            person.patch(f"customers/{county.pk}", {"relationshipToPartner": "none"}, **trace),
            "end",
            "relationship",
            county.pk,
        ),
        (program.delete(f"customers/{county.pk}", **trace), "leave_sandbox", "customer", county.pk),
        (program.post("customers", taken, **trace), "start_creation", "partner", None),
    ]
    assert all(answer.status_code in (400, 403, 409) for answer, *_rest in calls)
    assert refused() == [(action, kind, *seen, customer) for _answer, action, kind, customer in calls]
    assert AuditEntry.objects.count() == before + len(calls)
    assert not AuditEntry.objects.filter(refused=True, application_id="").exists()


@pytest.mark.parametrize("raw", [b'{"a": "\\u0000"}', b'{"a": "\\ud800"}', b"\xff", b"[" * 100_000])
def test_a_body_that_can_t_be_read_is_told_why(program: Program, county: Customer, raw: bytes) -> None:
    answer = program.send("POST", carts_at(county), raw=raw)
    assert refusal(answer) == (400, 3000)
    assert "Cannot parse" not in answer.json()["description"]  # type: ignore[attr-defined]


def test_a_sentence_ends_once(program: Program) -> None:
    body = new_customer()
    body["billingProfile"]["email"] = "nobody"
    told = program.post("customers", body).json()["description"]  # type: ignore[attr-defined]
    assert told.endswith("it@harborview.example.")
    assert not told.endswith("..")


@pytest.mark.parametrize(
    "body", ["&".join(f"a{n}=1" for n in range(2000)), f"a={'x' * 3_000_000}"], ids=["many", "large"]
)
def test_a_request_for_a_token_past_every_bound_is_told_in_json(body: str) -> None:
    answer = Client().post("/oauth2/token", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"  # type: ignore[attr-defined]
