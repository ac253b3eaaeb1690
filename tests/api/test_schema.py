"""The schema that is served: valid OpenAPI 3.1, and true of headers, tokens and names."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve
from ninja import NinjaAPI
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from gcc_portal.api import call, clients, descriptions
from gcc_portal.api.openapi import AUTHORIZE_URL, TOKEN_URL, Document, SchemaConflict, schema, schema_at
from gcc_portal.api.resources import Resources
from gcc_portal.api.schema import Resource
from tests.api.operations import OPERATIONS, Operation

ids = pytest.mark.parametrize("operation", OPERATIONS, ids=str)


def within(shape: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a document."""
    match shape:
        case dict():
            yield shape
            for each in shape.values():
                yield from within(each)
        case list():
            for each in shape:
                yield from within(each)


def test_it_is_valid_openapi() -> None:
    OPENAPI_31_VALIDATOR.validate(schema())


def test_every_reference_leads_somewhere() -> None:
    for each in within(schema()):
        if isinstance(each.get("$ref"), str):
            found: Any = schema()
            for step in each["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            assert found


def test_names_are_told_apart() -> None:
    names = [each.id for each in OPERATIONS]
    assert len(set(names)) == len(names), [name for name in names if names.count(name) > 1]
    paths = [re.sub(r"{\w+}", "{}", each.path.casefold()) + each.verb for each in OPERATIONS]
    assert len(set(paths)) == len(paths), "two operations stand at one address"


def test_two_schemas_of_one_name_are_not_merged() -> None:
    def room(member: str) -> Resources:
        made = Resources("Twice")
        shape = type("Twice", (Resource,), {"__annotations__": {member: str}, "__module__": __name__})

        @made.get(f"twice/{member}", shape)
        def twice(call: Any) -> Any:
            """Return one."""

        return made

    def api(*members: str) -> NinjaAPI:
        made = NinjaAPI(openapi_url=None, docs_url=None, urls_namespace="twice")
        for member in members:
            made.add_router("", room(member).router)
        return made

    Document(api("one"), "/v1")
    with pytest.raises(SchemaConflict, match="Twice"):
        Document(api("one", "other"), "/v1")


def test_tags_are_described() -> None:
    described = {each["name"]: each["description"] for each in schema()["tags"]}
    assert all(described.values())
    assert {each.tag for each in OPERATIONS} == set(described)


@ids
def test_an_operation_says_what_it_does_and_who_may(operation: Operation) -> None:
    assert operation.detail["summary"]
    tokens = [name for each in operation.detail["security"] for name in each]
    assert tokens in (["AppUser"], ["AppOnly", "AppUser"])
    said = "App+User tokens alone." if operation.user_only else "App-only and App+User tokens."
    assert operation.detail["description"].endswith(said)


@ids
def test_an_operation_explains_its_parameters(operation: Operation) -> None:
    for each in operation.parameters:
        assert each.get("description"), f"say in gcc_portal/api/descriptions.py what {each['name']} is"


@ids
def test_an_operation_names_its_refusals(operation: Operation) -> None:
    answers = operation.detail["responses"]
    assert {"400", "401", "403", "404", "409", "429"} < set(answers)
    for status, answer in answers.items():
        whole = operation.resolved(answer)
        assert {"MS-RequestId", "MS-CorrelationId"} <= set(whole["headers"])
        assert ("Retry-After" in whole["headers"]) == (status == "429")
        assert ("WWW-Authenticate" in whole["headers"]) == (status == "401")
        bare = status == "204" or (status, str(operation)) == ("200", "GET domains/{domain}")
        assert ("content" in whole) == (operation.verb != "HEAD" and not bare)


@ids
def test_nothing_answered_is_ever_null(operation: Operation) -> None:
    for status, answer in operation.detail["responses"].items():
        body = operation.whole(answer)
        assert {"type": "null"} not in list(within(body)), (status, body)


def test_every_header_that_is_read_is_said() -> None:
    """What the API reads of headers is what the schema knows; the rest belongs to HTTP itself."""
    source = inspect.getsource(call) + inspect.getsource(clients)
    read = set(re.findall(r'headers\.get\("([^"]+)"', source)) - {"User-Agent"}
    assert read == {each.name for each in descriptions.REQUEST_HEADERS}
    offered = schema()["components"]["parameters"].values()
    assert {each["name"] for each in offered} == read
    used = {each["$ref"] for each in within(schema()["paths"]) if "/parameters/" in str(each.get("$ref"))}
    missing = {"#/components/parameters/IfMatch"} if not _rooms_have_landed() else set()
    assert used | missing == {
        f"#/components/parameters/{each.component}" for each in descriptions.REQUEST_HEADERS
    }


def _rooms_have_landed() -> bool:
    return len(OPERATIONS) > 20


def test_lists_that_are_sought_take_a_token() -> None:
    for operation in OPERATIONS:
        names = [each["name"] for each in operation.parameters]
        assert ("MS-ContinuationToken" in names) == ("seekOperation" in names), operation


def test_tokens_come_from_where_it_says() -> None:
    for address in (TOKEN_URL, AUTHORIZE_URL):
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"nothing answers at {address}")


def test_it_is_served_to_everybody(client: Any) -> None:
    answer = client.get("/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == schema_at("http://testserver")
    OPENAPI_31_VALIDATOR.validate(answer.json())
    assert settings.SECRET_KEY not in answer.content.decode()
