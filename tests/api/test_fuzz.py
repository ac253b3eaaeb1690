"""Requests of every shape that the schema allows, and of shapes that it does not: no fault, and every answer fits.

`EXAMPLES` and `SEED` of the environment say how many requests an operation gets, and which (`make fuzz`).
"""

import os
import random
import re
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gcc_portal.api.openapi import schema_at
from tests.api import samples
from tests.api.good import good
from tests.api.operations import OPERATIONS, Operation
from tests.api.world import OF_NOBODY, PATH, World

EXAMPLES = int(os.environ.get("EXAMPLES") or 12)
SEED = int(os.environ.get("SEED") or 3)
BASE = "http://testserver"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


def portal(environ: dict[str, Any], start_response: Any) -> Any:
    """Answer a WSGI request on the test's own connection, which Django would close between two requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    return handler()(environ, start_response)


@cache
def handler() -> Any:
    """Return the portal as a server runs it."""
    return get_wsgi_application()


@cache
def loaded() -> Any:
    """Return the schema as schemathesis reads it, with the portal behind it."""
    found = schemathesis.openapi.from_dict(schema_at(BASE))
    found.app = portal
    return found


def requests(operation: Operation) -> st.SearchStrategy[Any]:
    """Return requests for the operation: three that the schema allows to one that it does not."""
    offered = loaded()[operation.path][operation.verb]
    right = offered.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = offered.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return st.one_of(right, right, right, wrong)


def sent_by(request: Any, operation: Operation, world: World, chance: random.Random) -> str:
    """Bring a made-up request nearer to a good one, more or less; return the kind of token to send it with.

    What is made up alone hardly ever comes past the first check of its first id.
    """
    near = chance.choice([1.0, 1.0, 0.95, 0.7, 0.0])
    path, body = good(operation, world)
    named = dict(zip(re.findall(r"{(\w+)}", operation.path), _ids(operation.path, path), strict=True))
    for name in request.path_parameters or {}:
        if chance.random() < near:
            known = PATH[name](world, world.home) if name in PATH else OF_NOBODY[name](world)
            request.path_parameters[name] = (
                named[name] if chance.random() < near else str(chance.choice(known))
            )
    asked = dict(request.query or {}) if chance.random() > near / 2 else {}
    for name in operation.named("query"):
        if name in samples.QUERY and chance.random() < near / 3:
            asked[name] = chance.choice(samples.QUERY[name](world))
    wanted = {key: value[0] for key, value in parse_qs(urlsplit(path).query).items()}
    request.query = {**asked, **wanted} if chance.random() < near else asked
    for name in ("If-Match", "MS-ContinuationToken", "MS-RequestId"):
        if request.headers and chance.random() < near:
            request.headers.pop(name, None)
    if operation.body:
        request.body = blended(request.body, body, near, chance)
    return "app_only" if chance.random() < (0.1 if operation.user_only else 0.3) else "app_user"


def _ids(template: str, path: str) -> list[str]:
    """Return what stands in a path at the places of its template."""
    found = re.fullmatch(re.sub(r"{\w+}", "([^/]+)", template), urlsplit(path).path)
    assert found, (template, path)
    return list(found.groups())


def blended(made: Any, best: Any, near: float, chance: random.Random) -> Any:
    """Return a body that is partly made up and partly good; nothing but good where `near` is 1."""
    match made, best:
        case dict(), dict():
            kept = {key: value for key, value in best.items() if key not in made and chance.random() < near}
            mixed = {key: blended(value, best.get(key), near, chance) for key, value in made.items()}
            return {
                **kept,
                **{key: value for key, value in mixed.items() if key in best or chance.random() > near},
            }
        case list(), [first, *_more] if made:
            return [blended(each, first, near, chance) for each in made[: 1 if near == 1 else 5]]
    return best if best is not None and chance.random() < near else made


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_answer_fits_the_schema(api_world: World, operation: Operation) -> None:
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(request=requests(operation), number=st.integers(0, 2**32))
    def ask(request: Any, number: int) -> None:
        token = sent_by(request, operation, api_world, random.Random(number))
        with transaction.atomic():
            answer = request.call(headers=api_world.programs[token].headers)
            transaction.set_rollback(True)
        request.validate_response(answer, checks=CHECKS)

    ask()
