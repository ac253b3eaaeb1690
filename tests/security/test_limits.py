"""Every page with a rate limit answers 429 with a sentence when it is reached, and does nothing."""

from typing import Any

import pytest

from tests.security import urls
from tests.security.conftest import RATES
from tests.security.test_access import words
from tests.security.urls import PLACES
from tests.security.watch import changed, digest
from tests.security.world import World

# The address, how it is asked, and which rate counts it.
LIMITED = [
    ("eligibility:start", "post", "public_start"),
    ("eligibility:step", "post", "public_form"),
    ("eligibility:sign", "post", "public_form"),
    ("eligibility:status", "post", "public_form"),
    ("eligibility:partner", "get", "tenant_lookup"),
    ("partners:invitation", "get", "public_form"),
    ("partners:invitation", "post", "public_form"),
    ("partners:tenant-lookup", "get", "tenant_lookup"),
    ("partners:agents", "post", "invitation_mail"),
    ("partners:invitation-resend", "post", "invitation_mail"),
    ("relationships:answer", "post", "public_form"),
    ("relationships:answer-tenant", "get", "tenant_lookup"),
    ("customers:domain-check", "get", "tenant_lookup"),
    ("mail:resend", "post", "invitation_mail"),
]


@pytest.mark.parametrize(("name", "method", "rate"), LIMITED)
def test_past_the_rate(world: World, settings: Any, name: str, method: str, rate: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**RATES, rate: "2/m/user" if rate == "invitation_mail" else "2/m/ip"}
    place = PLACES[name]
    client = world.client(urls.asked_by(place))
    path = urls.path(name, place.own(world.home)[0])
    for _time in range(2):
        assert getattr(client, method)(path).status_code != 429
    before = digest()
    answer = getattr(client, method)(path)
    assert answer.status_code == 429
    assert len(words(answer)) > 40
    assert changed(before, digest()) == []


@pytest.mark.parametrize(
    ("path", "rate"), [("/accounts/login/", "login"), ("/accounts/password/reset/", "reset_password")]
)
def test_sign_in_and_reset_past_the_rate(world: World, settings: Any, path: str, rate: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**RATES, rate: "2/m/ip"}
    client = world.client(None)
    sent = {
        "login": "nobody@portal.example",
        "email": "nobody@portal.example",
        "password": "not the password",
    }
    answers = [client.post(path, sent) for _time in range(3)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert len(words(answers[-1])) > 40
