"""Who may open what: every URL of the product, requested in every role, with own objects and those of others."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from gcc_portal.core.people.roles import RIGHTS, Right
from tests.security import urls
from tests.security.urls import AGENT, OPERATOR, PLACES, PUBLIC, SIGNED_IN, Place
from tests.security.watch import changed, digest
from tests.security.world import World

ALL = [name for name in urls.all_names() if not urls.is_allauth(name) and not urls.is_for_programs(name)]
NAMES = [name for name in ALL if name in PLACES]
ROLES = ("anonymous", "sales", "admin", "stranger", "reviewer", "operator", "removed")
RANK = {"sales": "sales_agent", "admin": "admin_agent", "stranger": "admin_agent", "reviewer": "reviewer"}
TEXT = re.compile(r"<[^>]+>")


def ask(client: Client, method: str, path: str) -> Any:
    """Return the answer."""
    return client.get(path) if method == "GET" else client.post(path, {})


def words(answer: HttpResponse) -> str:
    """Return what a person reads in the page's main part."""
    main = answer.content.decode().partition("<main")[2]
    return " ".join(TEXT.sub(" ", main).split())


def let_in(place: Place, role: str) -> bool:
    """Return whether somebody of this role may open the page."""
    if place.who in (PUBLIC,):
        return True
    if role == "anonymous":
        return False
    if place.who == SIGNED_IN:
        return True
    if place.who == AGENT:
        return role in ("sales", "admin", "stranger")
    if place.who == OPERATOR:
        return role == "operator"
    return Right(place.who) in RIGHTS.get(RANK.get(role, ""), frozenset())


def test_every_address_is_in_the_table() -> None:
    missing = [name for name in ALL if name not in PLACES]
    assert missing == [], f"say in tests/security/urls.py who may open these: {missing}"
    assert sorted(set(PLACES) - set(ALL)) == [], "these are no addresses any more"


def is_sign_in(answer: Any) -> bool:
    """Return whether the answer leads to the sign-in."""
    return answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", [name for name in NAMES if PLACES[name].who != PUBLIC])
def test_the_channel(world: World, name: str) -> None:
    """Visitors sign in, a missing right is 403 with a sentence, and neither writes anything."""
    place = PLACES[name]
    arguments = place.own(world.home)[0]
    clients = {role: world.client(role) for role in ROLES}
    before = digest()
    for role, client in clients.items():
        if let_in(place, role):
            continue
        for method in place.methods.split():
            answer = ask(client, method, urls.path(name, arguments))
            if role == "anonymous":
                assert is_sign_in(answer), (role, method, answer.status_code)
            else:
                assert answer.status_code == 403, (role, method, answer.status_code)
                assert len(words(answer)) > 40, (role, method)
    assert changed(before, digest()) == []


@pytest.mark.parametrize("name", [name for name in NAMES if not PLACES[name].shared])
def test_what_is_anothers_does_not_exist(world: World, name: str) -> None:
    """Another partner's object gives the same answer as a missing one, byte by byte, and writes no audit entry."""
    place = PLACES[name]
    theirs = place.own(world.away)
    if not theirs or not any(key in urls.NOTHING for key in theirs[0]) or place.link:
        pytest.skip("it names no object")
    clients = {role: world.client(role) for role in ("sales", "admin") if let_in(place, role)}
    if place.who == SIGNED_IN:
        clients |= {role: world.client(role) for role in ("operator", "removed")}
    before = digest()
    for role, client in clients.items():
        for method in place.methods.split():
            none = ask(client, method, urls.path(name, urls.nothing(theirs[0])))
            assert none.status_code == 404, (role, method, none.status_code)
            for arguments in theirs:
                answer = ask(client, method, urls.path(name, arguments))
                assert answer.status_code == 404, (role, method, arguments, answer.status_code)
                assert words(answer) == words(none)
                for secret in world.away.secrets:
                    assert secret not in answer.content.decode()
    assert changed(before, digest()) == []


@pytest.mark.parametrize("name", [name for name in NAMES if PLACES[name].answers("GET")])
def test_ones_own_is_there(world: World, name: str) -> None:
    """Whoever may open an address gets a page for every object of their own, whatever its state."""
    place = PLACES[name]
    client = world.client(urls.asked_by(place))
    for arguments in place.own(world.home):
        answer = ask(client, "GET", urls.path(name, arguments))
        gone = (410,) if place.link else ()
        partly = {"relationships:answer-tenant": (404,), "readyz": (503,)}.get(name, ())
        assert answer.status_code in (200, 302, *gone, *partly), (arguments, answer.status_code)
        assert not is_sign_in(answer)
        body = b"" if answer.streaming else answer.content
        for secret in world.away.secrets if place.who != Right.REVIEW_FORMS and place.who != PUBLIC else []:
            assert secret.encode() not in body


@pytest.mark.parametrize("name", [name for name in NAMES if not PLACES[name].answers("GET")])
def test_an_act_is_no_get(world: World, name: str) -> None:
    """What changes something takes POST alone: 405, and nothing is written."""
    place = PLACES[name]
    client = world.client(urls.asked_by(place))
    before = digest()
    for arguments in place.own(world.home):
        for method in ("get", "put", "delete", "patch"):
            answer = getattr(client, method)(urls.path(name, arguments))
            assert answer.status_code == 405, (method, answer.status_code)
    assert changed(before, digest()) == []


@pytest.mark.parametrize("name", [name for name in NAMES if PLACES[name].methods == "GET"])
def test_a_page_takes_no_post(world: World, name: str) -> None:
    """A page that changes nothing writes nothing, whatever is sent to it."""
    place = PLACES[name]
    client = world.client(urls.asked_by(place))
    before = digest()
    for arguments in place.own(world.home):
        for method in ("post", "put", "delete", "patch"):
            answer = getattr(client, method)(urls.path(name, arguments))
            assert answer.status_code < 500, (method, answer.status_code)
    assert changed(before, digest()) == []


@pytest.mark.parametrize("name", [name for name in urls.all_names() if urls.is_allauth(name)])
def test_account_pages_open_for_everybody(world: World, name: str) -> None:
    path = urls.path(name, urls.ACCOUNTS.get(name, {}))
    for role in ROLES:
        answer = ask(world.client(role), "GET", path)
        assert answer.status_code in (200, 302, 404, 405, 410), (role, answer.status_code)


def test_a_removed_agent_is_told_why(world: World) -> None:
    client = world.client("removed")
    answer = client.get(urls.path("customers:list", {}))
    assert answer.status_code == 403
    assert "place in it was removed" in words(answer)
    assert client.get("/").status_code == 200


def test_only_a_reviewer_revokes_a_validation_id(world: World) -> None:
    """Both may open the page, but only the reviewer who has the form may act; anybody else reads why not."""
    path = urls.path("customers:validation-id", {"number": world.home.validation.number})
    before = digest()
    for sent in ({}, {"reason": "No longer wanted."}):
        answer = world.client("admin").post(path, sent)
        assert answer.status_code == 403, sent
        assert len(words(answer)) > 40
    assert changed(before, digest()) == []
    assert world.client("reviewer").post(path, {"reason": "Given in error."}).status_code == 302
