"""Another partner's ids in every path, query and body of the schema: refused, and nothing of that partner is told."""

from itertools import combinations
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.utils import timezone

from partners.models import ApiApplication
from tests.api import samples
from tests.api.good import NEVER, changed, good, places
from tests.api.kit import Program, refusal
from tests.api.operations import OPERATIONS, Operation
from tests.api.world import OF_NOBODY, PATH, Side, World
from tests.security import watch
from tests.security.watch import digest

TOKENS = ("app_only", "app_user")
tokens = pytest.mark.parametrize("token", TOKENS)
every = pytest.mark.parametrize("operation", OPERATIONS, ids=str)
OWNED = [each for each in OPERATIONS if set(each.named("path")) & set(PATH)]
SENT = [each for each in OPERATIONS if each.body]
# Members that refer to an object: one of another partner's is refused. Others are read back, and say nothing.
REFUSED = {
    "referenceCustomerId",
    "associatedPartnerId",
    "validationCode",
    "partnerIdOnRecord",
    "parentSubscriptionId",
}
# What is public of a partner by the contract: who holds an MPN ID.
TOLD = {"profiles/mpn": ("mpnId",)}


def send(world: World, token: str, operation: Operation, path: str, sent: Any = None) -> Any:
    """Return the answer to the operation at this path."""
    return world.programs[token].send(operation.verb, path, sent)


def ids_in(operation: Operation) -> list[str]:
    """Return the path parameters that name something of a partner's."""
    return [name for name in operation.named("path") if name in PATH]


def told(answer: Any, away: Side, sent: str) -> list[str]:
    """Return what the answer says of another partner, apart from the ids that were sent to it."""
    text = answer.content.decode()
    return [word for word in (*away.words, *away.ids) if word in text and word not in sent]


def test_every_id_is_known_to_these_tests() -> None:
    """A new resource can't be forgotten: its parameters and members stand in the tables."""
    for operation in OPERATIONS:
        unknown = set(operation.named("path")) - set(PATH) - set(OF_NOBODY)
        assert not unknown, f"{operation}: say in tests/api/world.py what {unknown} may name"
        unknown = samples.unknown_ids({"properties": operation.named("query")})
        unknown |= samples.unknown_ids(operation.body)
        assert not unknown, f"{operation}: say in tests/api/samples.py what {unknown} may name"


@tokens
@pytest.mark.parametrize("operation", OWNED, ids=str)
def test_another_partner_s_object_is_not_there(api_world: World, token: str, operation: Operation) -> None:
    home, away = api_world.home, api_world.away
    _path, body = good(operation, api_world)
    before = digest(audit=False)
    names = ids_in(operation)
    for count in range(1, len(names) + 1):
        for chosen in combinations(names, count):
            for number in range(3):
                foreign = {name: _nth(PATH[name](api_world, away), number) for name in chosen}
                path = samples.address(operation.path, api_world, home, foreign)
                answer = send(api_world, token, operation, path, body)
                assert answer.status_code in (400, 403, 404), (foreign, answer.content[:500])
                assert not told(answer, away, path), foreign
    assert watch.changed(before, digest(audit=False)) == []


def _nth(rows: list[Any], number: int) -> Any:
    return rows[number % len(rows)]


@tokens
@pytest.mark.parametrize("operation", OWNED, ids=str)
def test_it_answers_as_if_there_were_none(api_world: World, token: str, operation: Operation) -> None:
    """Another partner's object and one that does not exist are told by nothing."""
    _path, body = good(operation, api_world)
    none = "00000000-0000-4000-8000-000000000000"
    for name in ids_in(operation):
        theirs = PATH[name](api_world, api_world.away)[0]
        answers = []
        for value in (theirs, none if len(str(theirs)) == len(none) else "BBBB-BBBB-BBBB"):
            path = samples.address(operation.path, api_world, api_world.home, {name: value})
            answer = send(api_world, token, operation, path, body)
            answers.append((answer.status_code, answer.content.decode().replace(str(value), "it")))
        assert answers[0] == answers[1], name


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_a_good_request_is_answered(api_world: World, operation: Operation) -> None:
    """What the tests of this room begin with is good: where it is refused with another's id, that id is why."""
    path, body = good(operation, api_world)
    answer = send(api_world, "app_user", operation, path, body)
    assert answer.status_code == NEVER.get(operation.id, answer.status_code)
    assert answer.status_code < 300 or operation.id in NEVER, answer.content
    assert not told(answer, api_world.away, path)


@tokens
@pytest.mark.parametrize("operation", SENT, ids=str)
def test_another_partner_s_ids_in_a_body_do_nothing(
    api_world: World, token: str, operation: Operation
) -> None:
    away = api_world.away
    path, whole = good(operation, api_world)
    before = _of(away)
    for place in places(operation.body):
        name = str(place[-1])
        body = changed(whole, place, samples.NAMED[name](away))
        if body is None:
            continue
        with transaction.atomic():
            answer = send(api_world, token, operation, path, body)
            after = _of(away)
            transaction.set_rollback(True)
        if name in REFUSED and name in str(whole):
            assert answer.status_code in (400, 403, 404, 409), (place, answer.content[:500])
        assert answer.status_code < 500, (place, answer.content[:500])
        assert not told(answer, away, f"{path} {body}"), place
        assert after == before, place


def _of(side: Side) -> list[list[dict[str, Any]]]:
    """Return all that stands of a partner's objects."""
    customers = [side.county.pk, side.town.pk, side.former.pk]
    rows = [
        type(side.county).objects.filter(pk__in=customers),
        type(side.validation).objects.filter(partner=side.partner),
        type(side.subscriptions["active"]).objects.filter(partner=side.partner),
        type(side.orders["completed"]).objects.filter(partner=side.partner),
        type(side.carts["active"]).objects.filter(partner=side.partner),
        side.partner.relationships.all(),
        side.county.agreements.all(),
    ]
    return [list(each.order_by("pk").values()) for each in rows]


@tokens
@every
def test_another_partner_s_ids_in_a_query_tell_nothing(
    api_world: World, token: str, operation: Operation
) -> None:
    names = [name for name in operation.named("query") if name in samples.NAMED]
    open_to_all = TOLD.get(operation.path.removeprefix("/v1/"), ())
    query = {name: samples.NAMED[name](api_world.away) for name in names if name not in open_to_all}
    path, body = good(operation, api_world)
    path = f"{path}{'&' if '?' in path else '?'}{urlencode(query)}"
    before = _of(api_world.away)
    answer = send(api_world, token, operation, path, body)
    assert answer.status_code < 500
    assert not told(answer, api_world.away, path)
    assert _of(api_world.away) == before


@every
def test_nobody_comes_in_without_a_token(api_world: World, operation: Operation) -> None:
    path = samples.address(operation.path, api_world, api_world.home, {})
    answer = Program("").send(operation.verb, path, {})
    assert answer.status_code == 401
    assert operation.verb == "HEAD" or refusal(answer) == (401, 800001)


@every
def test_a_revoked_application_opens_nothing(api_world: World, operation: Operation) -> None:
    ApiApplication.objects.update(revoked_at=timezone.now())
    path = samples.address(operation.path, api_world, api_world.home, {})
    for token in TOKENS:
        answer = send(api_world, token, operation, path, {})
        assert answer.status_code == 401
        assert operation.verb == "HEAD" or refusal(answer) == (401, 400)


@every
def test_what_needs_a_person_refuses_a_program(api_world: World, operation: Operation) -> None:
    path, body = good(operation, api_world)
    if operation.id == "create_customer":
        del body["associatedPartnerId"]  # for a reseller's customer a person is needed
    answer = send(api_world, "app_only", operation, path, body)
    if operation.user_only:
        assert refusal(answer) == (403, 900329)
    else:
        assert b"This operation is for a person" not in answer.content
