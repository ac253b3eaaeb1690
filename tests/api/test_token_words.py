"""The token endpoint's refusals in words, and what a used refresh token does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.idp.oidc.models import Token
from django.test import Client
from django.utils import timezone

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.models import User
from partners.api.tokens import issue
from partners.services.applications import Credentials
from tests.api.kit import Program
from tests.api.test_authorize import address, consent, exchange, sent_back
from tests.api.test_authorize import desk as desk
from tests.api.test_tokens import ask, own, refresh_token_of
from tests.api.test_tokens import nobody_was_refused as nobody_was_refused
from tests.api.test_tokens import sync as sync


def said(answer: Any) -> tuple[str, str]:
    """Return a refusal's error and its words."""
    body = answer.json()
    return body["error"], body["error_description"]


def test_who_asks_in_the_other_kind_s_way_is_told_its_own(sync: Credentials, desk: Credentials) -> None:
    error, words = said(own(desk))
    assert error == "unauthorized_client"
    assert "App+User" in words
    assert "grant_type=authorization_code" in words
    for form in (
        {"grant_type": "authorization_code", "code": "x"},
        {"grant_type": "refresh_token", "refresh_token": "x"},
    ):
        error, words = said(ask(sync, **form))
        assert error == "unauthorized_client"
        assert "grant_type=client_credentials" in words


def test_a_code_that_is_no_good_says_what_may_be_wrong(
    desk: Credentials, sales: User, client_of: Callable[[User], Client]
) -> None:
    code = sent_back(consent(client_of(sales), address(desk)))["code"]
    error, words = said(exchange(desk, code, code_verifier="w" * 64))
    assert error == "invalid_grant"
    assert "code_verifier" in words
    assert exchange(desk, code).status_code == 200
    error, words = said(exchange(desk, code))
    assert error == "invalid_grant"
    assert "used" in words


def renewed(desk: Credentials, value: str) -> Any:
    return ask(desk, grant_type="refresh_token", refresh_token=value)


@pytest.mark.parametrize("later", [False, True])
def test_a_used_refresh_token_takes_its_family_with_it(
    desk: Credentials, admin: User, sales: User, later: bool
) -> None:
    """Soon after, it is a client that sent it twice; later, it may be stolen."""
    first = refresh_token_of(desk, admin)
    other = Program(issue(desk.application, sales.pk))
    body = renewed(desk, first).json()
    with time_machine.travel(timezone.now() + timedelta(seconds=70 if later else 20)):
        error, words = said(renewed(desk, first))
        assert error == "invalid_grant"
        assert "used" in words
        assert Program(body["access_token"]).get("customers").status_code == (401 if later else 200)
        assert renewed(desk, body["refresh_token"]).status_code == (400 if later else 200)
        assert other.get("customers").status_code == 200
    entries = AuditEntry.objects.filter(action="stop_tokens")
    assert [(each.object_id, each.partner_id) for each in entries] == (
        [(desk.application.pk, desk.application.partner_id)] if later else []
    )


def test_without_the_secret_nobody_stops_another_s_tokens(desk: Credentials, admin: User) -> None:
    first = refresh_token_of(desk, admin)
    body = renewed(desk, first).json()
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        form = {"grant_type": "refresh_token", "refresh_token": first, "client_secret": "wrong"}
        assert ask(desk, **form).status_code == 401
        assert Program(body["access_token"]).get("customers").status_code == 200
    assert Token.objects.filter(type="rt").count() == 1
