"""Authorization code with PKCE: an agent is asked, the code is good once and for the one who asked."""

import base64
import hashlib
import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from gcc_portal.core.audit.models import AuditEntry
from gcc_portal.core.people.actors import Actor
from gcc_portal.core.people.models import User
from partners.models import Partner
from partners.oauth.redirects import is_registered, redirect_problem
from partners.services import applications as application_services
from partners.services.applications import Credentials
from tests.api.kit import Program

BACK = "https://desk.contoso.example/signed-in"
LOOPBACK = "http://127.0.0.1/signed-in"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
HIDDEN = re.compile(r'name="request" value="([^"]+)"')


@pytest.fixture(autouse=True)
def nobody_was_refused() -> None:
    """Begin with no refusals counted."""
    cache.clear()


@pytest.fixture
def desk(admin_actor: Actor) -> Credentials:
    """Contoso's App+User application."""
    return application_services.make_application(
        admin_actor, name="Desk", kind="app_user", role="admin_agent", redirects=[BACK, LOOPBACK]
    )


def address(of: Credentials, path: str = "/oauth2/authorize", **changes: Any) -> str:
    """Return where an application sends the agent's browser."""
    asked = {
        "response_type": "code",
        "client_id": of.application.pk,
        "redirect_uri": BACK,
        "scope": "https://api.partnercenter.microsoft.com/.default offline_access openid",
        "state": "a b&c=ü",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "resource": "https://api.partnercenter.microsoft.com",
        **changes,
    }
    return f"{path}?{urlencode({key: value for key, value in asked.items() if value is not None})}"


def consent(client: Client, where: str, action: str = "grant") -> Any:
    """Open the page and answer it; return what comes then."""
    page = client.get(where)
    assert page.status_code == 200, page.content[:400]
    found = HIDDEN.search(page.content.decode())
    assert found is not None
    form = {"request": found[1].replace("&quot;", '"'), "scopes": "user_impersonation", "action": action}
    return client.post(urlsplit(where).path, form)


def sent_back(answer: Any) -> dict[str, str]:
    """Return what the browser brings the application."""
    assert answer.status_code == 302, answer.content[:400]
    return {key: values[0] for key, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def exchange(of: Credentials, code: str, **changes: Any) -> Any:
    """Return the answer to the application that brings a code."""
    form = {
        "grant_type": "authorization_code",
        "client_id": of.application.pk,
        "client_secret": of.secret,
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        **changes,
    }
    return Client().post("/oauth2/token", {key: value for key, value in form.items() if value is not None})


def test_an_agent_allows_and_the_application_acts(
    desk: Credentials, contoso: Partner, sales: User, client_of: Callable[[User], Client]
) -> None:
    where = address(desk, f"/{contoso.domain.upper()}/oauth2/v2.0/authorize")
    page = client_of(sales).get(where)
    text = page.content.decode()
    for told in ("Desk", desk.application.pk, str(sales), "Sales agent", BACK):
        assert told in text
    assert (
        f"form-action 'self' {urlsplit(BACK).scheme}://{urlsplit(BACK).netloc}"
        in page.headers["Content-Security-Policy"]
    )
    brought = sent_back(consent(client_of(sales), where))
    assert brought["state"] == "a b&c=ü"
    answer = exchange(desk, brought["code"])
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["refresh_token"]
    assert body["expires_in"] == 3600
    assert "id_token" not in body
    assert Program(body["access_token"]).get("customers").status_code == 200
    noted = AuditEntry.objects.get(action="consent_application")
    assert (noted.user_id, noted.object_id) == (sales.pk, desk.application.pk)
    assert exchange(desk, brought["code"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 64},
        {"code_verifier": None},
        {"redirect_uri": LOOPBACK},
        {"redirect_uri": None},
        {"code": "another"},
    ],
)
def test_a_code_needs_its_verifier_and_its_address(
    desk: Credentials, sales: User, client_of: Callable[[User], Client], changes: dict[str, Any]
) -> None:
    code = sent_back(consent(client_of(sales), address(desk)))["code"]
    answer = exchange(desk, **{"code": code, **changes})
    assert answer.status_code in (400, 401), answer.content
    assert "access_token" not in answer.json()


def test_another_application_can_t_use_the_code(
    desk: Credentials, admin_actor: Actor, sales: User, client_of: Callable[[User], Client]
) -> None:
    other = application_services.make_application(
        admin_actor, name="Other", kind="app_user", role="admin_agent", redirects=[BACK]
    )
    code = sent_back(consent(client_of(sales), address(desk)))["code"]
    assert exchange(other, code).json()["error"] == "invalid_grant"


def test_who_left_meanwhile_is_acted_for_no_more(
    desk: Credentials, sales: User, client_of: Callable[[User], Client]
) -> None:
    code = sent_back(consent(client_of(sales), address(desk)))["code"]
    type(sales.agent).objects.filter(user=sales).update(is_active=False)
    assert exchange(desk, code).json()["error"] == "invalid_grant"


def test_a_no_is_told(desk: Credentials, sales: User, client_of: Callable[[User], Client]) -> None:
    brought = sent_back(consent(client_of(sales), address(desk), "deny"))
    assert (brought["error"], brought["state"]) == ("access_denied", "a b&c=ü")
    assert not AuditEntry.objects.filter(action="consent_application").exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"resource": "https://graph.windows.net"}, "invalid_target"),
        ({"prompt": "none"}, "interaction_required"),
    ],
)
def test_what_the_application_must_ask_otherwise_is_told_it(
    desk: Credentials,
    sales: User,
    client_of: Callable[[User], Client],
    changes: dict[str, Any],
    error: str,
) -> None:
    brought = sent_back(client_of(sales).get(address(desk, **changes)))
    assert (brought["error"], brought["state"]) == (error, "a b&c=ü")


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "https://evil.example/signed-in"},
        {"redirect_uri": f"{BACK}/more"},
        {"redirect_uri": f"{BACK}?more=1"},
        {"redirect_uri": "https://desk.contoso.example:444/signed-in"},
        {"redirect_uri": "https://desk.contoso.example@evil.example/signed-in"},
        {"redirect_uri": "http://localhost/signed-in"},
        {"redirect_uri": "http://127.0.0.1:80@evil.example/signed-in"},
        {"redirect_uri": "http://127.0.0.1:x/signed-in"},
    ],
)
def test_nobody_is_sent_where_the_application_is_not(
    desk: Credentials, sales: User, client_of: Callable[[User], Client], changes: dict[str, Any]
) -> None:
    answer = client_of(sales).get(address(desk, **changes))
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_on_loopback_the_port_is_free(
    desk: Credentials, sales: User, client_of: Callable[[User], Client]
) -> None:
    there = "http://127.0.0.1:43117/signed-in"
    answer = consent(client_of(sales), address(desk, redirect_uri=there))
    assert answer["Location"].startswith(f"{there}?")
    assert exchange(desk, sent_back(answer)["code"], redirect_uri=there).status_code == 200


def test_who_may_be_asked(
    desk: Credentials,
    stranger: User,
    reviewer: User,
    tailspin: Partner,
    sales: User,
    client_of: Callable[[User], Client],
) -> None:
    visitor = Client().get(address(desk))
    assert visitor.status_code == 302
    assert visitor["Location"].startswith("/accounts/login/?next=/oauth2/authorize")
    assert client_of(reviewer).get(address(desk)).status_code == 403
    assert client_of(stranger).get(address(desk)).status_code == 400
    other = address(desk, f"/{tailspin.tenant_id}/oauth2/authorize")
    assert client_of(sales).get(other).status_code == 400
    # What a page of one agent carries is nothing to an agent of another organization.
    page = client_of(sales).get(address(desk)).content.decode()
    carried = HIDDEN.search(page)[1]  # type: ignore[index]
    form = {"request": carried, "scopes": "user_impersonation", "action": "grant"}
    assert client_of(stranger).post("/oauth2/authorize", form).status_code == 400


def test_who_is_signed_in_with_the_wrong_account_is_shown_the_way_to_another(
    desk: Credentials, stranger: User, reviewer: User, sales: User, client_of: Callable[[User], Client]
) -> None:
    for person in (reviewer, stranger):
        client, asked = client_of(person), address(desk)
        page = client.get(asked).content.decode()
        assert f"You are signed in as {person}" in page
        way = html.unescape(re.search(r'href="(/accounts/logout/[^"]*)"', page)[1])  # type: ignore[index]
        back = re.search(r'name="next" value="([^"]+)"', client.get(way).content.decode())
        assert back is not None
        gone = client.post("/accounts/logout/", {"next": html.unescape(back[1])})
        assert gone["Location"] == asked
        assert client.get(asked)["Location"].startswith("/accounts/login/?next=")


def test_a_revoked_or_app_only_application_asks_nobody(
    desk: Credentials, admin_actor: Actor, sales: User, client_of: Callable[[User], Client]
) -> None:
    sync = application_services.make_application(
        admin_actor, name="Sync", kind="app_only", role="sales_agent"
    )
    assert client_of(sales).get(address(sync)).status_code == 400
    page = client_of(sales).get(address(desk)).content.decode()
    application_services.revoke_application(admin_actor, desk.application.pk)
    assert client_of(sales).get(address(desk)).status_code == 400
    form = {"request": HIDDEN.search(page)[1], "action": "grant"}  # type: ignore[index]
    assert client_of(sales).post("/oauth2/authorize", form).status_code == 400


def test_nonsense_is_no_fault(desk: Credentials, sales: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(sales)
    page = client.get(address(desk)).content.decode()
    carried = HIDDEN.search(page)[1]  # type: ignore[index]
    for form in ({}, {"request": "x"}, {"request": carried[:-2]}, {"request": "\x00", "action": "grant"}):
        assert client.post("/oauth2/authorize", form).status_code == 400, form
    assert client.post("/oauth2/authorize", {"request": carried, "action": "grant"}).status_code == 200
    assert client.get(address(desk) + "&client_id=again").status_code == 400
    assert client.get("/oauth2/authorize").status_code == 400
    assert client.get(address(desk, state="\ud7ff\U0001f642")).status_code == 200
    assert client.put("/oauth2/authorize").status_code == 405


def test_the_page_is_guarded_against_forged_posts(desk: Credentials, sales: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(sales)
    carried = HIDDEN.search(client.get(address(desk)).content.decode())[1]  # type: ignore[index]
    assert client.post("/oauth2/authorize", {"request": carried, "action": "grant"}).status_code == 403


def test_prompt_login_asks_for_the_password_again(
    desk: Credentials, sales: User, client_of: Callable[[User], Client]
) -> None:
    answer = client_of(sales).get(address(desk, prompt="login"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    assert "prompt" not in answer["Location"]


@pytest.mark.parametrize(
    "wrong",
    [
        "http://desk.contoso.example/",
        "ftp://desk.contoso.example/",
        "//desk.contoso.example/",
        "javascript:alert(1)",
        "https://",
        "https://*.contoso.example/",
        "https://a@contoso.example/",
        "https://contoso.example/#there",
        "https://contoso.example/ x",
        "https://contoso.example:99999/",
        "https://contoso.example:x/",
        "https://bücher.example/",
        "https://contoso.example/;form-action",
        "http://[::1]/",
        "https://" + "a" * 600 + ".example/",
    ],
)
def test_an_address_that_nobody_is_sent_to(wrong: str) -> None:
    assert redirect_problem(wrong)
    assert not is_registered(wrong, [LOOPBACK])


def test_addresses_that_are_fine() -> None:
    for fine in (BACK, LOOPBACK, "http://localhost:8400/", "https://a.example:8443/b?c=d"):
        assert redirect_problem(fine) is None
