"""The API's conventions: addresses, headers, casing, paging, refusals. Shown on the customers list."""

import os
import subprocess
import sys
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from gcc_portal.core.people.models import User
from partners.models import ApiApplication, Partner
from tests import factories
from tests.api.kit import Program, access_token, application, refusal

FRESH = """
import django
django.setup()
from django.core.handlers.wsgi import WSGIHandler
from gcc_portal.api.casing import api_path
WSGIHandler()
print(api_path("/V1/CUSTOMERS/x/OfferCategories"))
"""


def test_the_first_call_of_a_fresh_process_may_be_spelled_so_too() -> None:
    env = {**os.environ, "DEBUG": "1"}
    told = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True, env=env)
    assert told.stdout.strip() == "/v1/customers/x/offercategories"


@pytest.mark.parametrize(
    "address",
    [
        "/v1/customers",
        "/v1.0/customers",
        "/V1/CUSTOMERS",
        "/v1//customers",
        "/v1///customers//",
        "/v1/customers/",
        "/v1/customers?SIZE=1",
    ],
)
def test_an_address_may_be_spelled_as_clients_spell_it(
    program: Program, contoso: Partner, address: str
) -> None:
    factories.customer(contoso, name="Harborview County")
    answer = program.get(address)
    assert answer.status_code == 200
    assert answer.json()["totalCount"] == 1


def test_answers_are_camel_case_without_nulls(program: Program, contoso: Partner) -> None:
    customer = factories.customer(contoso, name="Harborview County")
    answer = program.get(f"customers/{str(customer.pk).upper()}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert body["companyProfile"]["companyName"] == "Harborview County"
    assert body["links"]["self"]["uri"] == f"/customers/{customer.pk}"
    assert "null" not in answer.content.decode()


def test_ids_are_echoed_or_made(program: Program) -> None:
    request_id, correlation_id = str(uuid.uuid4()), str(uuid.uuid4())
    answer = program.get("customers", MS_RequestId=request_id, MS_CorrelationId=correlation_id)
    assert (answer["MS-RequestId"], answer["MS-CorrelationId"]) == (request_id, correlation_id)
    made = program.get("customers", MS_RequestId=str(uuid.UUID(int=0)))
    assert uuid.UUID(made["MS-RequestId"]).int
    assert refusal(program.get("customers", MS_RequestId="again")) == (400, 3000)


@pytest.mark.parametrize("path", ["nowhere", "customers?SIZE=%00", "customers"])
def test_ids_are_echoed_where_no_resource_answers_and_nobody_calls(path: str) -> None:
    sent = {"MS-RequestId": str(uuid.uuid4()), "MS-CorrelationId": str(uuid.uuid4())}
    answer = Program("").get(path, **sent)
    assert answer.status_code >= 400
    assert {name: answer[name] for name in sent} == sent


@pytest.mark.parametrize("how", ["links", "token"])
def test_pages_are_sought_with_size_and_filter_in_the_token(
    program: Program, contoso: Partner, how: str
) -> None:
    for name in ("Alpha County", "Alpine County", "Altoona City", "Bay County"):
        factories.customer(contoso, name=name)
    wanted = '{"field":"companyname","VALUE":"AL","Operator":"StartsWith","fieldType":"string"}'
    page = program.get(f"customers?size=1&filter={wanted}")
    names = []
    while True:
        body = page.json()
        assert body["totalCount"] == 3
        names += [item["companyProfile"]["companyName"] for item in body["items"]]
        following = body["links"].get("next")
        assert (following is not None) == ("continuationToken" in body)
        if following is None:
            break
        if how == "links":
            headers = {each["key"]: each["value"] for each in following["headers"]}
            page = program.get(f"/v1/{following['uri']}", **headers)
        else:
            page = program.get(
                "customers?seekOperation=next", **{"MS-ContinuationToken": body["continuationToken"]}
            )
    assert names == ["Alpha County", "Alpine County", "Altoona City"]
    back = page.json()["links"]["previous"]
    before = program.get(f"/v1{back['uri']}", **{each["key"]: each["value"] for each in back["headers"]})
    assert [item["companyProfile"]["companyName"] for item in before.json()["items"]] == ["Alpine County"]


@pytest.mark.parametrize(
    "query",
    [
        "filter=nonsense",
        'filter={"Field":"Seats","Value":"1"}',
        'filter={"Field":"Domain","Value":"a","Operator":"equals"}',
        'filter=["Domain"]',
        "size=501",
        "size=many",
        "seekOperation=Sideways",
    ],
)
def test_a_query_that_makes_no_sense_is_told(program: Program, query: str) -> None:
    assert refusal(program.get(f"customers?{query}")) == (400, 3000)


def test_a_token_of_another_list_or_altered_is_refused(program: Program) -> None:
    answer = program.get("customers?seekOperation=Next", **{"MS-ContinuationToken": "e30:1abc:xyz"})
    assert refusal(answer) == (400, 3000)


def test_without_a_good_token_nobody_comes_in(contoso: Partner, admin: User) -> None:
    assert refusal(Program("").get("customers")) == (401, 800001)
    unknown = Program("nonsense").get("customers")
    assert refusal(unknown) == (401, 400)
    assert unknown["WWW-Authenticate"].startswith("Bearer")
    past = Program(access_token(application(contoso), seconds=-1))
    assert refusal(past.get("customers")) == (401, 400)
    revoked = Program(access_token(application(contoso, revoked_at=timezone.now())))
    assert refusal(revoked.get("customers")) == (401, 400)


def test_an_agent_that_left_takes_its_tokens_along(contoso: Partner, admin: User, person: Program) -> None:
    assert person.get("customers").status_code == 200
    admin.agent.is_active = False
    admin.agent.save()
    assert refusal(person.get("customers")) == (401, 400)


def test_last_used_is_written_once_a_minute(contoso: Partner) -> None:
    used = application(contoso)
    program = Program(access_token(used))
    program.get("customers")
    first = ApiApplication.objects.get(pk=used.pk).last_used_at
    assert first is not None
    program.get("customers")
    assert ApiApplication.objects.get(pk=used.pk).last_used_at == first
    ApiApplication.objects.filter(pk=used.pk).update(last_used_at=first - timedelta(minutes=2))
    program.get("customers")
    assert ApiApplication.objects.get(pk=used.pk).last_used_at > first - timedelta(minutes=1)


def test_what_is_not_there_is_told_in_json(program: Program) -> None:
    assert refusal(program.get("nowhere/at/all")) == (404, 1000)
    assert refusal(program.send("TRACE", "customers")) == (400, 900141)
    assert refusal(program.get("customers/42")) == (400, 900118)
    assert refusal(program.get(f"customers/{uuid.uuid4()}")) == (404, 60003)
    assert refusal(program.get("customers/%00")) == (400, 3000)


def test_another_partner_s_customer_is_not_there(foreign: Program, contoso: Partner) -> None:
    customer = factories.customer(contoso)
    assert refusal(foreign.get(f"customers/{customer.pk}")) == (404, 60003)
    assert foreign.get("customers").json()["totalCount"] == 0


def test_past_the_limit_a_partner_waits_and_no_other(settings, program: Program, foreign: Program) -> None:
    settings.API_RATES = {"*": "500/minute", "customers": "3/minute"}
    answers = [program.get("customers") for _each in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert set(answers[-1].json()) == {"statusCode", "message"}
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert foreign.get("customers").status_code == 200


def test_the_list_costs_the_same_for_any_number_of_rows(
    program: Program, contoso: Partner, django_assert_max_num_queries
) -> None:
    for _each in range(12):
        factories.customer(contoso)
    program.get("customers")
    with django_assert_max_num_queries(4):
        assert len(program.get("customers?size=10").json()["items"]) == 10


def test_the_schema_is_served(program: Program) -> None:
    answer = Program("").get("openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    assert "/v1/customers/{customer_id}" in answer.json()["paths"]


def test_a_body_past_every_bound_is_refused_in_json(person: Program, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert refusal(person.send("POST", "customers", raw=b'"' + b"a" * 2000 + b'"')) == (400, 3000)


def test_a_fault_is_answered_in_json_and_undoes_everything(
    person: Program, contoso: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = factories.customer(contoso)

    def broken(*_given: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("customers.api.companies.with_reseller_or_404", broken)
    answer = person.get(f"customers/{customer.pk}")
    assert (answer.status_code, answer.json()["code"]) == (500, 500)
    assert "broken" not in answer.content.decode()
