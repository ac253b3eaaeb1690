"""docs/api.md: its table of codes is the code's, and its flows run as they are printed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from gcc_portal.api.codes import CODES
from gcc_portal.core.audit.models import AuditEntry
from orders.models import Subscription
from partners.services import applications as application_services
from tests import factories
from tests.api.kit import access_token, application
from tests.orders.conftest import make_offer

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
SHELL, PYTHON = "The GCC flow with curl", "The same with a client library"


def section(title: str) -> str:
    """Return the text below a heading."""
    return PAGE.read_text().split(f"\n## {title}\n")[1].split("\n## ")[0]


def code_in(title: str, language: str) -> str:
    """Return what is to be run of a section, as a reader would paste it; `setup` blocks are the reader's own."""
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", section(title), re.DOTALL | re.MULTILINE))


def test_the_table_of_codes_is_the_code_s() -> None:
    rows = [f"| {status} | {code} | {text} |" for (status, code), text in sorted(CODES.items())]
    table = section("Errors").split("| --- | --- | --- |\n")[1].split("<!--")[0].splitlines()
    assert table == rows


@pytest.fixture
def server(live_server: Any, transactional_db: None, eager: None) -> dict[str, str]:
    """A server with what the demo has for this: Contoso, a code for City of Austin, both catalogues."""
    contoso = factories.partner("Contoso Cloud", qualification="qualified")
    admin = factories.agent(contoso).user
    factories.validation_id(contoso, "City of Austin")
    make_offer("Office 365 G3 GCC")
    make_offer("Office 365 E3", segment="commercial")
    return {"API": live_server.url, "TOKEN": access_token(application(contoso, "app_user"), admin)}


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl")
def test_the_flow_with_curl_runs(server: dict[str, str]) -> None:
    script = f'python3() {{ "{sys.executable}" "$@"; }}\n{code_in(SHELL, "sh")}'
    told = run(["bash", "-euo", "pipefail", "-c", script], {**server, "API": f"{server['API']}/v1"})
    assert told.splitlines()[-5:] == ["30", "suspended", "active", "False", "deleted"]
    assert '"government_community_cloud"' in told
    assert "Enterprise_Key" in told
    assert ended() == (30, "cancelled")


@pytest.mark.slow
def test_the_flow_with_the_client_library_runs(server: dict[str, str]) -> None:
    start = f"API, TOKEN = {server['API']!r}, {server['TOKEN']!r}\n"
    told = run([sys.executable, "-c", start + code_in(PYTHON, "python")], {})
    assert told.splitlines()[-3:] == ["suspended 30", "active 30", "deleted 30"]
    assert ended() == (30, "cancelled")


# An agent who is signed in and presses "Allow": run as the program's browser.
AGENT = """
import html, re, sys
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

url, cookie = sys.argv[2], sys.argv[1]
browser = build_opener(ProxyHandler({}))
answer = browser.open(Request(url, headers={"Cookie": cookie}))
shown = answer.read().decode()
form = {name: html.unescape(re.search(f'name="{name}" value="([^"]*)"', shown)[1])
        for name in ("request", "csrfmiddlewaretoken", "scopes")}
cookie += "; " + answer.headers["Set-Cookie"].split(";")[0]
sent = urlencode({**form, "action": "grant"}).encode()
browser.open(Request(url.split("?")[0], sent, {"Cookie": cookie}))
"""


@pytest.mark.slow
def test_the_sign_in_by_authorization_code_runs(
    live_server: Any, transactional_db: None, tmp_path: Path, client: Client
) -> None:
    contoso = factories.partner("Contoso Cloud")
    admin = factories.agent(contoso)
    actor = factories.actor(admin.user)
    made = application_services.make_application(
        actor, name="Desk", kind="app_user", role="admin_agent", redirects=["http://127.0.0.1/signed-in"]
    )
    client.force_login(admin.user)
    (tmp_path / "agent.py").write_text(AGENT)
    cookie = "=".join((settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value))
    browser = f"{sys.executable} {tmp_path / 'agent.py'} {cookie} %s &"
    start = (
        f"API, TENANT = {live_server.url!r}, {contoso.domain!r}\n"
        f"CLIENT_ID, SECRET = {made.application.pk!r}, {made.secret!r}\n"
    )
    told = run(
        [sys.executable, "-c", start + code_in("Tokens", "python")], {"BROWSER": browser, "no_proxy": "*"}
    )
    assert told == "Bearer 3600\n"
    assert AuditEntry.objects.filter(action="consent_application", user=admin.user).exists()


def run(command: list[str], more: dict[str, str]) -> str:
    """Return what a program prints. Its end in failure fails the test, with what it said."""
    done = subprocess.run(
        command, env={**os.environ, **more}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def ended() -> tuple[int, str]:
    """Return seats and state of the one subscription."""
    held = Subscription.objects.get()
    return held.quantity, held.state
