"""An admin agent makes an API application; a program lives on its credentials until they are revoked."""

import base64
import hashlib
import json
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from partners.models import ApiApplication
from tests.browser.acts import choose, fill, follow, heading, press, sign_in
from tests.browser.conftest import Story

Window = Callable[..., Page]
ADMIN, SALES = "admin@contoso.example", "sales@contoso.example"
VERIFIER = "browser-" * 8
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(url: str, form: dict[str, str] | None = None, token: str = "") -> tuple[int, Any]:
    """Return status and JSON of a program's request."""
    data = urllib.parse.urlencode(form).encode() if form else None
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with DIRECT.open(urllib.request.Request(url, data, headers), timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


@dataclass
class Desk:
    """A program on the agent's machine that waits for the browser to come back."""

    address: str
    brought: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def waiting() -> Iterator[Desk]:
    """Run the program's own little web server on loopback, on the port that it gets."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urllib.parse.urlsplit(self.path)
            if parts.path == "/signed-in":
                desk.brought.append(dict(urllib.parse.parse_qsl(parts.query)))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(
                b"<!DOCTYPE html><title>Desk</title><link rel=icon href=data:,><h1>Back at the desk</h1>"
            )

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    desk = Desk(f"http://127.0.0.1:{server.server_port}/signed-in")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield desk
    server.shutdown()
    server.server_close()


def value_of(page: Page, label: str) -> str:
    """Return what stands in a field to copy from."""
    return page.get_by_label(label, exact=True).input_value()


@pytest.mark.parametrize("scripts", [True, False])
def test_made_used_renewed_and_revoked(window: Window, story: Story, scripts: bool) -> None:
    page = window(width=1280 if scripts else 375, java_script_enabled=scripts)
    name = f"Night run {'with' if scripts else 'without'} scripts"
    sign_in(page, ADMIN)
    page.goto("/organization/")
    follow(page, "API applications")
    expect(page.get_by_role("link", name="Contoso billing sync")).to_be_visible()
    follow(page, "Make an application")
    fill(page, {"Name": name})
    choose(page, "App-only")
    choose(page, "Sales agent")
    press(page, "Make the application")
    expect(heading(page, name)).to_be_visible()
    client_id, secret = value_of(page, "Client ID"), value_of(page, "Client secret")
    endpoint, command = value_of(page, "Token endpoint"), value_of(page, "Command")
    assert secret in command
    page.reload()
    expect(page.get_by_label("Client secret", exact=True)).to_have_count(0)
    assert secret not in page.content()

    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    status, body = call(endpoint, {**form, "resource": "https://api.partnercenter.microsoft.com"})
    assert (status, body["token_type"]) == (200, "Bearer")
    status, listed = call(f"{story.url}/v1/customers", token=body["access_token"])
    assert status == 200
    assert listed["totalCount"] > 0
    page.reload()
    expect(page.get_by_text(re.compile(r"^\s*Last used"))).to_be_visible()

    page.locator("summary", has_text="Renew the secret").click()
    press(page, "Renew the secret")
    renewed = value_of(page, "Client secret")
    assert call(f"{story.url}/v1/customers", token=body["access_token"])[0] == 401
    assert call(endpoint, form)[1]["error"] == "invalid_client"
    token = call(endpoint, {**form, "client_secret": renewed})[1]["access_token"]

    page.locator("summary", has_text="Revoke the application").click()
    press(page, "Revoke the application")
    expect(page.get_by_text("is revoked. Its secret")).to_be_visible()
    assert call(f"{story.url}/v1/customers", token=token)[0] == 401
    assert call(endpoint, {**form, "client_secret": renewed})[0] == 401
    assert ApiApplication.objects.get(pk=client_id).revoked_at is not None


def make_desk(page: Page, name: str) -> tuple[str, str]:
    """Make an App+User application on the page; return its id and secret."""
    sign_in(page, ADMIN)
    page.goto("/organization/applications/new/")
    fill(page, {"Name": name, "Redirect addresses (App+User)": "http://127.0.0.1/signed-in"})
    choose(page, "App+User")
    choose(page, "Admin agent")
    press(page, "Make the application")
    return value_of(page, "Client ID"), value_of(page, "Client secret")


def asked(client_id: str, back: str) -> str:
    """Return where the program sends the browser."""
    query = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": back,
        "scope": "https://api.partnercenter.microsoft.com/user_impersonation offline_access openid",
        "state": "from-the-desk",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"/common/oauth2/v2.0/authorize?{urllib.parse.urlencode(query)}"


def test_an_agent_lets_a_program_act(window: Window, story: Story, waiting: Desk) -> None:
    client_id, secret = make_desk(window(), "Sales desk in the browser")
    page = window(width=375)
    # The program opens a browser in which nobody is signed in yet.
    page.goto(asked(client_id, waiting.address))
    page.get_by_label("Email").fill(SALES)
    page.get_by_label("Password").fill("demo")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(page, "Allow Sales desk in the browser to act for you?")).to_be_visible()
    expect(page.get_by_text("Sales agent of Contoso Cloud")).to_be_visible()
    expect(page.get_by_text(waiting.address)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    press(page, "Allow")
    # Chromium holds the form's redirect against form-action: another port is another origin.
    expect(page.get_by_role("heading", name="Back at the desk")).to_be_visible()
    brought = waiting.brought.pop()
    assert brought["state"] == "from-the-desk"

    token_endpoint = f"{story.url}/common/oauth2/v2.0/token"
    client = {"client_id": client_id, "client_secret": secret}
    form = {"grant_type": "authorization_code", "code": brought["code"], "redirect_uri": waiting.address}
    status, body = call(token_endpoint, {**client, **form, "code_verifier": VERIFIER})
    assert status == 200, body
    assert call(f"{story.url}/v1/customers", token=body["access_token"])[0] == 200
    again = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    status, fresh = call(token_endpoint, {**client, **again})
    assert status == 200
    assert call(token_endpoint, {**client, **again})[1]["error"] == "invalid_grant"
    assert call(f"{story.url}/v1/customers", token=fresh["access_token"])[0] == 200


def test_an_agent_may_say_no(window: Window, waiting: Desk) -> None:
    client_id, _secret = make_desk(window(), "Curious desk")
    page = window()
    sign_in(page, SALES)
    page.goto(asked(client_id, waiting.address))
    press(page, "Do not allow")
    expect(page.get_by_role("heading", name="Back at the desk")).to_be_visible()
    assert waiting.brought.pop()["error"] == "access_denied"
